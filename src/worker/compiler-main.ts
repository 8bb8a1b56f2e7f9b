/**
 * The compiler worker: takes requests one after another and answers each. What has been overtaken by a newer request of
 * the same kind is answered too; the page drops it by its version.
 */
import runtimeUrl from "../../dist/runtime/runtime.wasm?url"
import type { CompilerNotice, CompilerReply, CompilerRequest } from "../protocol/worker.ts"
import { Session } from "./session.ts"

function post(message: CompilerReply | CompilerNotice): void {
  self.postMessage(message)
}

const session = new Session({
  now: () => performance.now(),
  loadRuntime: async () => {
    const response = await fetch(runtimeUrl)
    if (!response.ok) throw new Error(`the runtime could not be loaded (${response.status})`)
    return new Uint8Array(await response.arrayBuffer())
  },
  backendReady: () => post({ notice: "backend-ready" }),
})

self.addEventListener("message", (event: MessageEvent<CompilerRequest>) => {
  const { id, request, input } = event.data
  session
    .answer(request, input as never)
    .then((output) => post({ id, ok: true, output }))
    .catch((error: unknown) => post({ id, ok: false, failed: error instanceof Error ? `${error.message}` : String(error) }))
})

post({ notice: "ready" })
// The first Run should not wait for the back end; the first check should not wait behind its start-up.
setTimeout(() => {
  session.prepareBackend().catch(() => {})
}, 200)
