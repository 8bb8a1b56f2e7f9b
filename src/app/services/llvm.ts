/**
 * LLVM in the browser, as the page knows it: whether this page comes with it, how far the download is, and compiling with it.
 *
 * The one idea: nothing of it is fetched before the user has agreed to the size; what is kept from then on needs neither asking nor a server.
 * A compilation is stopped by ending its worker; the compiled LLVM stays with the page and goes to the next one.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { type LlvmAnswer, LLVM_LIST, type LlvmList, type LlvmOrder, type LlvmParts, LLVM_STORE, type LlvmQuestion } from "../../protocol/llvm.ts"
import type { RunnableProgram, StageTime } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { makeLlvmWorker } from "./workers.ts"

/** What is known of LLVM. */
export interface LlvmState {
  /** `asking` until it is known whether the page comes with it; `missing` if it does not; `failed` after a download that broke off. */
  readonly phase: "asking" | "missing" | "offered" | "fetching" | "compiling" | "ready" | "failed"
  /** Bytes to fetch in all, and those that are here. */
  readonly total: number
  readonly done: number
  /** True if all of it is in the browser's store: loading it needs no server. */
  readonly isKept: boolean
  /** Why the last try failed. */
  readonly reason: string | null
}

const llvm = createStore<LlvmState>(() => ({ phase: "asking", total: 0, done: 0, isKept: false, reason: null }))

/** Follows what is known of LLVM. */
export function useLlvm<T>(selector: (state: LlvmState) => T): T {
  return useStore(llvm, selector)
}

/** What is known of LLVM now. */
export function llvmState(): LlvmState {
  return llvm.getState()
}

/** A compilation or a download was ended by the user. */
export class LlvmStopped extends Error {}

/** LLVM could not be brought here; the message is for the user. */
export class LlvmNotLoaded extends Error {}

let list: LlvmList | null = null
let parts: LlvmParts | null = null
let worker: Worker | null = null
let loading: Promise<void> | null = null
let giveUpLoading: ((error: Error) => void) | null = null
let nextId = 1
/** Grows with every stop, so that a compilation that waits for LLVM does not begin after it. */
let stops = 0
const waiting = new Map<number, { readonly resolve: (built: Built) => void; readonly reject: (error: Error) => void }>()

/** A program made by LLVM, and how long that took. */
export interface Built {
  readonly program: RunnableProgram
  readonly times: readonly StageTime[]
}

function listAddress(): string {
  return new URL(LLVM_LIST, document.baseURI).href
}

/** The list of the server, or the one that is kept. Null if there is neither. */
async function readList(): Promise<LlvmList | null> {
  try {
    const response = await fetch(listAddress(), { cache: "no-cache" })
    if (response.ok) return (await response.json()) as LlvmList
    if (response.status === 404) return null
  } catch {
    // No server: what is kept is all there is.
  }
  const stored = await (await caches.open(LLVM_STORE)).match(listAddress())
  return stored === undefined ? null : ((await stored.json()) as LlvmList)
}

/** Looks whether the page comes with LLVM, and whether it is here already. */
export async function lookForLlvm(): Promise<void> {
  const { phase } = llvm.getState()
  if (phase !== "asking" && phase !== "missing") return
  try {
    list = await readList()
    if (list === null) {
      llvm.setState({ phase: "missing" })
      return
    }
    const files = [...list.pieces, list.runtime, list.hot]
    const kept = new Set(await keptAddresses())
    const total = files.reduce((sum, { download }) => sum + download, 0)
    const isHere = files.map(({ path, download }) => (kept.has(new URL(path, document.baseURI).href) ? download : 0))
    const done = isHere.reduce((sum, download) => sum + download, 0)
    llvm.setState({ phase: "offered", total, done, isKept: done === total })
  } catch {
    llvm.setState({ phase: "missing" })
  }
}

async function keptAddresses(): Promise<readonly string[]> {
  try {
    return (await (await caches.open(LLVM_STORE)).keys()).map(({ url }) => url)
  } catch {
    return []
  }
}

/** Why LLVM cannot be used, or null if it can, perhaps after a download. */
export function reasonAgainstLlvm(state: LlvmState = llvm.getState()): string | null {
  return state.phase === "missing" ? t("llvm.missing") : null
}

/** True if programs can be compiled without asking the user for anything. */
export function isLlvmHere(): boolean {
  const { phase, isKept } = llvm.getState()
  return phase === "ready" || phase === "compiling" || isKept
}

/** Brings LLVM here. Rejects with LlvmNotLoaded, or LlvmStopped if `cancelLlvm` breaks it off. */
export function loadLlvm(): Promise<void> {
  if (parts !== null) return Promise.resolve()
  loading ??= startLoading().finally(() => {
    loading = null
    giveUpLoading = null
  })
  return loading
}

async function startLoading(): Promise<void> {
  await lookForLlvm()
  const found = list
  if (found === null) throw new LlvmNotLoaded(t("llvm.missing"))
  // The browser may throw away what nobody asked it to keep.
  void navigator.storage?.persist?.()
  llvm.setState({ phase: "fetching", reason: null })
  try {
    await new Promise<void>((resolve, reject) => {
      giveUpLoading = reject
      const mine = startWorker()
      mine.addEventListener("error", (event) => reject(new Error(event.message || "the worker stopped")))
      mine.addEventListener("message", ({ data }: MessageEvent<LlvmAnswer>) => {
        if (data.say === "fetched") llvm.setState({ done: data.done })
        else if (data.say === "compiling") llvm.setState({ phase: "compiling" })
        else if (data.say === "not-loaded") reject(new Error(data.reason))
        else if (data.say === "ready") {
          parts = data.parts
          llvm.setState({ phase: "ready", isKept: data.isKept, done: llvm.getState().total })
          resolve()
        }
      })
      tell(mine, { ask: "load", list: found, base: document.baseURI })
    })
    await keepList(found)
  } catch (error) {
    endWorker(new LlvmStopped())
    const isStopped = error instanceof LlvmStopped
    const reason = isStopped ? null : t("llvm.broken", { reason: error instanceof Error ? error.message : String(error) })
    llvm.setState({ phase: isStopped ? "offered" : "failed", reason })
    throw isStopped ? error : new LlvmNotLoaded(reason ?? "")
  }
}

/** So that the page knows what is kept when no server answers. */
async function keepList(found: LlvmList): Promise<void> {
  try {
    await (await caches.open(LLVM_STORE)).put(listAddress(), new Response(JSON.stringify(found), { headers: { "Content-Type": "application/json" } }))
  } catch {
    // Without a store nothing is kept.
  }
}

/** Breaks the download off; what is whole stays. */
export function cancelLlvm(): void {
  giveUpLoading?.(new LlvmStopped())
}

/** Compiles with LLVM, which is loaded first if it is kept. Rejects with LlvmStopped if `stopLlvm` ends it. */
export async function buildWithLlvm(order: LlvmOrder): Promise<Built> {
  const mine = stops
  await loadLlvm()
  if (mine !== stops) throw new LlvmStopped()
  if (worker === null) {
    startWorker()
    if (parts !== null && worker !== null) tell(worker, { ask: "take", parts })
  }
  const id = nextId++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    tell(worker as unknown as Worker, { ask: "build", id, order })
  })
}

/** Ends what is being compiled, at once. A download goes on. */
export function stopLlvm(): void {
  stops++
  if (waiting.size > 0) endWorker(new LlvmStopped())
}

/** LLVM itself, for a worker that measures; null if it has not been loaded. */
export function llvmParts(): LlvmParts | null {
  return parts
}

function tell(to: Worker, question: LlvmQuestion): void {
  to.postMessage(question)
}

function startWorker(): Worker {
  const mine = makeLlvmWorker()
  worker = mine
  mine.addEventListener("message", ({ data }: MessageEvent<LlvmAnswer>) => {
    if (data.say === "built") {
      waiting.get(data.id)?.resolve({ program: data.program, times: [{ stage: "clang", milliseconds: data.compile }, { stage: "wasm-ld", milliseconds: data.link }] })
      waiting.delete(data.id)
    } else if (data.say === "not-built") {
      waiting.get(data.id)?.reject(new Error(data.reason))
      waiting.delete(data.id)
    }
  })
  mine.addEventListener("error", (event) => {
    event.preventDefault()
    if (worker === mine) endWorker(new Error(event.message || "the LLVM worker stopped"))
  })
  return mine
}

function endWorker(error: Error): void {
  worker?.terminate()
  worker = null
  for (const { reject } of waiting.values()) reject(error)
  waiting.clear()
}
