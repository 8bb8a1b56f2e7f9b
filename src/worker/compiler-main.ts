/**
 * The compiler worker: takes requests one after another and answers each. What has been overtaken by a newer request of
 * the same kind is answered too; the page drops it by its version.
 */
import runtimeUrl from "../../dist/runtime/runtime.wasm?url"
import machineUrl from "../../dist/runtime/vm.wasm?url"
import type { CompilerNotice, CompilerReply, CompilerRequest, RunnableProgram } from "../protocol/worker.ts"
import { Session } from "./session.ts"

function post(message: CompilerReply | CompilerNotice, ports: readonly MessagePort[] = []): void {
  self.postMessage(message, { transfer: [...ports] })
}

/** The ports in an answer: those of a program that is ready to run. */
function portsOf(output: unknown): readonly MessagePort[] {
  const program = typeof output === "object" && output !== null && "program" in output ? (output as { readonly program: RunnableProgram | null }).program : null
  return program?.ports ?? []
}

async function load(url: string, what: string): Promise<ArrayBuffer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${what} could not be loaded (${response.status})`)
  return response.arrayBuffer()
}

const session = new Session({
  now: () => performance.now(),
  loadRuntime: async () => new Uint8Array(await load(runtimeUrl, "the runtime")),
  loadMachine: async () => WebAssembly.compile(await load(machineUrl, "the interpreter")),
  later: (run) => void setTimeout(run, 0),
  backendReady: () => post({ notice: "backend-ready" }),
})

self.addEventListener("message", (event: MessageEvent<CompilerRequest>) => {
  const { id, request, input } = event.data
  session
    .answer(request, input as never)
    .then((output) => post({ id, ok: true, output }, portsOf(output)))
    .catch((error: unknown) => post({ id, ok: false, failed: String(error instanceof Error && error.message !== "" ? error.message : error) }))
})

post({ notice: "ready" })
