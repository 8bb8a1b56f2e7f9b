/**
 * The run worker: runs one program and reports its output and end. It is terminated afterwards, or at any time before.
 */
import type { Host, RunLimits, RunResult } from "../compiler/backend/backend.ts"
import { runCounting, runVm } from "../compiler/backend/vm/engine.ts"
import { runWasm } from "../compiler/backend/wasm/engine.ts"
import { Bug } from "../compiler/base/bug.ts"
import type { LineCount, RunMessage, RunOutcome, RunStart, TraceFrame } from "../protocol/worker.ts"
import type { TierSum } from "../protocol/tiers.ts"
import { measureHostStack } from "./host-stack.ts"
import { canDraw, Drawing } from "./drawing.ts"
import type { LinePlace, ProgramImage } from "./image.ts"
import { OutputBatcher } from "./output-batcher.ts"
import { StdinReader } from "./stdin-reader.ts"
import { runTieredImage } from "./tier-run.ts"

/** UTF-16 units of output in flight before the program waits for the page. */
const CREDIT = 256 * 1024
/** Without shared memory a running program cannot wait; output beyond this many UTF-16 units is dropped and said so. */
const UNSHARED_LIMIT = 32 << 20
/** Most nested calls before StackOverflow; a worker's small stack may allow fewer to compiled code. */
const MAX_DEPTH = 10_000

function post(message: RunMessage, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer })
}

function run(start: RunStart): void {
  const image = start.program.image as ProgramImage
  const shared = start.interactive === null ? null : new StdinReader(start.interactive)
  const startedAt = performance.now()
  let firstOutputAfter: number | null = null
  /** Size of each batch that the page may not have taken yet; the first is batch number `firstKept`. */
  const sizes: number[] = []
  let firstKept = 0
  let inFlight = 0
  let length = 0
  let dropped = false
  const batcher = new OutputBatcher(
    (chunks) => {
      const size = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0)
      if (shared !== null) {
        do {
          for (const taken = shared.taken(); firstKept < taken; firstKept++) inFlight -= sizes.shift() ?? 0
          if (inFlight > CREDIT) shared.awaitTaken(firstKept)
        } while (inFlight > CREDIT)
        sizes.push(size)
        inFlight += size
      } else {
        length += size
        if (length > UNSHARED_LIMIT) {
          if (!dropped) post({ type: "output", chunks: [{ stream: "stderr", text: "\n[output beyond 32 MiB is dropped: this page is not cross-origin isolated]\n" }] })
          dropped = true
          return
        }
      }
      post({ type: "output", chunks })
    },
    () => performance.now(),
  )
  const lines = start.stdin === "" ? [] : start.stdin.replace(/\n$/, "").split("\n")
  let nextLine = 0
  const drawing = canDraw() ? new Drawing(post, () => performance.now()) : null
  const host: Host = {
    ...(drawing === null ? {} : { canvas: (records: Uint8Array) => drawing.read(records) }),
    arguments: start.arguments,
    write: (stream, bytes) => {
      firstOutputAfter ??= performance.now() - startedAt
      batcher.write(stream === 1 ? "stdout" : "stderr", bytes)
    },
    readLine: () => {
      const given = lines[nextLine]
      if (given !== undefined) {
        nextLine++
        return given
      }
      if (shared === null) return null
      batcher.flush()
      drawing?.show()
      return shared.next(() => post({ type: "waiting-for-input" }))
    },
    now: () => start.fixed?.now ?? Date.now(),
    seed: () => BigInt(start.fixed?.seed ?? Math.floor(Math.random() * 2 ** 52)),
    clear: () => {
      batcher.flush()
      post({ type: "clear" })
    },
  }
  let outcome: RunOutcome
  let peakMemory = 0
  let tiers: readonly TierSum[] | null = null
  let counted: readonly LineCount[] | null = null
  try {
    const limits: RunLimits = { maxDepth: MAX_DEPTH, hostStack: measureHostStack(), maxMemory: start.memoryLimit, countLeaks: false }
    const { module } = start.program
    let result: RunResult
    if (image.engine === "tiered") ({ result, sums: tiers } = runTieredImage(module, image, host, limits, (note) => post({ type: "tier", note })))
    else if (image.engine === "vm" && image.points !== null) {
      const { result: ended, counts } = runCounting(module, image.vm, host, limits, image.points.length)
      result = ended
      counted = lineCounts(image.points, counts)
    } else result = image.engine === "vm" ? runVm(module, image.vm, host, limits) : runWasm({ module, sites: image.sites, map: image.map, names: image.names, frame: image.frame }, host, limits)
    peakMemory = result.peakMemory
    outcome = outcomeOf(result, image)
  } catch (error) {
    outcome = { kind: "bug", message: error instanceof Bug ? `${error.message}\n${error.detail}` : String(error) }
  }
  const milliseconds = performance.now() - startedAt
  batcher.flush()
  drawing?.show()
  post({ type: "finished", outcome, milliseconds, firstOutputAfter, peakMemory, tiers, lines: counted })
}

/** Counts of points as counts of lines; those of a line with several statements are the greatest of them. */
function lineCounts(points: readonly LinePlace[], counts: readonly number[]): LineCount[] {
  const lines = new Map<string, LineCount>()
  points.forEach(({ file, line }, i) => {
    const key = `${line}:${file}`
    const count = counts[i] as number
    const known = lines.get(key)
    if (known === undefined || known.count < count) lines.set(key, { file, line, count })
  })
  return [...lines.values()]
}

function outcomeOf(result: RunResult, image: ProgramImage): RunOutcome {
  if (result.kind === "exit") return { kind: "exit", code: result.code }
  const trace = result.trace.map((entry): TraceFrame => ({ function: entry.function, ...(image.positions[`${entry.origin.file}:${entry.origin.start}`] ?? { file: "", line: 0, column: 0 }) }))
  return { kind: "trap", error: result.error, message: result.message, trace }
}

self.addEventListener("message", (event: MessageEvent<RunStart>) => {
  run(event.data)
})
