/**
 * Text-in, text-out tests of MIR, as data: a file opens with `; test …`, holds a module, and ends with what is expected.
 *
 * - `; test pass NAME…` runs passes and compares the text of the result with the comment lines after the module;
 * - `; test verify` compares the rules that are broken with the `; error: Vn` lines;
 * - `; run: @f(1, 2) == 3` (also `== error`, `== fatal`) is run before and after the passes.
 */
import { Bug } from "../base/bug.ts"
import { parseModule } from "./parse.ts"
import { printModule } from "./print.ts"
import type { Module } from "./ir.ts"
import { Interpreter, type MirValue } from "./interpret.ts"
import { findViolations } from "./verify.ts"

/** A test file taken apart. */
export interface FileTest {
  readonly command: readonly string[]
  readonly runs: readonly { readonly text: string; readonly func: string; readonly args: readonly MirValue[]; readonly want: string }[]
  readonly errors: readonly string[]
  /** The file up to the expectation. */
  readonly source: string
  readonly expected: string
}

/** Takes a test file apart. */
export function readFileTest(text: string): FileTest {
  const lines = text.split("\n")
  let end = lines.length
  while (end > 0 && (lines[end - 1] === "" || (lines[end - 1] as string).startsWith(";"))) end--
  const source = lines.slice(0, end).join("\n") + "\n"
  const tail = lines.slice(end).filter((line) => line.startsWith(";"))
  const head = lines.slice(0, end).filter((line) => line.startsWith(";"))
  const command = (head.find((line) => line.startsWith("; test ")) ?? "").slice(7).split(" ")
  const runs = head.filter((line) => line.startsWith("; run: ")).map(readRun)
  const errors = head.filter((line) => line.startsWith("; error: ")).map((line) => line.slice(9).trim())
  return { command, runs, errors, source, expected: tail.map((line) => line.slice(2)).join("\n") }
}

function readRun(line: string): FileTest["runs"][number] {
  const text = line.slice(7).trim()
  const match = /^@(\S+?)\((.*)\) == (.+)$/.exec(text)
  if (match === null) throw new Bug("mir/filetest", `not a run line: ${line}`)
  const args = (match[2] ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "")
  return { text, func: match[1] ?? "", args: args.map(readValue), want: match[3] ?? "" }
}

function readValue(text: string): MirValue {
  if (text === "true" || text === "false") return text === "true"
  if (text === "null") return null
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text)
}

/** Runs the `run` lines; returns those that did not hold. */
export function checkRuns(test: FileTest, module: Module): string[] {
  const wrong: string[] = []
  for (const run of test.runs) {
    const machine = new Interpreter(module)
    const outcome = machine.call(run.func, run.args)
    const got = outcome.kind === "value" ? showValue(outcome.value) : outcome.kind
    if (got !== run.want) wrong.push(`${run.text}, but it was ${got}`)
    if (module.phase !== "counted") continue
    if (outcome.kind === "value") machine.release(outcome.value)
    if (outcome.kind === "error") machine.release(outcome.error)
    machine.clearGlobals()
    if (outcome.kind !== "fatal" && machine.alive.length > 0) wrong.push(`${run.text}: ${machine.alive.length} objects leaked`)
  }
  return wrong
}

function showValue(value: MirValue): string {
  return typeof value === "object" && value !== null ? value.class : String(value)
}

/** The text to expect at the end of the file for a module. */
export function expectationOf(module: Module): string {
  return printModule(module).text.trimEnd()
}

/** The file with its expectation replaced. */
export function withExpectation(test: FileTest, expected: string): string {
  return `${test.source}${expected.split("\n").map((line) => (line === "" ? ";" : `; ${line}`)).join("\n")}\n`
}

/** The module of a test. */
export function moduleOf(test: FileTest): Module {
  return parseModule(test.source)
}

/** The rules a module breaks, each once, in order of discovery. */
export function brokenRules(module: Module): string[] {
  return [...new Set(findViolations(module).map((v) => v.rule))]
}
