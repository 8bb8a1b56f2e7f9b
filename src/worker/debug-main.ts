/**
 * The debug worker: one debugging session, driven by the page's messages. A session lets messages in while it runs, so
 * it can be paused; the page ends it by terminating the worker.
 */
import { Bug } from "../compiler/base/bug.ts"
import type { DebugImage } from "../debug/image.ts"
import { DebugSession } from "../debug/session.ts"
import type { DebugEvent, DebugRequest } from "../protocol/debug.ts"

function post(event: DebugEvent): void {
  self.postMessage(event)
}

/** A turn of the event loop; a message channel is not slowed down like a timer. */
const channel = new MessageChannel()
const waiting: (() => void)[] = []
channel.port1.onmessage = () => waiting.shift()?.()
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    channel.port2.postMessage(null)
  })

let session: DebugSession | null = null

async function take(request: DebugRequest): Promise<void> {
  if (request.type === "start") {
    session = new DebugSession(request.program.module, request.program.image as DebugImage, request.stdin, {
      now: () => Date.now(),
      seed: () => BigInt(Math.floor(Math.random() * 2 ** 52)),
      report: post,
      breathe,
    })
    session.setBreakpoints(request.breakpoints)
    session.setWatches(request.watches, 0)
    await session.start(request.stopsAtEntry)
    return
  }
  switch (request.type) {
    case "move":
      return session?.move(request.move)
    case "goTo":
      return session?.goTo(request.time)
    case "input":
      return session?.input(request.line)
    case "pause":
      return session?.pause()
    case "breakpoints":
      return session?.setBreakpoints(request.breakpoints)
    case "watches":
      return session?.setWatches(request.watches, request.frame)
    case "expand":
      return session?.expand(request.ref)
  }
}

self.addEventListener("message", (event: MessageEvent<DebugRequest>) => {
  take(event.data).catch((error: unknown) => post({ type: "bug", message: error instanceof Bug ? `${error.message}\n${error.detail}` : String(error) }))
})
