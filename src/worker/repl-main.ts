/**
 * The REPL worker: takes one entry after another, each with the state of its session, and answers with what became of
 * it. It keeps nothing, so the page may terminate it at any time.
 */
import machineUrl from "../../dist/runtime/vm.wasm?url"
import { Bug } from "../compiler/base/bug.ts"
import { submit } from "../debug/repl.ts"
import type { ReplEvent, ReplRequest } from "../protocol/repl.ts"
import { measureHostStack } from "./host-stack.ts"
import { StdinReader } from "./stdin-reader.ts"

function post(event: ReplEvent): void {
  self.postMessage(event)
}

async function loadMachine(): Promise<WebAssembly.Module> {
  const response = await fetch(machineUrl)
  if (!response.ok) throw new Error(`the interpreter could not be loaded (${response.status})`)
  return WebAssembly.compile(await response.arrayBuffer())
}

let machine: Promise<WebAssembly.Module> | null = null

async function take({ state, text, interactive }: ReplRequest): Promise<void> {
  machine ??= loadMachine()
  machine.catch(() => {
    machine = null
  })
  const input = interactive === null ? null : new StdinReader(interactive)
  const answer = submit(await machine, state, text, {
    clock: () => performance.now(),
    write: (stream, written) => post({ type: "output", stream, text: written }),
    readLine: () => (input === null ? null : input.next(() => post({ type: "waiting-for-input" }))),
    now: () => Date.now(),
    seed: () => BigInt(Math.floor(Math.random() * 2 ** 52)),
    clear: () => post({ type: "clear" }),
    hostStack: measureHostStack(),
  })
  post({ type: "answer", answer })
}

self.addEventListener("message", (event: MessageEvent<ReplRequest>) => {
  take(event.data).catch((error: unknown) => post({ type: "bug", message: error instanceof Bug ? `${error.message}\n${error.detail}` : String(error) }))
})
