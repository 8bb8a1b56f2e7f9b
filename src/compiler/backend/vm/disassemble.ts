/**
 * A VM program as text, for the bytecode view: one line an instruction, with links from lines to the source.
 *
 * Registers are `r0`, pairs `r0:r1`, jump targets the number of a word within the function. Behind each line stands what
 * its numbers mean: strings, constants, names of functions.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import type { Origin } from "../../mir/ir.ts"
import { extensionWords, NO_SITE, VM_OP_NAMES, type VmOp, vmOp } from "./bytecode.ts"
import type { VmFunction, VmProgram } from "./program.ts"
import { decodeEdge } from "./words.ts"

/** A text and the parts of it that come from somewhere. */
export interface Disassembly {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly origin: Origin }[]
}

const ABI_ROWS = Object.entries(ABI as Readonly<Record<string, AbiRow>>)

/** Prints all functions. */
export function disassemble(program: VmProgram): Disassembly {
  let text = ""
  const links: { start: number; end: number; origin: Origin }[] = []
  let next = 0
  let origin: Origin | null = null
  for (const func of program.functions) {
    if (text !== "") text += "\n"
    text += `${func.name}: ${count(func.params, "parameter register")}, ${count(func.registers, "register")}, ${count(func.length, "word")}\n`
    const heads = new Map(func.loops.map((loop, i) => [loop.at, i]))
    for (let at = 0; at < func.length; ) {
      while (next < program.origins.length && (program.origins[next]?.at as number) <= func.start + at) origin = program.origins[next++]?.origin ?? null
      const loop = heads.get(at)
      if (loop !== undefined) text += `  loop ${loop}:\n`
      const { line, words } = instruction(program, func, at)
      const start = text.length + 2
      text += `  ${line}\n`
      if (origin !== null) links.push({ start, end: text.length - 1, origin })
      at += words
    }
  }
  return { text, links }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`
}

function instruction(program: VmProgram, func: VmFunction, at: number): { readonly line: string; readonly words: number } {
  const part = (word: number, i: number): number => program.code[(func.start + word) * 4 + i] as number
  const op = VM_OP_NAMES[part(at, 0)] as VmOp
  const row = vmOp(op)
  const [a, b, c] = [part(at, 1), part(at, 2), part(at, 3)]
  const wide = b | (c << 16)
  const shown: string[] = []
  const notes: string[] = []
  const pair = (r: number): string => `r${r}:r${r + 1}`
  let words = 1
  if (row.follows === "args" || row.follows === "args+edge") {
    const [name, abi] = ABI_ROWS[b] ?? ["?", { params: [], result: "unit" }]
    words += extensionWords(row, abi.params.length, 0)
    if (abi.result !== "unit") shown.push(abi.result === "any" ? pair(a) : `r${a}`)
    shown.push(name)
    abi.params.forEach(([, type], i) => {
      const r = part(at + 1 + (i >> 2), i & 3)
      shown.push(type === "any" ? pair(r) : `r${r}`)
    })
  } else {
    words += extensionWords(row, 0, b)
    for (let i = 0; i < 3; i++) {
      const kind = row.operands[i] ?? "-"
      const value = i === 0 ? a : i === 1 ? b : c
      const signed = (value << 16) >> 16
      if (kind === "w" || kind === "r" || kind === "m") shown.push(`r${value}`)
      else if (kind === "W" || kind === "R" || kind === "M") shown.push(pair(value))
      else if (kind === "i") shown.push(`${signed}`)
      else if (kind === "u") shown.push(`${value}`)
      else if (kind === "t") shown.push(`-> ${at + 1 + signed}`)
      else if (kind === "p") shown.push(`frame r${value}`)
      else if (kind === "f") shown.push(program.functions[value]?.name ?? "?")
      else if (kind === "K") {
        shown.push(`k${wide}`)
        notes.push(constantText(program.constants[wide] ?? 0n))
      } else if (kind === "S") {
        shown.push(`s${wide}`)
        notes.push(shortText(program.strings[wide] ?? ""))
      } else if (kind === "X") {
        shown.push(`x${wide}`)
        notes.push(className(program, program.statics[wide] ?? 0))
      } else if (kind === "G") shown.push(`g${wide}`)
      else if (kind === "C") {
        shown.push(`c${wide}`)
        notes.push(className(program, wide))
      } else if (kind === "I") shown.push(`${wide}`)
      else if (kind === "J") shown.push(`-> ${at + 1 + wide}`)
    }
  }
  if (row.follows === "edge" || row.follows === "miss" || row.follows === "args+edge") {
    const word = at + words - 1
    const edge = decodeEdge(part(word, 1), part(word, 2), part(word, 3))
    if (edge.site !== NO_SITE || edge.offset !== -1) notes.push(`${row.follows === "miss" ? "miss" : "error"} -> ${word + 1 + edge.offset}`)
  }
  if (row.follows === "table") {
    for (let i = 1; i < words; i++) notes.push(`${i === 1 ? "else" : i - 2} -> ${at + i + 1 + (part(at + i, 2) | (part(at + i, 3) << 16))}`)
  }
  const body = `${String(at).padStart(4)}  ${op.padEnd(14)} ${shown.join(", ")}`
  return { line: (notes.length > 0 ? `${body.padEnd(44)} ; ${notes.join(", ")}` : body).trimEnd(), words }
}

function className(program: VmProgram, number: number): string {
  return program.strings[program.classes[number]?.name ?? -1] ?? ""
}

function shortText(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/** Constants are bits; what they are meant as is not known, so both readings are shown where both make sense. */
function constantText(bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigInt64(0, bits)
  const float = view.getFloat64(0)
  return Math.abs(float) > 1e-300 && Math.abs(float) < 1e300 ? `${float}` : float === 0 && bits === 0n ? "0.0" : `${bits}`
}
