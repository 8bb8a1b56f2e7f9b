/**
 * A pool of front-end processes (`front-end-main.ts`), kept warm: compiling a first program costs many times what a second one does.
 *
 * The one idea: a process that took too long, gave too much or died is thrown away together with its sandbox, and the next request
 * finds a fresh one. A process serves one request at a time, and a limited number of them.
 */
import type { ChildProcess } from "node:child_process"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import type { InputFile } from "../compiler/driver/compile.ts"
import type { CompileOptions } from "../compiler/driver/options.ts"
import { openSandboxed, SandboxError, type SandboxTools } from "../native/sandbox.ts"
import type { ApiDiagnostic } from "../protocol/api.ts"
import { LIMITS } from "./limits.ts"

/** What a front end is asked. */
export interface FrontEndRequest {
  readonly files: readonly InputFile[]
  readonly target: TargetName
  readonly options: CompileOptions
  /** Most UTF-16 units of IR. */
  readonly mostIr: number
  /** Whether to give the places that instructions come from. */
  readonly places: boolean
}

/** A range of the source that instructions come from, with the line and column that debug information names it by. */
export interface SourcePlace {
  readonly file: number
  readonly name: string
  readonly line: number
  readonly column: number
  readonly start: number
  readonly end: number
}

/** What a front end answers. */
export type FrontEndReply =
  | { readonly kind: "lowered"; readonly text: string; readonly places: readonly SourcePlace[] }
  | { readonly kind: "wrong"; readonly diagnostics: readonly ApiDiagnostic[] }
  | { readonly kind: "large"; readonly size: number }
  | { readonly kind: "bug"; readonly message: string }
  | { readonly kind: "slow" }
  /** Said once, before the first request: starting takes no time off a program. */
  | { readonly kind: "ready" }

/** Where the code of a front end is: a folder and the file in it to start. */
export interface FrontEndCode {
  readonly folder: string
  readonly entry: string
}

/** The code beside this file: a bundle in production, sources in tests. */
export function ownFrontEnd(): FrontEndCode {
  const here = fileURLToPath(import.meta.url)
  return here.endsWith(".ts") ? { folder: dirname(dirname(here)), entry: "server/front-end-main.ts" } : { folder: basename(dirname(here)) === "lib" ? dirname(dirname(here)) : dirname(here), entry: "front-end.js" }
}

/** One process. */
class FrontEnd {
  readonly #child: ChildProcess
  readonly #lost: Promise<never>
  readonly #ready: Promise<FrontEndReply>
  #received: Buffer[] = []
  #length = 0
  #deliver: ((reply: FrontEndReply) => void) | null = null
  #fail: (error: Error) => void = () => {}
  #messages = ""
  served = 0
  isDead = false

  constructor(sandbox: SandboxTools, code: FrontEndCode) {
    this.#child = openSandboxed(sandbox, {
      profile: "tool",
      command: ["/node", `--max-old-space-size=${LIMITS.frontEndHeap >> 20}`, "--disable-warning=ExperimentalWarning", join("/code", code.entry)],
      mounts: [{ from: "/usr/lib", to: "/usr/lib" }, ...(process.arch === "x64" ? [{ from: "/usr/lib64", to: "/usr/lib64" }] : []), { from: process.execPath, to: "/node" }, { from: code.folder, to: "/code" }],
      files: [{ path: "/package.json", content: new TextEncoder().encode('{"type":"module"}'), executable: false }],
      folder: "/",
      limits: { wall: 0, cpu: LIMITS.frontEndLife, memory: null, output: 0, messages: 0, disk: 0 },
    })
    this.#lost = new Promise((_, reject) => {
      this.#fail = (error) => {
        this.isDead = true
        reject(error)
      }
    })
    this.#lost.catch(() => {})
    this.#ready = new Promise((resolve) => {
      this.#deliver = resolve
    })
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#messages = (this.#messages + chunk.toString("utf8")).slice(-2000)
    })
    this.#child.on("error", (error) => this.#fail(new SandboxError(error.message)))
    this.#child.on("close", () => this.#fail(new SandboxError(`the front end ended: ${this.#messages}`)))
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk))
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#length += chunk.length
    if (this.#length > LIMITS.frontEndReply) {
      this.kill()
      return
    }
    if (this.#length < 4) return
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    this.#received = [all]
    const size = all.readUInt32LE()
    if (all.length < 4 + size) return
    this.#received = []
    this.#length = 0
    const deliver = this.#deliver
    this.#deliver = null
    try {
      deliver?.(JSON.parse(all.subarray(4, 4 + size).toString("utf8")) as FrontEndReply)
    } catch {
      this.kill()
    }
  }

  async ask(request: FrontEndRequest, signal: AbortSignal | undefined): Promise<FrontEndReply> {
    signal?.throwIfAborted()
    this.served += 1
    const text = Buffer.from(JSON.stringify(request))
    const head = Buffer.alloc(4)
    head.writeUInt32LE(text.length)
    let clock: NodeJS.Timeout | undefined
    let onAbort = (): void => {}
    try {
      const stopped = new Promise<never>((_, reject) => {
        onAbort = () => reject(signal?.reason)
        signal?.addEventListener("abort", onAbort, { once: true })
        clock = setTimeout(() => reject(new SandboxError("the front end does not start")), LIMITS.frontEndStart)
      })
      stopped.catch(() => {})
      await Promise.race([this.#ready, stopped, this.#lost])
      clearTimeout(clock)
      const answered = new Promise<FrontEndReply>((resolve) => {
        this.#deliver = resolve
        clock = setTimeout(() => resolve({ kind: "slow" }), LIMITS.frontEndWall)
      })
      this.#child.stdin?.write(Buffer.concat([head, text]))
      const reply = await Promise.race([answered, stopped, this.#lost])
      if (reply.kind === "slow") this.kill()
      return reply
    } catch (error) {
      this.kill()
      throw error
    } finally {
      clearTimeout(clock)
      signal?.removeEventListener("abort", onAbort)
    }
  }

  kill(): void {
    this.isDead = true
    this.#child.kill("SIGKILL")
  }
}

/** The pool. As many requests at a time as the queue lets through; each has a process to itself. */
export class FrontEnds {
  readonly #sandbox: SandboxTools
  readonly #code: FrontEndCode
  readonly #idle: FrontEnd[] = []
  readonly #busy = new Set<FrontEnd>()
  #closed = false

  constructor(sandbox: SandboxTools, code: FrontEndCode = ownFrontEnd()) {
    this.#sandbox = sandbox
    this.#code = code
  }

  /** Compiles. Rejects with a SandboxError if a process was lost twice, or with the reason of the signal. */
  async lower(request: FrontEndRequest, signal?: AbortSignal): Promise<FrontEndReply> {
    try {
      return await this.#once(request, signal)
    } catch (error) {
      if (!(error instanceof SandboxError) || this.#closed) throw error
      return this.#once(request, signal)
    }
  }

  async #once(request: FrontEndRequest, signal: AbortSignal | undefined): Promise<FrontEndReply> {
    let one = this.#idle.pop()
    while (one?.isDead === true) one = this.#idle.pop()
    one ??= new FrontEnd(this.#sandbox, this.#code)
    this.#busy.add(one)
    try {
      return await one.ask(request, signal)
    } finally {
      this.#busy.delete(one)
      if (this.#closed || one.served >= LIMITS.frontEndRequests || this.#idle.length >= LIMITS.idleFrontEnds) one.kill()
      else if (!one.isDead) this.#idle.push(one)
    }
  }

  /** Ends all processes. */
  close(): void {
    this.#closed = true
    for (const one of [...this.#idle, ...this.#busy]) one.kill()
  }
}
