/**
 * What lights up when a place of an example is selected: for every place that code is made of, the instructions that the page
 * marks in MIR, Wasm and LLVM IR, or the reason that it gives where it marks none. As text, one file per example in
 * `example-links/`; `BLESS=1` writes them anew, they are reviewed like code.
 *
 * An instruction is shown by its name and what it names, without registers and numbers of lines, so a change of the compiler
 * changes only the rows that it is about. `around` says that not the place itself but the code around it is marked.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "../../compiler/driver/compile.ts"
import { renderView } from "../../compiler/driver/render-view.ts"
import { type Fate, Fates } from "../../compiler/driver/vanished.ts"
import { EXAMPLES } from "../../examples/index.ts"
import type { SourceRange, TextRange, ViewLink } from "../../protocol/worker.ts"
import { counterparts, linksAtSource } from "./links.ts"

const SOURCES = join(import.meta.dirname, "../../examples")
const GOLDEN = join(import.meta.dirname, "example-links")
/** The level at which the page compiles unless told otherwise. */
const LEVEL = 1
/** Characters of a place that a row shows. */
const SHOWN = 48

/** A view with what is needed to speak of its parts. */
interface LinkedView {
  readonly name: string
  readonly text: string
  readonly links: readonly ViewLink[]
  /** How a line begins a function, with the function's name. */
  readonly head: RegExp
  /** What an instruction does, of its text. */
  readonly instruction: (text: string) => string
}

const VIEWS = {
  mir: {
    name: "MIR",
    head: /^define .*?@([^\s(]+)/gm,
    instruction: (text: string) => text.replace(/ +;.*$/, "").replace(/^%\d+: \S+ = /, "").replace(/\(.*$/, "").replace(/,? *%\d+\b/g, "").replace(/\bbb\d+\b.*$/, ""),
  },
  wat: {
    name: "Wasm",
    head: /^ {2}\(func \$(?:hako:)?([^\s()]+)/gm,
    // A value that is only put into a local is the instruction that makes it.
    instruction: (text: string) => text.replace(/^(?:\(local\.(?:set|tee) \S+ )+(?=\()/, "").replace(/^\(/, "").replace(/^(call(?:_indirect)? \$\S+|\S+).*$/, "$1").replace(/\)+$/, ""),
  },
  llvm: {
    name: "LLVM",
    head: /^define .*?@"?(?:hako:)?([^\s("]+)/gm,
    instruction: (text: string) => text.replace(/, !dbg .*$/, "").replace(/^%\S+ = /, "").replace(/^(?:tail )?call [^@]*(@"[^"]*"|@[\w.:/]+).*$/, "call $1").replace(/^(?!call )(\S+).*$/, "$1"),
  },
} as const

/** A compiled example, as the page knows it. */
class CompiledExample {
  readonly source: string
  readonly views: readonly LinkedView[]
  readonly fates: Fates
  /** The places that code is made of, in the order of the source. */
  readonly places: readonly SourceRange[]
  readonly #lineAt: (offset: number) => string

  constructor(file: string) {
    this.source = readFileSync(join(SOURCES, file), "utf8")
    const compilation = compile([{ name: file, text: this.source }], { optimise: LEVEL })
    this.fates = new Fates(compilation)
    this.views = (["mir", "wat", "llvm"] as const).map((id) => {
      const { text, links } = renderView(compilation, id)
      return { ...VIEWS[id], text, links: links.map(({ start, end, origin }) => ({ view: { start, end }, source: { file: origin.file, start: origin.start, end: origin.end } })) }
    })
    const places = new Map<string, SourceRange>()
    for (const func of compilation.built().funcs.values()) {
      for (const origin of func.blocks.flatMap((block) => [...block.insts.map((inst) => inst.origin), block.termOrigin])) {
        if (origin !== null && origin.file === 0 && origin.start < origin.end) places.set(`${origin.start}:${origin.end}`, { file: 0, start: origin.start, end: origin.end })
      }
    }
    this.places = [...places.values()].sort((a, b) => a.start - b.start || b.end - a.end)
    const { lines } = compilation.sources[0] as NonNullable<(typeof compilation.sources)[0]>
    this.#lineAt = (offset) => {
      const { line, column } = lines.position(offset)
      return `${line}:${column}`
    }
  }

  /** One row of the golden text for a place: where and what it is, and a line for each view. */
  row(place: SourceRange): string {
    const text = this.source.slice(place.start, place.end).replace(/\s+/g, " ")
    const shown = text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`
    return [`${this.#lineAt(place.start)} ${shown}`, ...this.views.map((view) => `  ${view.name.padEnd(4)} ${this.#marked(view, place)}`)].join("\n")
  }

  /** What a view marks for a place, or why it marks nothing. */
  #marked(view: LinkedView, place: SourceRange): string {
    const ranges = counterparts(view.links, [place])
    if (ranges.length === 0) return `- ${reason(this.fates.of(place))}`
    const isAround = linksAtSource(view.links, place).every(({ source }) => source.start <= place.start && source.end >= place.end && source.end - source.start > place.end - place.start)
    return `${isAround ? "around: " : ""}${instructions(view, ranges).join("; ")}`
  }
}

/** The marked instructions by function; what is there several times is counted. */
function instructions(view: LinkedView, ranges: readonly TextRange[]): string[] {
  const heads = [...view.text.matchAll(view.head)].map((match) => ({ at: match.index, name: match[1] as string }))
  const functions = new Map<string, Map<string, number>>()
  for (const { start, end } of ranges) {
    const name = heads.findLast((head) => head.at <= start)?.name ?? ""
    const text = view.text.slice(start, end).trim().split("\n")[0] as string
    const what = /^(?:define|\(func)\b/.test(text) ? "function" : view.instruction(text).trim()
    const counts = functions.get(name) ?? new Map<string, number>()
    functions.set(name, counts.set(what, (counts.get(what) ?? 0) + 1))
  }
  return [...functions].map(([name, counts]) => `@${name} ${[...counts].map(([what, count]) => (count === 1 ? what : `${what} ×${count}`)).join(", ")}`)
}

/** A reason in words. */
function reason(fate: Fate): string {
  switch (fate.kind) {
    case "nothing":
      return "no code is made of it"
    case "there":
      return "part of the code around it"
    case "inlined":
      return `inlined into ${fate.into.join(", ")}`
    case "gone":
      return `gone after ${fate.pass}`
  }
}

describe("the links of an example", () => {
  it.each(EXAMPLES)("$id", ({ id, file }) => {
    const example = new CompiledExample(file)
    const path = join(GOLDEN, `${id}.txt`)
    const got = `${example.places.map((place) => example.row(place)).join("\n")}\n`
    if (process.env["BLESS"] === "1") writeFileSync(path, got)
    else expect(got).toBe(readFileSync(path, "utf8"))
  })

  it("have no text without an example", () => {
    expect(readdirSync(GOLDEN).sort()).toEqual(EXAMPLES.map(({ id }) => `${id}.txt`).sort())
  })
})
