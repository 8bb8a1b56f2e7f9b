/**
 * The VM against what it is compared with: the interpreter as a native program, CPython, PUC Lua, the same interpreter as WebAssembly,
 * and a naive interpreter of the syntax tree (the reference of the fuzzer). Whole processes by their CPU time, but for WebAssembly
 * and the reference, which are timed inside. Rounds are interleaved; figures are medians of the ratios of each round. Outputs must agree.
 *
 * The naive interpreter is slow, so it runs a program of its own in one round: calls and integers, and nothing else.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { runReference } from "../fuzz/reference.ts"
import { findLlvm, findProgram } from "../setup/tools.ts"
import { geometricMean, median, threadCpu } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
const NATIVE = fileURLToPath(new URL("../runtime/native", import.meta.url))
const DEBIAN_PYTHON = "/usr/bin/python3.11"
const NOT_INSTALLED = "not installed"

/** What the VM is compared with; each gives the time of a run and its output. */
const OTHERS = ["CPython", "Lua", "in Wasm"] as const
type Other = (typeof OTHERS)[number]

interface Run {
  readonly milliseconds: number
  readonly output: string
}

/** A program: milliseconds of the native VM, and how many times as long the others take; null if one is not installed. */
export interface VmRow {
  readonly name: string
  readonly milliseconds: number
  readonly ratios: Readonly<Record<Other, number | null>>
}

/** Builds the interpreter natively, as fast as the compiler can. Throws if there is no compiler. */
function buildMachine(folder: string): string {
  const compiler = findProgram("gcc") ?? findLlvm()?.clang ?? findProgram("clang")
  if (compiler === null) throw new Error("no C compiler: install gcc or clang")
  const machine = join(folder, "vm")
  execFileSync(compiler, ["-std=gnu11", "-O2", "-fno-strict-aliasing", "-ffp-contract=off", "-w", join(NATIVE, "hk_vm_all.c"), join(NATIVE, "hk_vm_main.c"), "-o", machine, "-lm"])
  return machine
}

/** The file of a program for the native VM. */
function buildProgram(path: string, folder: string): string {
  const compilation = compile([{ name: "program.hako", text: readFileSync(path, "utf8") }], { optimise: 1 })
  const { bytes } = compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin) })
  const file = join(folder, "program.hkb")
  writeFileSync(file, bytes)
  return file
}

/** Runs a process; its CPU time. */
function timed(command: string, args: readonly string[]): Run {
  const result = spawnSync("bash", ["-c", 'TIMEFORMAT="%3U %3S"; time "$0" "$@"', command, ...args], { encoding: "utf8", maxBuffer: 64 << 20 })
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr}`)
  const [user = 0, system = 0] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number)
  return { milliseconds: (user + system) * 1000, output: result.stdout }
}

function inWasm(path: string): Run {
  const answer = execFileSync(process.execPath, [join(import.meta.dirname, "run-engine.ts"), "vm", path], { encoding: "utf8" })
  const line = answer.indexOf("\n")
  return { milliseconds: Number.parseFloat(answer), output: answer.slice(line + 1) }
}

/**
 * CPython itself: what is found by name may be a script of a version manager that takes longer than some programs. Debian's build
 * comes first, since it is optimised by profiles, which one built from sources by such a manager is not.
 */
function findPython(): string | null {
  const found = [DEBIAN_PYTHON, ...["python3.11", "python3"].map(findProgram)].find((path) => path !== null && existsSync(path)) ?? null
  return found === null ? null : execFileSync(found, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim()
}

/** How to run a twin, or null if the system has not got what runs it. */
function runnerOf(other: Other, name: string): (() => Run) | null {
  if (other === "in Wasm") return () => inWasm(join(PROGRAMS, `${name}.hako`))
  const [program, ending] = other === "CPython" ? [findPython(), "py"] : [findProgram("lua5.4"), "lua"]
  return program === null ? null : () => timed(program, [join(PROGRAMS, `${name}.${ending}`)])
}

/** Measures all programs, or those whose names hold `filter`; `tell` gets each row when it is known. */
export function measureVm(filter: string, rounds: number, tell: (row: VmRow) => void): VmRow[] {
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    const machine = buildMachine(folder)
    const rows: VmRow[] = []
    for (const file of readdirSync(PROGRAMS).filter((found) => found.endsWith(".hako") && found.includes(filter))) {
      const name = file.slice(0, -".hako".length)
      const program = buildProgram(join(PROGRAMS, file), folder)
      const times: number[] = []
      const ratios: Record<Other, number[]> = { CPython: [], Lua: [], "in Wasm": [] }
      const runners = OTHERS.flatMap((other) => {
        const start = runnerOf(other, name)
        return start === null ? [] : [{ other, start }]
      })
      for (let round = 0; round < rounds; round++) {
        const own = timed(machine, [program])
        times.push(own.milliseconds)
        for (const { other, start } of runners) {
          const run = start()
          if (run.output !== own.output) throw new Error(`${name}: the output of the twin for ${other} differs: ${JSON.stringify(run.output)} and ${JSON.stringify(own.output)}`)
          ratios[other].push(run.milliseconds / own.milliseconds)
        }
      }
      const ratio = (other: Other): number | null => (ratios[other].length === 0 ? null : median(ratios[other]))
      const row: VmRow = { name, milliseconds: median(times), ratios: { CPython: ratio("CPython"), Lua: ratio("Lua"), "in Wasm": ratio("in Wasm") } }
      rows.push(row)
      tell(row)
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How many times as long as the VM in WebAssembly the naive interpreter takes for the naive Fibonacci number of 22. */
export function measureReference(): number {
  const text = readFileSync(join(PROGRAMS, "fib.hako"), "utf8")
  const small = text.replace("me.fib(35)", "me.fib(22)")
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    const path = join(folder, "fib.hako")
    writeFileSync(path, text.replace("me.fib(35)", "me.fib(32)"))
    const compilation = compile([{ name: "fib.hako", text: small }], { optimise: 0 })
    const [source] = compilation.sources
    const [program] = compilation.programs
    if (source === undefined || program === undefined) throw new Error("the program for the naive interpreter is not valid")
    const cpu = (): number => threadCpu() ?? performance.now()
    // The first run is for the engine that runs the interpreter.
    runReference(source, program)
    const before = cpu()
    const outcome = runReference(source, program)
    const naive = cpu() - before
    if (outcome?.stdout !== "17711\n") throw new Error("the naive interpreter gives another number")
    // The work is proportional to the number: fib(32) / fib(22).
    return naive / (inWasm(path).milliseconds / (2_178_309 / 17_711))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const cells = (name: string, values: readonly string[]): string => `${name.padEnd(18)}${values.map((value) => value.padStart(14)).join("")}`

/** What stands above the rows. */
export const VM_HEADING = cells("program", ["native VM ms", ...OTHERS.map((other) => `${other} /VM`)])

/** A row as text. */
export function vmLine({ name, milliseconds, ratios }: VmRow): string {
  return cells(name, [milliseconds.toFixed(0), ...OTHERS.map((other) => ratios[other]?.toFixed(2) ?? NOT_INSTALLED)])
}

/** The geometric means. */
export function vmMeans(rows: readonly VmRow[]): string {
  const mean = (other: Other): string => {
    const known = rows.flatMap((row) => row.ratios[other] ?? [])
    return known.length === 0 ? NOT_INSTALLED : geometricMean(known).toFixed(2)
  }
  return cells("geometric mean", ["", ...OTHERS.map(mean)])
}
