/**
 * What every engine offers and needs: the world a program runs in, and how a run ends. Back ends are siblings; this file
 * is all they share besides MIR and the object layout.
 */
import type { Origin } from "../mir/ir.ts"

/** The world of one run, given by a host. Nothing in it is global. */
export interface Host {
  /** Takes output: UTF-8 bytes for stdout (1) or stderr (2). The bytes are only valid during the call. */
  write(stream: 1 | 2, bytes: Uint8Array): void
  /** The program's arguments. */
  readonly arguments: readonly string[]
  /** The next line of input without its line end, or null at the end. May block. */
  readLine(): string | null
  /** Milliseconds since 1970. */
  now(): number
  /** A seed for unseeded random numbers. */
  seed(): bigint
  /** `ConsoleBox.clear()`. */
  clear(): void
  /** Takes records of drawing (`canvas/commands.ts`), valid during the call only; absent where nothing can be drawn on. */
  canvas?(records: Uint8Array): void
}

/** Limits of one run. */
export interface RunLimits {
  /** Most nested calls before StackOverflow. */
  readonly maxDepth: number
  /** Bytes of the host's own stack, for engines whose calls take it; left out where there is enough for `maxDepth` calls. */
  readonly hostStack?: number
  /** Most linear memory, in bytes; rounded down to pages of 64 KiB. */
  readonly maxMemory: number
  /** Release everything at the end and report objects that are still alive. */
  readonly countLeaks: boolean
}

/** A call in an error's trace, innermost first. */
export interface TraceEntry {
  /** Function as the user knows it. */
  readonly function: string
  readonly origin: Origin
}

/** How a run ended. */
export type RunResult =
  /** `leaked` is null unless it was asked for. */
  | { readonly kind: "exit"; readonly code: number; readonly leaked: number | null; readonly peakMemory: number }
  | { readonly kind: "trap"; readonly error: string; readonly message: string; readonly trace: readonly TraceEntry[]; readonly peakMemory: number }
