/**
 * The host side of the runtime in WebAssembly: imports, strings and errors in linear memory.
 *
 * The one idea: whoever runs a program (worker, command line, tests) gives five functions; everything that knows offsets is here.
 * Ending a program throws `ProgramExit` or `ProgramFailure` through the Wasm frames; nothing in them catches it.
 */
import { CLASS_MASK, STR, TAG } from "./repr.ts"

/** What a program can see of the world. */
export interface HostFunctions {
  /** Writes bytes to stdout (1) or stderr (2). The bytes are valid during the call only. */
  readonly write: (fd: number, bytes: Uint8Array) => void
  /** The next line without its end, or null at the end of the input. */
  /** The program's arguments. */
  readonly arguments: readonly string[]
  readonly readLine: () => Uint8Array | null
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A seed for random numbers. */
  readonly seed: () => bigint
  /** Clears the output. */
  readonly clear: () => void
}

/** The program called `exit`. */
export class ProgramExit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** An error as the runtime recorded it. */
export interface FailureRecord {
  readonly kind: string
  readonly message: string
  /** Line of the failing operation, 0 if unknown. */
  readonly line: number
  /** Call sites, the innermost first: numbers in the image's site table. */
  readonly trace: readonly number[]
}

/** An error that no handler caught ended the program. */
export class ProgramFailure extends Error {
  readonly record: FailureRecord
  constructor(record: FailureRecord) {
    super(`${record.kind}: ${record.message}`)
    this.record = record
  }
}

/** The exports every image has, as far as this file uses them. */
export interface RuntimeExports {
  readonly memory: WebAssembly.Memory
  readonly hk_host_buffer: (size: number) => number
  readonly hk_pending_error: () => number
  readonly hk_error_kind: (error: number) => number
  readonly hk_error_message: (error: number) => number
  readonly hk_error_line: (error: number) => bigint
  readonly hk_trace_length: (error: number) => number
  readonly hk_trace_site: (error: number, index: number) => number
}

const DECODER = new TextDecoder()
const ENCODER = new TextEncoder()

/** The bytes of a string object; a view that later growth of the memory invalidates. */
export function stringBytes(memory: WebAssembly.Memory, pointer: number): Uint8Array {
  const length = new DataView(memory.buffer).getUint32(pointer + STR.BYTES, true)
  return new Uint8Array(memory.buffer, pointer + STR.DATA, length)
}

/** The text of a string object. */
export function stringText(memory: WebAssembly.Memory, pointer: number): string {
  return DECODER.decode(stringBytes(memory, pointer))
}

/** Reads the error that is pending. */
export function pendingFailure(exports: RuntimeExports): FailureRecord {
  const error = exports.hk_pending_error()
  if (error === 0) return { kind: "Bug", message: "the program ended without an error", line: 0, trace: [] }
  const trace: number[] = []
  const length = exports.hk_trace_length(error)
  for (let i = 0; i < length; i++) trace.push(exports.hk_trace_site(error, i))
  return {
    kind: stringText(exports.memory, exports.hk_error_kind(error)),
    message: stringText(exports.memory, exports.hk_error_message(error)),
    line: Number(exports.hk_error_line(error)),
    trace,
  }
}

/** The module `host` for an instance; `exports` is asked for only once the program runs. */
export function hostImports(host: HostFunctions, exports: () => RuntimeExports): WebAssembly.ModuleImports {
  return {
    hk_host_write: (fd: number, pointer: number, length: number): void => {
      host.write(fd, new Uint8Array(exports().memory.buffer, pointer, length))
    },
    hk_host_argument: (index: number): number => {
      const argument = host.arguments[index]
      if (argument === undefined) return -1
      const runtime = exports()
      const bytes = ENCODER.encode(argument)
      const pointer = runtime.hk_host_buffer(bytes.length)
      new Uint8Array(runtime.memory.buffer, pointer, bytes.length).set(bytes)
      return bytes.length
    },
    hk_host_read_line: (): number => {
      const line = host.readLine()
      if (line === null) return -1
      const runtime = exports()
      const pointer = runtime.hk_host_buffer(line.length)
      new Uint8Array(runtime.memory.buffer, pointer, line.length).set(line)
      return line.length
    },
    hk_host_now: (): number => host.now(),
    hk_host_seed: (): bigint => host.seed(),
    hk_host_exit: (code: number): never => {
      throw new ProgramExit(code)
    },
    hk_host_fatal: (): never => {
      throw new ProgramFailure(pendingFailure(exports()))
    },
    hk_host_canvas: (): number => 0,
    hk_host_clear: (): void => host.clear(),
  }
}

/** Writes an immortal string object at `address`; gives its size, a multiple of 8. For static data and tests. */
export function writeString(memory: WebAssembly.Memory, address: number, text: string): number {
  const bytes = ENCODER.encode(text)
  const view = new DataView(memory.buffer)
  view.setUint32(address, 0x40000000, true)
  view.setUint32(address + 4, 1 & CLASS_MASK, true)
  view.setUint32(address + STR.BYTES, bytes.length, true)
  view.setUint32(address + STR.CODEPOINTS, [...text].length, true)
  view.setUint32(address + STR.HASH, 0, true)
  view.setUint32(address + STR.CAPACITY, bytes.length, true)
  new Uint8Array(memory.buffer, address + STR.DATA, bytes.length).set(bytes)
  return (STR.DATA + bytes.length + 7) & ~7
}

/** A dynamic value as it comes out of an exported function that returns `any`. */
export type AnyPair = readonly [tag: bigint, payload: bigint]

/** Whether a result of type `any` means that the call failed. */
export function isFailure(value: AnyPair): boolean {
  return value[0] === BigInt(TAG.ERR)
}
