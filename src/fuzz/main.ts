/**
 * `npm run fuzz -- [--seed N] [--count N] [--shrink] [--all] [--only TEXT]`: generates programs, runs each in several ways (with
 * `--only` in those whose names begin so) and reports where they differ. `--print` shows the seed's program; `--file PATH` judges a
 * program in every way; `--parser` gives broken texts to the front end instead; `--images` gives
 * damaged bytecode to the interpreter.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { programsIn } from "../conformance/suite.ts"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { fuzzFrontEnd } from "./front-end.ts"
import { generate } from "./generate.ts"
import { fuzzImages } from "./images.ts"
import { type Mismatch, nameOf, WAYS, type Way } from "./oracles.ts"
import { Judge } from "./pool.ts"
import { shrink } from "./shrink.ts"

const number = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  const value = at === -1 ? fallback : Number(process.argv[at + 1])
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a number`)
  return value
}
const flag = (name: string): boolean => process.argv.includes(`--${name}`)

const PATIENCE = 60_000

/** The ways of one program: all, or two that take turns. */
export function waysOf(seed: number, all: boolean): readonly Way[] {
  const only = process.argv.indexOf("--only")
  if (only !== -1) return WAYS.filter((way) => nameOf(way).startsWith(process.argv[only + 1] ?? ""))
  if (all) return WAYS
  const first = WAYS[seed % WAYS.length] as Way
  return seed % 10 === 0 ? [first, WAYS[0] as Way] : [first]
}

const file = process.argv.indexOf("--file")
if (flag("print")) console.log(generate(number("seed", 1)))
else if (flag("parser")) parserFuzz(number("seed", 1), number("count", 10_000))
else if (flag("images")) imageFuzz(number("seed", 1), number("count", 10_000))
else if (file !== -1) {
  const judge = new Judge(PATIENCE)
  const report = await judge.ask({ seed: 0, text: readFileSync(process.argv[file + 1] as string, "utf8"), ways: WAYS, formatted: true })
  await judge.close()
  console.log(report === null ? "does not end" : `${report.end}${report.isReferenced ? "" : ", without the reference"}`)
  for (const { way, detail } of report?.mismatches ?? []) console.log(`    ${way}: ${detail}`)
} else {
  const from = number("seed", 1)
  const count = number("count", 100)
  const judge = new Judge(PATIENCE)
  const started = performance.now()
  let found = 0
  let referenced = 0
  const ends = new Map<string, number>()
  for (let seed = from; seed < from + count; seed++) {
    const ways = waysOf(seed, flag("all"))
    const formatted = flag("all") || seed % 4 === 0
    const report = await judge.ask({ seed, text: null, ways, formatted })
    const mismatches: readonly Mismatch[] = report?.mismatches ?? [{ way: "time", detail: "does not end" }]
    if (report?.isReferenced === true) referenced++
    const end = (report?.end ?? "does not end").replace(/[ :].*/, "")
    ends.set(end, (ends.get(end) ?? 0) + 1)
    if (mismatches.length > 0) {
      found++
      console.log(`seed ${seed}`)
      for (const { way, detail } of mismatches) console.log(`    ${way}: ${detail}`)
      if (flag("shrink")) {
        const first = mismatches[0] as Mismatch
        const chosen = WAYS.filter((way) => nameOf(way) === first.way)
        const small = await shrink(generate(seed), async (text) => {
          const again = await judge.ask({ seed, text, ways: chosen, formatted: first.way === "format" })
          return again?.mismatches.some((m) => m.way === first.way && sameKind(m.detail, first.detail)) ?? first.way === "time"
        })
        console.log(small)
      }
    }
    const done = seed - from + 1
    if (done % 50 === 0) console.log(`${done} programs, ${found} mismatches, ${referenced} with the reference, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
  await judge.close()
  console.log([...ends].sort((a, b) => b[1] - a[1]).map(([end, n]) => `${end} ${n}`).join(", "))
  console.log(`${count} programs, ${found} mismatches`)
  process.exitCode = found > 0 ? 1 : 0
}

/** Whether two details are of one kind: the same words around other numbers. */
function sameKind(a: string, b: string): boolean {
  const kind = (text: string): string => (text.startsWith("line ") ? "output" : text.replace(/\d+/g, "N").replace(/"[^"]*"/g, '""').slice(0, 60))
  return kind(a) === kind(b)
}

function imageFuzz(seed: number, count: number): void {
  const machine = new WebAssembly.Module(readFileSync(new URL("../../dist/runtime/vm.wasm", import.meta.url)))
  const programs = programsIn(join(import.meta.dirname, "..", "examples")).map((path) => compile([{ name: "main.hako", text: readFileSync(path, "utf8") }], { optimise: 1 }))
  const whole = programs.map((compilation) => compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin) }).bytes)
  const { refused, loaded, breaches } = fuzzImages(machine, whole, seed, count)
  for (const { number: at, what } of breaches.slice(0, 20)) console.log(`seed ${at}: ${what}`)
  console.log(`${count} images: ${refused} refused, ${loaded} with a new checksum loaded, ${breaches.length} breaches`)
  process.exitCode = breaches.length > 0 ? 1 : 0
}

function parserFuzz(seed: number, count: number): void {
  const corpus = programsIn(join(import.meta.dirname, "..", "conformance", "programs")).map((path) => readFileSync(path, "utf8"))
  const clock = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  const start = performance.now()
  const found = new Map<string, number>()
  const memory = (): string => `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`
  fuzzFrontEnd(
    seed,
    count,
    clock,
    ({ seed: at, text, what }) => {
      const kind = what.replace(/\d+/g, "N")
      const seen = found.get(kind) ?? 0
      found.set(kind, seen + 1)
      if (seen < 2) console.log(`seed ${at}: ${what}\n${JSON.stringify(text)}`)
    },
    corpus,
    (done) => console.log(`${done} texts, ${[...found.values()].reduce((a, b) => a + b, 0)} breaches, ${((performance.now() - start) / 1000).toFixed(0)} s, ${memory()}`),
  )
  const breaches = [...found.values()].reduce((a, b) => a + b, 0)
  console.log(`${count} texts, ${breaches} breaches, ${((performance.now() - start) / 1000).toFixed(0)} s, ${memory()}`)
  process.exitCode = breaches > 0 ? 1 : 0
}
