/**
 * The compare worker: compiles and runs one program on one engine, for being timed. The engine is fresh with the worker.
 */
import runtimeUrl from "../../dist/runtime/runtime.wasm?url"
import machineUrl from "../../dist/runtime/vm.wasm?url"
import { countBlocks } from "../compare/engines/count-blocks.ts"
import { TimedProgram } from "../compare/engines/program.ts"
import { Bug } from "../compiler/base/bug.ts"
import type { CompareAnswer, CompareQuestion } from "../protocol/compare.ts"

/** Nested calls before StackOverflow, as for any run in a worker. */
const MAX_DEPTH = 10_000

const load = (url: string) => async (): Promise<Uint8Array> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`a part of the engine could not be loaded (${response.status})`)
  return new Uint8Array(await response.arrayBuffer())
}
const now = (): number => performance.now()

let machine: WebAssembly.Module | null = null
let timed: TimedProgram | null = null

async function answer(question: CompareQuestion): Promise<Extract<CompareAnswer, { ok: true }>["value"]> {
  if (question.ask === "prepare") {
    const { memoryLimit, llvm, ...program } = question.program
    timed = new TimedProgram({ ...program, arguments: [], limits: { maxDepth: MAX_DEPTH, maxMemory: memoryLimit, countLeaks: false } }, { loadRuntime: load(runtimeUrl), loadMachine: load(machineUrl), now, cpu: now, ...(llvm === undefined ? {} : { llvm }) })
    return timed.prepare()
  }
  if (question.ask === "count") {
    const { engine: _, memoryLimit, ...program } = question.program
    machine ??= await WebAssembly.compile((await load(machineUrl)()) as Uint8Array<ArrayBuffer>)
    return countBlocks(machine, { ...program, limits: { maxDepth: MAX_DEPTH, maxMemory: memoryLimit, countLeaks: false }, blocks: question.blocks }, now, question.milliseconds)
  }
  if (timed === null) throw new Bug("compare", `${question.ask} before prepare`)
  return question.ask === "compile" ? timed.compile() : timed.run()
}

self.addEventListener("message", (event: MessageEvent<CompareQuestion>) => {
  const post = (message: CompareAnswer): void => self.postMessage(message)
  answer(event.data).then(
    (value) => post({ ok: true, value }),
    (error: unknown) => post({ ok: false, reason: error instanceof Error ? error.message : String(error) }),
  )
})
