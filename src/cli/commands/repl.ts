/**
 * `hako repl`: entries from standard input, their values on standard output. An incomplete entry goes on with the next
 * line. Entries read no input of their own: the input is the entries.
 */
import { readFile } from "node:fs/promises"
import { createInterface } from "node:readline"
import { EMPTY_REPL, MOST_MILLISECONDS, MOST_SEEN, submit } from "../../debug/repl.ts"
import type { ReplAnswer } from "../../protocol/repl.ts"
import { parseArguments, UsageError } from "../arguments.ts"
import { writeText } from "../report.ts"

/** Commands of the session itself. */
const RESET = ":reset"
const QUIT = ":quit"

/** Runs the command; gives the exit code. */
export async function repl(args: readonly string[]): Promise<number> {
  const { operands } = parseArguments(args, [])
  if (operands.length > 0) throw new UsageError("repl takes no file: hako repl")
  const machine = await WebAssembly.compile((await readFile(new URL("./runtime/vm.wasm", import.meta.url))) as Uint8Array<ArrayBuffer>)
  const isTerminal = process.stdin.isTTY === true
  const lines = createInterface({ input: process.stdin, output: isTerminal ? process.stdout : undefined, historySize: 500 })
  if (isTerminal) writeText(1, `Entries run at Enter; ${RESET} forgets them, ${QUIT} or Control D ends.\n`)
  let state = EMPTY_REPL
  let text = ""
  const prompt = (): void => {
    lines.setPrompt(text === "" ? "> " : "… ")
    if (isTerminal) lines.prompt()
  }
  prompt()
  for await (const line of lines) {
    if (text === "" && line.trim() === QUIT) break
    if (text === "" && line.trim() === RESET) {
      state = EMPTY_REPL
      prompt()
      continue
    }
    text = text === "" ? line : `${text}\n${line}`
    const answer = submit(machine, state, text, {
      clock: () => performance.now(),
      write: (stream, written) => writeText(stream === "stdout" ? 1 : 2, written),
      readLine: () => null,
      now: () => Date.now(),
      seed: () => BigInt(Math.floor(Math.random() * 2 ** 52)),
      clear: () => {
        if (isTerminal) console.clear()
      },
    })
    // An empty line ends an entry that is not complete: what is wrong with it is said then.
    if (answer.kind !== "incomplete") {
      show(answer)
      if (answer.kind === "done") state = answer.state
      text = ""
    } else if (line.trim() === "") {
      writeText(2, "the entry is incomplete and is dropped\n")
      text = ""
    }
    prompt()
  }
  lines.close()
  return 0
}

function show(answer: Exclude<ReplAnswer, { readonly kind: "incomplete" }>): void {
  switch (answer.kind) {
    case "done":
      if (answer.value !== null) writeText(1, `${answer.value}\n`)
      return
    case "unkept":
      if (answer.value !== null) writeText(1, `${answer.value}\n`)
      writeText(2, `not kept: with this entry the session ${tooMuch(answer)}; it is as it was before it\n`)
      return
    case "wrong":
      for (const { line, message } of answer.problems) writeText(2, `line ${line}: ${message}\n`)
      return
    case "failed":
      writeText(2, `${answer.error}: ${answer.message}\n`)
      return
    case "exited":
      writeText(2, `the entry called exit(${answer.code}); the session is as it was before it\n`)
  }
}

function tooMuch({ reason, milliseconds }: Extract<ReplAnswer, { readonly kind: "unkept" }>): string {
  if (reason === "input") return `has read more than ${MOST_SEEN} lines, times and seeds`
  return `takes ${(milliseconds / 1000).toFixed(1)} s, and is repeated before each entry, for at most ${MOST_MILLISECONDS / 1000} s`
}
