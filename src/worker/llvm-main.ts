/**
 * The LLVM worker: brings LLVM here, once, and compiles programs with it. It is terminated to stop a compilation; a fresh one then takes
 * LLVM from the page, compiled as it is.
 *
 * What is fetched is checked against the list and stored piece by piece, so a download that broke off goes on behind the last whole piece.
 */
import { buildModule } from "../llvm/build.ts"
import { type LlvmInput, llvmProgram } from "../llvm/program.ts"
import { type LlvmAnswer, type LlvmFile, type LlvmList, type LlvmOrder, type LlvmParts, LLVM_STORE, type LlvmQuestion } from "../protocol/llvm.ts"
import type { LlvmImage, ProgramImage } from "./image.ts"

/** How often a file is asked for before we give up. */
const TRIES = 3

let parts: LlvmParts | null = null

function say(answer: LlvmAnswer): void {
  self.postMessage(answer)
}

/** The browser's store, or null where there is none: without a secure connection. */
async function openStore(): Promise<Cache | null> {
  try {
    return await caches.open(LLVM_STORE)
  } catch {
    return null
  }
}

/** Fetches a file; `progress` hears of every part that has come. */
async function fetchFile(url: string, file: LlvmFile, progress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url)
  if (!response.ok || response.body === null) throw new Error(`the server answered with status ${response.status}`)
  const bytes = new Uint8Array(file.size)
  let at = 0
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (at + value.length > file.size) throw new Error("a file is longer than it should be")
    bytes.set(value, at)
    at += value.length
    progress(at)
  }
  if (at < file.size) throw new Error("the connection ended too early")
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  if ([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") !== file.sha256) throw new Error("a file is damaged")
  return bytes
}

async function load(list: LlvmList, base: string): Promise<{ readonly parts: LlvmParts; readonly isKept: boolean }> {
  const store = await openStore()
  const files = [...list.pieces, list.runtime, list.hot]
  const total = files.reduce((sum, { download }) => sum + download, 0)
  let isKept = store !== null
  let done = 0
  const contents: Uint8Array<ArrayBuffer>[] = []
  for (const file of files) {
    const url = new URL(file.path, base).href
    const stored = await store?.match(url)
    let bytes = stored === undefined ? null : new Uint8Array(await stored.arrayBuffer())
    if (bytes?.length !== file.size) {
      bytes = await again(() => fetchFile(url, file, (come) => say({ say: "fetched", done: Math.round(done + (come / file.size) * file.download), total })))
      try {
        await store?.put(url, new Response(bytes, { headers: { "Content-Type": "application/octet-stream" } }))
      } catch {
        // No room: it works now, and is fetched again another time.
        isKept = false
      }
    }
    done += file.download
    say({ say: "fetched", done, total })
    contents.push(bytes)
  }
  say({ say: "compiling" })
  const pieces = contents.slice(0, list.pieces.length)
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
  })
  const llvm = await WebAssembly.compileStreaming(new Response(stream, { headers: { "Content-Type": "application/wasm" } }))
  if (store !== null) await forgetOthers(store, new Set(files.map((file) => new URL(file.path, base).href)))
  const [runtime, hot] = contents.slice(list.pieces.length) as [Uint8Array, Uint8Array]
  return { parts: { llvm, runtime, hot }, isKept }
}

/** Files of earlier versions are of no use any more. */
async function forgetOthers(store: Cache, used: ReadonlySet<string>): Promise<void> {
  for (const request of await store.keys()) if (!used.has(request.url)) await store.delete(request)
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

function build(id: number, { text, level, image }: LlvmOrder): void {
  if (parts === null) throw new Error("LLVM is not loaded")
  const { positions, ...input } = image as LlvmImage
  const { bytes, times } = buildModule(parts, text, level, () => performance.now())
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)
  const made: ProgramImage = { engine: "wasm", ...llvmProgram(input satisfies Omit<LlvmInput, "text">, bytes), positions }
  say({ say: "built", id, program: { engine: "llvm-jit", module, bytes: bytes.length, image: made, ports: [] }, compile: times.compile, link: times.link })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

self.addEventListener("message", (event: MessageEvent<LlvmQuestion>) => {
  const question = event.data
  switch (question.ask) {
    case "load":
      load(question.list, question.base).then(
        (loaded) => {
          parts = loaded.parts
          say({ say: "ready", ...loaded })
        },
        (error: unknown) => say({ say: "not-loaded", reason: reasonOf(error) }),
      )
      break
    case "take":
      parts = question.parts
      break
    case "build":
      try {
        build(question.id, question.order)
      } catch (error) {
        say({ say: "not-built", id: question.id, reason: reasonOf(error) })
      }
      break
  }
})
