/**
 * The server behind the page, as far as there is one: what it can do, and the requests to it.
 *
 * The one idea: the page needs no server. It looks once whether one answers; what a server is needed for is greyed with the reason until
 * one does, and a failure says whose it is: the program's, or ours.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { API, type Ability, ABILITIES, type ApiFailure, type AsmAnswer, type AsmRequest, type BuildAnswer, type BuildEvent, type BuildRequest, type BuildTarget, type HealthAnswer, type RunAnswer, type RunRequest, type ServerStage, type SnippetAnswer, type SnippetRequest } from "../../protocol/api.ts"
import { t } from "../messages/t.ts"
import type { CommandId } from "../model/commands.ts"

/** Milliseconds after which a request is given up: longer than the server's own limit. */
const PATIENCE = 35_000
/** Milliseconds after which the server is looked at again. */
const HOLDS = 60_000

/** What is known of the server. */
export interface ServerState {
  /** `asking` until the first answer; `absent` if nothing that speaks our language answers. */
  readonly phase: "asking" | "present" | "absent"
  readonly health: HealthAnswer | null
}

const server = createStore<ServerState>(() => ({ phase: "asking", health: null }))
let looked = Number.NEGATIVE_INFINITY

/** Follows what is known of the server. */
export function useServer<T>(selector: (state: ServerState) => T): T {
  return useStore(server, selector)
}

/** Looks whether there is a server and what it can do, unless that was done a moment ago. */
export async function lookForServer(): Promise<void> {
  const now = performance.now()
  if (now - looked < HOLDS) return
  looked = now
  try {
    const response = await fetch(addressOf(API.health), { signal: AbortSignal.timeout(PATIENCE) })
    const health = (await response.json()) as HealthAnswer
    const isOurs = response.ok && ABILITIES.every((ability) => health.abilities[ability] === null || typeof health.abilities[ability] === "string")
    server.setState(isOurs ? { phase: "present", health } : { phase: "absent", health: null })
  } catch {
    server.setState({ phase: "absent", health: null })
  }
}

/** Why the server cannot do something now, in a sentence; null if it can, or if that is not known yet. */
export function reasonAgainst(ability: Ability, state: ServerState = server.getState()): string | null {
  if (state.phase === "asking") return null
  const reason = state.health?.abilities[ability]
  if (reason === undefined) return t("server.absent")
  return reason === null ? null : t("server.cannot", { reason })
}

const NEEDS: Readonly<Partial<Record<CommandId, Ability>>> = { build: "build", focusAssembly: "asm", copyShortLink: "snippets" }

/** Why a command cannot be carried out now, or null. */
export function reasonAgainstCommand(id: CommandId): string | null {
  const ability = NEEDS[id]
  return ability === undefined ? null : reasonAgainst(ability)
}

/** A request that failed, with whose doing it was. */
export class ServerFailure extends Error {
  readonly failure: ApiFailure["error"] | null

  constructor(message: string, failure: ApiFailure["error"] | null) {
    super(message)
    this.failure = failure
  }
}

function addressOf(path: string): URL {
  return new URL(path.slice(1), document.baseURI)
}

function failureOf(error: ApiFailure["error"]): ServerFailure {
  const wait = error.retryAfter === undefined ? "" : ` ${t("server.retry", { seconds: error.retryAfter })}`
  return new ServerFailure(`${error.message}${wait}`, error)
}

async function ask(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(addressOf(path), { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) })
  } catch (error) {
    signal.throwIfAborted()
    throw new ServerFailure(error instanceof DOMException && error.name === "TimeoutError" ? t("server.slow", { seconds: PATIENCE / 1000 }) : t("server.unreachable"), null)
  }
  if (response.ok) return response
  let body: Partial<ApiFailure> | null = null
  try {
    body = (await response.json()) as Partial<ApiFailure>
  } catch {
    // What stands between us and the server has answered in its place.
  }
  throw body?.error === undefined ? new ServerFailure(t("server.status", { status: response.status }), null) : failureOf(body.error)
}

function posted(body: unknown, accept: string): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json", Accept: accept }, body: JSON.stringify(body) }
}

/** Builds an executable; `onStage` hears what is being done. */
export async function requestBuild(request: BuildRequest, onStage: (stage: ServerStage) => void, signal: AbortSignal): Promise<BuildAnswer> {
  const response = await ask(API.build, posted(request, "application/x-ndjson"), signal)
  let rest = ""
  try {
    const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      rest += value ?? ""
      const lines = rest.split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        const event = JSON.parse(line) as BuildEvent
        if ("error" in event) throw failureOf(event.error)
        if ("answer" in event) return event.answer
        onStage(event.stage)
      }
      if (done) throw new ServerFailure(t("server.unreachable"), null)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof ServerFailure ? error : new ServerFailure(t("server.unreachable"), null)
  }
}

/** LLVM's text of a program. */
export async function requestAssembly(request: AsmRequest, signal: AbortSignal): Promise<AsmAnswer> {
  return (await (await ask(API.asm, posted(request, "application/json"), signal)).json()) as AsmAnswer
}

/** Runs a program on an engine of the server. */
export async function requestRun(request: RunRequest, signal: AbortSignal): Promise<RunAnswer> {
  return (await (await ask(API.run, posted(request, "application/json"), signal)).json()) as RunAnswer
}

/** The system that the server runs programs for, or null; see `lookForServer`. */
export function runTarget(): BuildTarget | null {
  return server.getState().health?.runs ?? null
}

/** Keeps a link's fragment; gives its short name. */
export async function keepSnippet(request: SnippetRequest): Promise<SnippetAnswer> {
  return (await (await ask(API.snippets, posted(request, "application/json"), new AbortController().signal)).json()) as SnippetAnswer
}

/** The fragment of a short name. */
export async function readSnippet(id: string): Promise<SnippetAnswer> {
  return (await (await ask(`${API.snippets}/${encodeURIComponent(id)}`, {}, new AbortController().signal)).json()) as SnippetAnswer
}
