/**
 * LLVM in the browser: the list of files it is delivered in, and the messages between the page and its worker. Shapes only.
 *
 * The worker fetches the files or takes them from the browser's store, keeps what is whole at once, and so goes on where it stopped.
 */
import type { RunnableProgram } from "./worker.ts"

/** Path of the list, from the page's address. */
export const LLVM_LIST = "llvm.json"

/** A file of the delivery. */
export interface LlvmFile {
  /** From the page's address; holds the hash of the content. */
  readonly path: string
  /** Bytes as they are used. */
  readonly size: number
  /** Bytes that travel, to a browser that takes the best form. */
  readonly download: number
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly sha256: string
}

/** The list. */
export interface LlvmList {
  /** LLVM's binary, cut into pieces. */
  readonly pieces: readonly LlvmFile[]
  /** The runtime's object, and the bitcode of its hot functions. */
  readonly runtime: LlvmFile
  readonly hot: LlvmFile
}

/** LLVM, ready: what a fresh worker needs to go on. */
export interface LlvmParts {
  readonly llvm: WebAssembly.Module
  readonly runtime: Uint8Array
  readonly hot: Uint8Array
}

/** What LLVM is to compile: made by the compiler worker. */
export interface LlvmOrder {
  readonly text: string
  readonly level: "O0" | "O1" | "O2" | "O3"
  /** Goes into the program's image; opaque to the page. */
  readonly image: unknown
}

/** What the worker is told. `load` or `take` comes first. */
export type LlvmQuestion =
  | { readonly ask: "load"; readonly list: LlvmList; readonly base: string }
  | { readonly ask: "take"; readonly parts: LlvmParts }
  | { readonly ask: "build"; readonly id: number; readonly order: LlvmOrder }

/** What it says. Sizes are bytes. */
export type LlvmAnswer =
  /** Fetched so far, stored files included. */
  | { readonly say: "fetched"; readonly done: number; readonly total: number }
  /** Everything is here; the browser compiles LLVM. */
  | { readonly say: "compiling" }
  /** `isKept` is false where the browser has no store that we may use. */
  | { readonly say: "ready"; readonly parts: LlvmParts; readonly isKept: boolean }
  | { readonly say: "not-loaded"; readonly reason: string }
  | { readonly say: "built"; readonly id: number; readonly program: RunnableProgram; readonly compile: number; readonly link: number }
  | { readonly say: "not-built"; readonly id: number; readonly reason: string }

/** Name of the browser's store for the files. */
export const LLVM_STORE = "hakorune-llvm"
