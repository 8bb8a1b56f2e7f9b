/**
 * A system for command-line programs compiled to WebAssembly: their arguments, a flat folder of files in memory, and their output.
 *
 * The one idea: it implements what LLVM asks of WASI preview 1 and no more. There is one folder, `/`; a file is bytes under a name in it. A
 * program sees neither the clock nor random numbers, so equal inputs give equal outputs. Each call is a fresh instance with fresh files:
 * nothing is left of one that failed.
 */

/** The results of WASI calls that programs get here (`errno` of the specification). */
const OK = 0
const BAD_FILE = 8
const INVALID = 28
const IS_FOLDER = 31
const NO_ENTRY = 44
const NOT_SUPPORTED = 58

/** Kinds of file, and flags of `path_open`. */
const CHARACTERS = 2
const FOLDER = 3
const REGULAR = 4
const CREATE = 1
const TRUNCATE = 8

/** Number of the open folder; the numbers below are input, output and errors. */
const ROOT = 3

/** A program's end: what it wrote, and the files that are there. */
export interface CommandResult {
  readonly code: number
  /** Output and errors, as they came. */
  readonly output: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Thrown through the program to end it. */
class CommandEnd extends Error {
  readonly code: number
  constructor(code: number) {
    super("the command has ended")
    this.code = code
  }
}

/** A file that grows as it is written. */
class MemoryFile {
  /** Distinguishes files of one run. */
  readonly identity: bigint
  #bytes: Uint8Array
  size: number

  constructor(identity: bigint, bytes: Uint8Array) {
    this.identity = identity
    this.#bytes = bytes
    this.size = bytes.length
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.size)
  }

  write(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.size) this.resize(at + bytes.length)
    this.#bytes.set(bytes, at)
  }

  resize(size: number): void {
    // What was given is the caller's, so the first growth copies it.
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.#bytes.length * 2, 4096))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.size = size
  }
}

interface OpenFile {
  readonly file: MemoryFile
  at: number
}

/** Runs a command to its end. Throws what its code throws when it breaks off, such as `WebAssembly.RuntimeError`. */
export function runCommand(module: WebAssembly.Module, args: readonly string[], given: ReadonlyMap<string, Uint8Array>): CommandResult {
  let identities = 1n
  const files = new Map([...given].map(([name, bytes]) => [name, new MemoryFile(++identities, bytes)]))
  const open = new Map<number, OpenFile>()
  let nextNumber = ROOT + 1
  let output = ""
  const decoder = new TextDecoder()
  let memory: WebAssembly.Memory | null = null
  // The memory's buffer is another one whenever it has grown.
  const view = (): DataView => new DataView((memory as WebAssembly.Memory).buffer)
  const bytesAt = (at: number, size: number): Uint8Array => new Uint8Array((memory as WebAssembly.Memory).buffer, at, size)
  const nameAt = (at: number, size: number): string => new TextDecoder().decode(bytesAt(at, size).slice()).replace(/^(\.?\/)+/, "")

  /** Writes texts behind one another, each ended by a zero, and their addresses. */
  const putTexts = (texts: readonly string[], pointers: number, at: number): number => {
    for (const [i, text] of texts.entries()) {
      view().setUint32(pointers + i * 4, at, true)
      const bytes = new TextEncoder().encode(`${text}\0`)
      bytesAt(at, bytes.length).set(bytes)
      at += bytes.length
    }
    return OK
  }
  const putSizes = (texts: readonly string[], count: number, size: number): number => {
    view().setUint32(count, texts.length, true)
    view().setUint32(size, texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 0), true)
    return OK
  }
  const putStat = (at: number, kind: number, identity: bigint, size: number): number => {
    bytesAt(at, 64).fill(0)
    view().setBigUint64(at + 8, identity, true)
    view().setUint8(at + 16, kind)
    view().setBigUint64(at + 24, 1n, true)
    view().setBigUint64(at + 32, BigInt(size), true)
    return OK
  }
  /** Goes through the pieces of memory that a read or write names; ends when one is not filled. Gives the sum. */
  const each = (vectors: number, count: number, total: number, move: (at: number, size: number) => number): number => {
    let sum = 0
    for (let i = 0; i < count; i++) {
      const size = view().getUint32(vectors + i * 8 + 4, true)
      const moved = move(view().getUint32(vectors + i * 8, true), size)
      sum += moved
      if (moved < size) break
    }
    view().setUint32(total, sum, true)
    return OK
  }
  const read = (number: number, vectors: number, count: number, total: number, from: number | null): number => {
    const opened = open.get(number)
    if (opened === undefined) return number === 0 ? each(vectors, count, total, () => 0) : BAD_FILE
    let at = from ?? opened.at
    each(vectors, count, total, (to, size) => {
      const part = opened.file.bytes.subarray(at, at + size)
      bytesAt(to, part.length).set(part)
      at += part.length
      return part.length
    })
    if (from === null) opened.at = at
    return OK
  }

  const calls: Readonly<Record<string, (...args: never[]) => number>> = {
    args_get: (pointers: number, at: number) => putTexts(args, pointers, at),
    args_sizes_get: (count: number, size: number) => putSizes(args, count, size),
    environ_get: () => OK,
    environ_sizes_get: (count: number, size: number) => putSizes([], count, size),
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      view().setBigUint64(at, 0n, true)
      return OK
    },
    random_get: (at: number, size: number) => {
      bytesAt(at, size).fill(0)
      return OK
    },
    proc_exit: (code: number) => {
      throw new CommandEnd(code)
    },
    fd_prestat_get: (number: number, at: number) => {
      if (number !== ROOT) return BAD_FILE
      view().setUint32(at, 0, true)
      view().setUint32(at + 4, 1, true)
      return OK
    },
    fd_prestat_dir_name: (number: number, at: number) => {
      if (number !== ROOT) return BAD_FILE
      view().setUint8(at, 0x2f)
      return OK
    },
    fd_fdstat_get: (number: number, at: number) => {
      if (number > ROOT && !open.has(number)) return BAD_FILE
      bytesAt(at, 24).fill(0)
      view().setUint8(at, number < ROOT ? CHARACTERS : number === ROOT ? FOLDER : REGULAR)
      view().setBigUint64(at + 8, 0x1fff_ffffn, true)
      view().setBigUint64(at + 16, 0x1fff_ffffn, true)
      return OK
    },
    fd_filestat_get: (number: number, at: number) => {
      const opened = open.get(number)
      if (opened !== undefined) return putStat(at, REGULAR, opened.file.identity, opened.file.size)
      return number > ROOT ? BAD_FILE : putStat(at, number === ROOT ? FOLDER : CHARACTERS, 1n, 0)
    },
    fd_filestat_set_size: (number: number, size: bigint) => {
      const opened = open.get(number)
      if (opened === undefined) return BAD_FILE
      opened.file.resize(Number(size))
      return OK
    },
    fd_filestat_set_times: () => OK,
    fd_close: (number: number) => (open.delete(number) ? OK : BAD_FILE),
    fd_read: (number: number, vectors: number, count: number, total: number) => read(number, vectors, count, total, null),
    fd_pread: (number: number, vectors: number, count: number, from: bigint, total: number) => read(number, vectors, count, total, Number(from)),
    fd_write: (number: number, vectors: number, count: number, total: number) => {
      const opened = open.get(number)
      if (opened === undefined && number !== 1 && number !== 2) return BAD_FILE
      return each(vectors, count, total, (at, size) => {
        if (opened === undefined) output += decoder.decode(bytesAt(at, size).slice(), { stream: true })
        else {
          opened.file.write(opened.at, bytesAt(at, size))
          opened.at += size
        }
        return size
      })
    },
    fd_seek: (number: number, offset: bigint, from: number, at: number) => {
      const opened = open.get(number)
      if (opened === undefined) return BAD_FILE
      const place = Number(offset) + (from === 0 ? 0 : from === 1 ? opened.at : opened.file.size)
      if (place < 0) return INVALID
      opened.at = place
      view().setBigUint64(at, BigInt(place), true)
      return OK
    },
    path_filestat_get: (_folder: number, _flags: number, name: number, size: number, at: number) => {
      const path = nameAt(name, size)
      if (path === "" || path === ".") return putStat(at, FOLDER, 1n, 0)
      const file = files.get(path)
      return file === undefined ? NO_ENTRY : putStat(at, REGULAR, file.identity, file.size)
    },
    path_open: (_folder: number, _lookup: number, name: number, size: number, flags: number, _rights: bigint, _inheriting: bigint, _fd: number, at: number) => {
      const path = nameAt(name, size)
      if (path === "" || path === ".") return IS_FOLDER
      let file = files.get(path)
      if (file === undefined) {
        if ((flags & CREATE) === 0) return NO_ENTRY
        file = new MemoryFile(++identities, new Uint8Array(0))
        files.set(path, file)
      }
      if ((flags & TRUNCATE) !== 0) file.resize(0)
      open.set(nextNumber, { file, at: 0 })
      view().setUint32(at, nextNumber++, true)
      return OK
    },
    path_rename: (_from: number, name: number, size: number, _to: number, toName: number, toSize: number) => {
      const file = files.get(nameAt(name, size))
      if (file === undefined) return NO_ENTRY
      files.delete(nameAt(name, size))
      files.set(nameAt(toName, toSize), file)
      return OK
    },
    path_unlink_file: (_folder: number, name: number, size: number) => (files.delete(nameAt(name, size)) ? OK : NO_ENTRY),
    path_readlink: () => INVALID,
  }
  // LLVM asks for the others only where it has been told to, which no command here does.
  const imports = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, Object.hasOwn(calls, name) ? calls[name] : (): number => NOT_SUPPORTED]))
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports as WebAssembly.ModuleImports })
  memory = instance.exports["memory"] as WebAssembly.Memory
  let code = 0
  try {
    ;(instance.exports["_start"] as () => void)()
  } catch (thrown) {
    if (!(thrown instanceof CommandEnd)) throw thrown
    code = thrown.code
  }
  return { code, output, files: new Map([...files].map(([name, file]) => [name, file.bytes])) }
}
