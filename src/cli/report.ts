/**
 * What the command line prints about a program: diagnostics and run-time errors. Nothing else prints.
 */
import { writeSync } from "node:fs"
import type { RunResult } from "../compiler/backend/backend.ts"
import { renderDiagnostic } from "../compiler/diagnostics/render.ts"
import type { Compilation } from "../compiler/driver/compile.ts"

/** Codes that the line about explanations names. */
const MOST_NAMED = 5

/** Writes all of `bytes`, waiting while a pipe is full. A reader that has gone away ends the output silently. */
export function writeAll(fd: 1 | 2, bytes: Uint8Array): void {
  let at = 0
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === "EAGAIN") {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
        continue
      }
      if (code === "EPIPE") return
      throw error
    }
  }
}

/** Writes a text to stdout or stderr. */
export function writeText(fd: 1 | 2, text: string): void {
  writeAll(fd, new TextEncoder().encode(text))
}

/** Prints the diagnostics on stderr; warnings and hints only if asked for. */
export function printDiagnostics(compilation: Compilation, everything: boolean): void {
  let text = ""
  const codes = new Set<string>()
  for (const { source, diagnostic } of compilation.diagnostics) {
    if (!everything && diagnostic.severity !== "error") continue
    codes.add(diagnostic.code)
    text += `${source.name}: ${renderDiagnostic(source, diagnostic)}\n`
  }
  if (codes.size > 0) text += `More about it: hako explain ${[...codes].sort().slice(0, MOST_NAMED).join(" ")}\n`
  writeText(2, text)
}

/** Prints an uncaught error with its place and call trace on stderr. */
export function printTrap(compilation: Compilation, result: Extract<RunResult, { kind: "trap" }>): void {
  let text = `[ERROR] ${result.error}: ${result.message}\n`
  for (const entry of result.trace) {
    const { file, line, column } = compilation.positionOf(entry.origin)
    text += `  at ${entry.function} (${file}:${line}:${column})\n`
  }
  writeText(2, text)
}
