/**
 * What is measured of a program on an engine, and the table of engines with what is known of them without measuring.
 * Data only; who measures and who shows are hosts.
 */

/** What is known of an engine without running anything. */
export interface ComparedEngine {
  /** Whether code is made anew, better, while the program runs. */
  readonly optimisesAtRunTime: boolean
  /** What a user of the program must get. */
  readonly distributes: "module" | "bytecode" | "compiler" | "file"
  /** What is counted as memory: the program's own (linear memory) or the whole process (resident). */
  readonly memory: "linear" | "resident"
}

/** TABLE the engines, in the order they are listed. */
export const COMPARED_ENGINES = {
  vm: { optimisesAtRunTime: false, distributes: "bytecode", memory: "linear" },
  tiered: { optimisesAtRunTime: true, distributes: "bytecode", memory: "linear" },
  wasm: { optimisesAtRunTime: true, distributes: "module", memory: "linear" },
  "llvm-wasm": { optimisesAtRunTime: true, distributes: "module", memory: "linear" },
  "llvm-jit": { optimisesAtRunTime: false, distributes: "compiler", memory: "resident" },
  aot: { optimisesAtRunTime: false, distributes: "file", memory: "resident" },
} as const satisfies Record<string, ComparedEngine>

/** Name of an engine that can be compared. */
export type ComparedEngineId = keyof typeof COMPARED_ENGINES

/** The engines in the order of the table. */
export const COMPARED_ENGINE_IDS = Object.keys(COMPARED_ENGINES) as readonly ComparedEngineId[]

/** What a run printed and how it ended, short enough to keep and enough to compare. */
export interface Digest {
  /** Bytes printed, both streams. */
  readonly bytes: number
  /** Hash of everything printed, stream by stream. */
  readonly hash: string
  /** The first characters printed. */
  readonly head: string
  /** How it ended: `exit 0`, or the error nobody caught. */
  readonly end: string
}

/** One run of a program. Times are in milliseconds. */
export interface RunSample {
  readonly run: number
  /** From the start of the run to the first output; null without output. */
  readonly firstOutput: number | null
  /** Bytes; null if it could not be told. */
  readonly peakMemory: number | null
  readonly digest: Digest
}

/** How far measuring an engine has come. */
export type MeasurementState =
  | "waiting"
  | "measuring"
  | "measured"
  /** It is not here, or could not be used; `reason` says why. */
  | "absent"
  /** It was ended before its first run was over: by the time limit or by the user. */
  | "stopped"

/** Everything measured of a program on one engine. */
export interface Measurement {
  readonly engine: ComparedEngineId
  readonly state: MeasurementState
  /** Why it is absent or was stopped. */
  readonly reason: string | null
  /** First compilation in a fresh process or worker, and first run. */
  readonly coldCompile: number | null
  readonly cold: RunSample | null
  /** Later compilations. Empty where compiling cannot be timed apart from running. */
  readonly compile: readonly number[]
  /** Later runs; the same index on two engines is the same round. */
  readonly warm: readonly RunSample[]
  /** Bytes of code made for the program. */
  readonly codeBytes: number | null
  /** Bytes to be distributed so that the program runs, where they can be told. */
  readonly distributedBytes: number | null
  /** True if compiling is part of every run's time. */
  readonly compilesInRun: boolean
  /** True if the program reads the clock or draws random numbers without a seed of its own, as far as this engine can tell. */
  readonly readsWorld: boolean
}

/** A measurement before anything was measured. */
export function unmeasured(engine: ComparedEngineId, state: MeasurementState = "waiting", reason: string | null = null): Measurement {
  return { engine, state, reason, coldCompile: null, cold: null, compile: [], warm: [], codeBytes: null, distributedBytes: null, compilesInRun: false, readsWorld: false }
}

/**
 * Hashes what a program prints, as it prints it. How the bytes are cut into writes does not matter; each stream is hashed for
 * itself, since engines may hold one of them back for a while.
 */
export class OutputDigester {
  // Two FNV-1a hashes with different multipliers, for each stream.
  readonly #hashes = new Int32Array([0x811c9dc5, 0x1000193, 0x811c9dc5, 0x1000193])
  #bytes = 0
  #head = ""
  readonly #decoder = new TextDecoder()

  /** Takes bytes written to stdout (1) or stderr (2). */
  write(stream: 1 | 2, bytes: Uint8Array): void {
    const at = (stream - 1) * 2
    let a = this.#hashes[at] as number
    let b = this.#hashes[at + 1] as number
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ byte, 0x5bd1e995)
    }
    this.#hashes[at] = a
    this.#hashes[at + 1] = b
    this.#bytes += bytes.length
    if (this.#head.length < HEAD) this.#head += this.#decoder.decode(bytes.subarray(0, HEAD), { stream: true })
  }

  /** The digest of a run that ended as `end` says. */
  digest(end: string): Digest {
    const hash = [...this.#hashes].map((n) => (n >>> 0).toString(16).padStart(8, "0")).join("")
    return { bytes: this.#bytes, hash, head: this.#head.slice(0, HEAD), end }
  }
}

/** Characters kept of the output. */
const HEAD = 400

/** True if two runs printed the same and ended alike. */
export function sameOutput(a: Digest, b: Digest): boolean {
  return a.hash === b.hash && a.bytes === b.bytes && a.end === b.end
}
