/**
 * What a program that ran as a process of its own did, in the words that runs on the other engines are compared by: an
 * executable writes about an uncaught error itself, where the other engines hand it to their host.
 */
import { type Digest, OutputDigester } from "./measurement.ts"

/** What an executable writes last about an uncaught error: kind, message, places. */
const REPORT = /(?:^|\n)\[ERROR\] (\w+): ([^]*?)\n((?: {2}at .*\n)*)$/
/** Exit code of a program that an uncaught error ended. */
const FAILED = 1
/** Bytes of the standard error output that are searched for the report. */
const SEARCHED = 64 * 1024

/** The digest of a process that wrote these bytes and gave this exit code. */
export function digestOfProcess(stdout: readonly Uint8Array[], stderr: readonly Uint8Array[], code: number): Digest {
  const digester = new OutputDigester()
  for (const part of stdout) digester.write(1, part)
  const errors = joined(stderr)
  const report = code === FAILED && errors.length <= SEARCHED ? REPORT.exec(new TextDecoder().decode(errors)) : null
  if (report === null) {
    digester.write(2, errors)
    return digester.digest(`exit ${code}`)
  }
  const before = new TextEncoder().encode(report.input.slice(0, report.index))
  digester.write(2, before.length === 0 ? before : joined([before, NEWLINE]))
  return digester.digest(`${report[1]}: ${report[2]}`)
}

const NEWLINE = new Uint8Array([10])

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
