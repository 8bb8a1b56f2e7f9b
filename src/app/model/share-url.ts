/**
 * A program as the fragment of a link, and back: the number of the format, a dot, and the base64url of the raw deflate
 * of a JSON text. The fragment never reaches a server. Every format is read for ever; fixtures of each are in the test
 * beside this file.
 *
 * Format 1 is about one file. Format 2 names the file that was in the editor and deflates with a dictionary
 * (`share-dictionary.ts`). Format 3 is format 2 with the level of optimisation, the figures of a comparison and the place in
 * the pass explorer. A link is written in format 2 if that says everything, else in format 3.
 *
 * Reading trusts nothing: the alphabet is checked, inflating stops at `INFLATED_LIMIT` while it streams, the JSON is
 * compared with a closed schema (an unknown key is an error, so `__proto__` is too), and every refusal is a value
 * that says why. A link never runs a program by itself; there is no field for it.
 */
import { deflateSync, Inflate, strToU8 } from "fflate"
import type { SourceText } from "../../protocol/worker.ts"
import { type EngineId, isEngineId } from "./engines.ts"
import { type LayoutNode, parseLayout } from "./layout.ts"
import { isPaneId, type PaneId } from "./panes.ts"
import { isFileName, MOST_FILES, unitsOf } from "./project.ts"
import { DICTIONARY_2 } from "./share-dictionary.ts"
import { fields, isOffset } from "./share-fields.ts"
import { packComparison, readComparison, readPasses, type SharedComparison, type SharedPasses } from "./share-instrument.ts"

/** What a link carries. */
export interface SharedState {
  /** The main file first. */
  readonly files: readonly SourceText[]
  /** Index of the file in the editor. */
  readonly active: number
  readonly stdin: string
  readonly engine: EngineId
  /** The panes that are shown, in order. */
  readonly views: readonly PaneId[]
  /** Selection in the file in the editor, in UTF-16 offsets. */
  readonly selection: { readonly start: number; readonly end: number }
  /** The arrangement of the panes, if the author wanted it to travel. */
  readonly layout?: LayoutNode
  /** The statement of the run at which the author's debugger stood; it is offered, not gone to. */
  readonly step?: number
  /** The level of optimisation, if it is another than the usual 1. */
  readonly optimise?: 0 | 2
  /** What the author measured. */
  readonly compare?: SharedComparison
  /** Where the author stood in the pass explorer. */
  readonly passes?: SharedPasses
}

/** Why a fragment is refused. `where` names the field that is wrong. */
export type ShareFault =
  | { readonly kind: "encoding" }
  | { readonly kind: "truncated" }
  | { readonly kind: "corrupt" }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "shape"; readonly where: string }
  | { readonly kind: "unknown" }
  /** No server keeps a program under this short link. */
  | { readonly kind: "absent" }
  /** The server of a short link did not give the program. */
  | { readonly kind: "unreachable"; readonly reason: string }

/** What reading a fragment gives. */
export type ShareReading = { readonly ok: true; readonly state: SharedState } | { readonly ok: false; readonly fault: ShareFault }

/** Most bytes a link may unpack to. */
export const INFLATED_LIMIT = 256 * 1024
/** Most characters of a fragment that are looked at. */
export const FRAGMENT_LIMIT = 256 * 1024
/** Most UTF-16 units of all files together. */
export const SOURCE_LIMIT = 128 * 1024
/** Most UTF-16 units of the input. */
export const STDIN_LIMIT = 64 * 1024

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** The formats that are read. */
const FORMATS = [1, 2, 3] as const
type Format = (typeof FORMATS)[number]

/** The fragment, with its `#`, that carries `state`; null if the program is too large for a link. */
export function encodeShare(state: SharedState): string | null {
  if (unitsOf(state.files) > SOURCE_LIMIT || state.stdin.length > STDIN_LIMIT) return null
  const { optimise, compare, passes, ...base } = state
  const format = optimise === undefined && compare === undefined && passes === undefined ? 2 : 3
  const json = JSON.stringify({ ...base, optimise, passes, ...(compare === undefined ? {} : { compare: packComparison(compare) }) })
  // Chats cut punctuation off the end of a link, so the last character must be a letter or a digit. White space
  // after the JSON changes the deflated bytes and means nothing.
  for (let padding = 0; ; padding++) {
    const bytes = strToU8(json + " ".repeat(padding))
    if (bytes.length > INFLATED_LIMIT) return null
    const text = toBase64url(deflateSync(bytes, { level: 9, mem: 9, dictionary: DICTIONARY_2 }))
    if (/[A-Za-z0-9]$/.test(text)) return `#${format}.${text}`
  }
}

/** What the fragment `hash` carries, or why it is refused. Never throws. */
export function decodeShare(hash: string): ShareReading {
  const match = /^#?(\d{1,9})\.(.*)$/s.exec(hash)
  if (match === null) return refuse({ kind: "unknown" })
  const [, version = "", body = ""] = match
  const format = FORMATS.find((known) => String(known) === version)
  if (format === undefined) return refuse({ kind: "version", version })
  if (body.length > FRAGMENT_LIMIT) return refuse({ kind: "tooLarge" })
  const packed = fromBase64url(body)
  if (packed === null) return refuse({ kind: "encoding" })
  const inflated = inflate(packed, format === 1 ? undefined : DICTIONARY_2)
  if (!(inflated instanceof Uint8Array)) return refuse(inflated)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(inflated))
  } catch {
    return refuse({ kind: "corrupt" })
  }
  return readState(value, format)
}

function refuse(fault: ShareFault): ShareReading {
  return { ok: false, fault }
}

/** Thrown out of the inflater's callback to stop it; never leaves `inflate`. */
const TOO_LARGE = Symbol("too large")
/**
 * Bytes handed to the inflater at a time. Deflate expands at most 1032 times, so one slice makes at most 264 KiB
 * before the limit is looked at again.
 */
const SLICE = 256

function inflate(packed: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array | ShareFault {
  const parts: Uint8Array[] = []
  let total = 0
  let ended = false
  try {
    const stream = new Inflate(dictionary === undefined ? {} : { dictionary }, (part, final) => {
      total += part.length
      if (total > INFLATED_LIMIT) throw TOO_LARGE
      parts.push(part)
      ended ||= final
    })
    for (let at = 0; at < packed.length; at += SLICE) stream.push(packed.subarray(at, at + SLICE), at + SLICE >= packed.length)
  } catch (error) {
    if (error === TOO_LARGE) return { kind: "tooLarge" }
    return isEndOfInput(error) ? { kind: "truncated" } : { kind: "corrupt" }
  }
  if (!ended || total === 0) return { kind: "truncated" }
  const whole = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** fflate numbers its errors; 0 is an unexpected end. */
function isEndOfInput(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === 0
}

function readState(value: unknown, format: Format): ShareReading {
  const wrong = (where: string): ShareReading => refuse({ kind: "shape", where })
  const state = fields(value, [format === 1 ? "v" : "active", "files", "stdin", "engine", "views", "selection"], format === 3 ? ["layout", "step", "optimise", "compare", "passes"] : ["layout", "step"])
  if (state === null) return wrong("state")
  if (format === 1 && state["v"] !== 1) return wrong("v")

  const files: { name: string; text: string }[] = []
  const list = state["files"]
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_FILES) return wrong("files")
  let units = 0
  for (const entry of list) {
    const file = fields(entry, ["name", "text"], [])
    if (file === null) return wrong("files")
    const { name, text } = file as { name: unknown; text: unknown }
    if (typeof name !== "string" || !isFileName(name) || files.some((other) => other.name === name)) return wrong("files.name")
    if (typeof text !== "string") return wrong("files.text")
    units += text.length
    files.push({ name, text })
  }
  if (units > SOURCE_LIMIT) return refuse({ kind: "tooLarge" })
  const active = format === 1 ? 0 : state["active"]
  if (!isOffset(active, files.length - 1)) return wrong("active")

  const stdin = state["stdin"]
  if (typeof stdin !== "string" || stdin.length > STDIN_LIMIT) return wrong("stdin")
  const engine = state["engine"]
  if (!isEngineId(engine)) return wrong("engine")

  const views = state["views"]
  if (!Array.isArray(views) || views.length > 32) return wrong("views")
  const panes: PaneId[] = []
  for (const view of views) {
    if (!isPaneId(view) || panes.includes(view)) return wrong("views")
    panes.push(view)
  }

  const selection = fields(state["selection"], ["start", "end"], [])
  if (selection === null) return wrong("selection")
  const { start, end } = selection as { start: unknown; end: unknown }
  const length = files[active]?.text.length ?? 0
  if (!isOffset(start, length) || !isOffset(end, length) || start > end) return wrong("selection")

  const step = state["step"]
  if (step !== undefined && (!isOffset(step, Number.MAX_SAFE_INTEGER) || step === 0)) return wrong("step")
  const optimise = state["optimise"]
  if (optimise !== undefined && optimise !== 0 && optimise !== 2) return wrong("optimise")
  const compare = "compare" in state ? readComparison(state["compare"]) : undefined
  if (compare === null) return wrong("compare")
  const passes = "passes" in state ? readPasses(state["passes"]) : undefined
  if (passes === null) return wrong("passes")
  const base: SharedState = {
    files,
    active,
    stdin,
    engine,
    views: panes,
    selection: { start, end },
    ...(step === undefined ? {} : { step }),
    ...(optimise === undefined ? {} : { optimise }),
    ...(compare === undefined ? {} : { compare }),
    ...(passes === undefined ? {} : { passes }),
  }
  if (!("layout" in state)) return { ok: true, state: base }
  const layout = parseLayout(state["layout"])
  return layout === null ? wrong("layout") : { ok: true, state: { ...base, layout } }
}

function toBase64url(bytes: Uint8Array): string {
  let text = ""
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const word = (bytes[at]! << 16) | ((left > 1 ? bytes[at + 1]! : 0) << 8) | (left > 2 ? bytes[at + 2]! : 0)
    text += ALPHABET[(word >> 18) & 63]! + ALPHABET[(word >> 12) & 63]!
    if (left > 1) text += ALPHABET[(word >> 6) & 63]!
    if (left > 2) text += ALPHABET[word & 63]!
  }
  return text
}

function fromBase64url(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let word = 0
  let bits = 0
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const value = ALPHABET.indexOf(text[index]!)
    if (value === -1) return null
    word = ((word << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (word >> bits) & 0xff
    }
  }
  return bytes.subarray(0, at)
}

/** A text for issues and chats: each file in a fence that no line of it closes, and the link. */
export function toMarkdown(files: readonly SourceText[], link: string | null, language: string): string {
  const blocks = files.map(({ name, text }) => (files.length === 1 ? fenced(text, language) : `**${name}**\n\n${fenced(text, language)}`))
  return `${blocks.join("\n")}${link === null ? "" : `\n[Open in the Hakorune Playground](${link})\n`}`
}

function fenced(source: string, language: string): string {
  let longest = 2
  for (const run of source.match(/`{3,}/g) ?? []) longest = Math.max(longest, run.length)
  const fence = "`".repeat(longest + 1)
  const body = source.endsWith("\n") || source === "" ? source : `${source}\n`
  return `${fence}${language}\n${body}${fence}\n`
}
