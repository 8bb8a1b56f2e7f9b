/**
 * The compiler worker's side of a tiered run: it compiles what the run worker orders over a port, and puts what is finished into the
 * memory the two share. Without shared memory there is no such side: the run worker compiles itself.
 */
import { Mailbox, MAILBOX_BYTES, type TierOrder, TierServer } from "../compiler/backend/tiered/background.ts"
import type { TierProgram } from "../compiler/backend/tiered/places.ts"

/** What the run worker gets to reach this side. */
export interface TierLine {
  readonly port: MessagePort
  readonly mailbox: SharedArrayBuffer
}

/** True if a worker can be told something while it is busy. */
export function canCompileBeside(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && self.crossOriginIsolated
}

/** Opens a line for one run; the server knows the units of the run, also when it is over. */
export function openDesk(program: TierProgram): { readonly line: TierLine; readonly server: TierServer } {
  const { port1, port2 } = new MessageChannel()
  const mailbox = new SharedArrayBuffer(MAILBOX_BYTES)
  const server = new TierServer(program, new Mailbox(mailbox), () => performance.now())
  port1.onmessage = (event: MessageEvent<TierOrder>): void => {
    try {
      server.take(event.data)
    } catch (error) {
      // The part of the program that was ordered stays interpreted; the developer's console says why.
      self.reportError(error)
    }
  }
  const warmUp = (): void => {
    if (server.warmUp()) setTimeout(warmUp, 0)
  }
  setTimeout(warmUp, 0)
  return { line: { port: port2, mailbox }, server }
}
