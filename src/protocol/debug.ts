/**
 * The messages between the page and the debug worker. Messages only: no behaviour.
 *
 * A debug worker is made for one program and terminated with it. It is always in one of two states: *running*, after
 * `running`, and *stopped*, after `stopped`. A command that moves is answered by `running` and then `stopped`; while it
 * runs, only `pause`, breakpoints and input are listened to. Lines are 1-based, ranges are UTF-16 offsets.
 */
import type { TextRange } from "./worker.ts"

/** A program compiled for debugging. */
export interface DebugProgram {
  /** The interpreter. */
  readonly module: WebAssembly.Module
  /** What the worker needs to run and explain the program; opaque to the page. */
  readonly image: unknown
}

/** A breakpoint as the user set it. */
export interface BreakpointRequest {
  readonly file: string
  readonly line: number
  /** Stops only where this expression is true; empty for always. */
  readonly condition: string
}

/** Where a breakpoint really is, and what is wrong with it. */
export interface BreakpointState extends BreakpointRequest {
  /** The line it stops at; null if no code stands at the line or below it. */
  readonly at: number | null
  /** Why the condition cannot be evaluated, or null. */
  readonly problem: string | null
}

/** How to move. `back` is a step over in the other direction. */
export type DebugMove = "continue" | "into" | "over" | "out" | "back" | "runBack"

/** A value in one line; `ref` asks for its parts, null if it has none. */
export interface ShownValue {
  readonly name: string
  readonly line: string
  readonly type: string
  readonly ref: number | null
}

/** A variable of a frame. */
export interface ShownVariable extends ShownValue {
  readonly kind: "local" | "parameter" | "captured" | "me" | "global"
}

/** A call that has not returned, innermost first. */
export interface ShownFrame {
  readonly function: string
  readonly file: string
  readonly line: number
  readonly range: TextRange
  readonly variables: readonly ShownVariable[]
}

/** A watched expression: its value, or why it has none. */
export interface ShownWatch {
  readonly text: string
  readonly value: ShownValue | null
  readonly problem: string | null
}

/** Why the program stands still. `oldest`: further back nothing is kept. */
export type StopReason = "entry" | "step" | "breakpoint" | "pause" | "error" | "end" | "input" | "oldest"

/** What can be seen at a stop. */
export interface DebugStop {
  readonly reason: StopReason
  /** Statements passed since the start, and the first one that one can go back to. */
  readonly time: number
  readonly oldest: number
  /** The error that ends the program, at the moment it was raised. */
  readonly error: { readonly kind: string; readonly message: string } | null
  /** For `end`. */
  readonly exitCode: number | null
  readonly frames: readonly ShownFrame[]
  readonly globals: readonly ShownVariable[]
  readonly watches: readonly ShownWatch[]
}

/** A piece of output. */
export interface DebugOutput {
  readonly stream: "stdout" | "stderr"
  readonly text: string
}

/** Messages to a debug worker. */
export type DebugRequest =
  | {
      readonly type: "start"
      readonly program: DebugProgram
      /** Lines given before the run. */
      readonly stdin: string
      readonly breakpoints: readonly BreakpointRequest[]
      readonly watches: readonly string[]
      /** Stops at the first statement instead of running to a breakpoint. */
      readonly stopsAtEntry: boolean
    }
  | { readonly type: "move"; readonly move: DebugMove }
  /** Goes to a time: a step of a shared link. */
  | { readonly type: "goTo"; readonly time: number }
  | { readonly type: "pause" }
  | { readonly type: "breakpoints"; readonly breakpoints: readonly BreakpointRequest[] }
  | { readonly type: "watches"; readonly watches: readonly string[]; readonly frame: number }
  | { readonly type: "expand"; readonly ref: number }
  /** A line of input; null for its end. */
  | { readonly type: "input"; readonly line: string | null }

/** Messages from a debug worker. */
export type DebugEvent =
  | { readonly type: "running" }
  | { readonly type: "stopped"; readonly stop: DebugStop }
  | { readonly type: "breakpoints"; readonly breakpoints: readonly BreakpointState[] }
  | { readonly type: "watches"; readonly watches: readonly ShownWatch[] }
  /** `more`: parts that are not shown. */
  | { readonly type: "parts"; readonly ref: number; readonly parts: readonly ShownValue[]; readonly more: number }
  /** What the program has written; `isWhole` says that it replaces what was shown before. */
  | { readonly type: "output"; readonly isWhole: boolean; readonly chunks: readonly DebugOutput[] }
  /** We failed; the session is over. */
  | { readonly type: "bug"; readonly message: string }
