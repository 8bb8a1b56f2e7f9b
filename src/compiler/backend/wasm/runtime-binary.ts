/**
 * What the back end must know of `runtime.wasm` to add functions to it: its sections, its types, what it exports, where static
 * data may begin. Read straight from the binary (WebAssembly core specification, section 5.5), which takes microseconds.
 */
import { invariant } from "../../base/bug.ts"
import { ByteReader } from "./byte-reader.ts"

/** Section numbers. */
export const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, dataCount: 12 } as const

/** A section: the number of its entries, and their bytes. */
export interface Section {
  readonly count: number
  readonly entries: Uint8Array
}

/** Facts about a runtime binary. */
export interface RuntimeBinary {
  /** Sections with entries by number; those that are absent have none. */
  readonly sections: ReadonlyMap<number, Section>
  /** Entries of the code section. */
  readonly bodies: readonly Uint8Array[]
  /** Entries of the type section. */
  readonly types: readonly Uint8Array[]
  /** Number of functions, module variables that are imported. */
  readonly importedFunctions: number
  readonly importedGlobals: number
  /** Numbers of the exported functions by name. */
  readonly functions: ReadonlyMap<string, number>
  /** First address after the runtime's own data. */
  readonly heapBase: number
  /** Addresses of the exported variables, by name. */
  readonly variables: ReadonlyMap<string, number>
  /** Initial and greatest size of the memory in pages of 64 KiB. */
  readonly memory: { readonly initial: number; readonly maximum: number }
}

/** Reads the sections. Throws a Bug for anything that is not a module with a memory and a `__heap_base`. */
export function readRuntime(bytes: Uint8Array): RuntimeBinary {
  const reader = new ByteReader(bytes, 8)
  const sections = new Map<number, Section>()
  while (reader.at < bytes.length) {
    const id = reader.byte()
    const section = reader.part()
    if (id !== SECTION.custom) sections.set(id, { count: section.u32(), entries: section.rest() })
  }
  const each = <T>(id: number, read: (entry: ByteReader) => T): T[] => {
    const section = sections.get(id)
    if (section === undefined) return []
    const entry = new ByteReader(section.entries)
    return Array.from({ length: section.count }, () => read(entry))
  }
  let memory = { initial: 0, maximum: 0 }
  let importedFunctions = 0
  let importedGlobals = 0
  each(SECTION.import, (r) => {
    r.skipBytes()
    r.skipBytes()
    switch (r.byte()) {
      case 0:
        r.u32()
        importedFunctions++
        return
      case 1:
        r.byte()
        limits(r)
        return
      case 2:
        memory = limits(r)
        return
      default:
        r.skip(2)
        importedGlobals++
    }
  })
  each(SECTION.memory, (r) => {
    memory = limits(r)
  })
  const globals = each(SECTION.global, (r) => {
    // Value type, mutability, then an initialiser that ends with 0x0b.
    r.skip(2)
    const value = r.byte() === 0x41 ? r.u32() : 0
    while (r.byte() !== 0x0b);
    return value
  })
  const functions = new Map<string, number>()
  const variables = new Map<string, number>()
  each(SECTION.export, (r) => {
    const name = r.text()
    const kind = r.byte()
    const index = r.u32()
    if (kind === 0) functions.set(name, index)
    // `i32.const` holds a signed LEB128; addresses in use are far below 2^31, so only the sign extension must go.
    else if (kind === 3) variables.set(name, (globals[index - importedGlobals] ?? 0) & 0x7fff_ffff)
  })
  const types = each(SECTION.type, (r) => {
    const start = r.at
    r.skip(1)
    r.skipBytes()
    r.skipBytes()
    return r.from(start)
  })
  const bodies = each(SECTION.code, (r) => r.part().rest())
  const heapBase = variables.get("__heap_base")
  invariant(heapBase !== undefined && heapBase > 0 && memory.initial > 0, "backend/wasm", "the runtime binary has no memory or no __heap_base")
  return { sections, bodies, types, importedFunctions, importedGlobals, functions, heapBase, variables, memory }
}

/** Initial and greatest size of a memory or table. */
function limits(reader: ByteReader): { initial: number; maximum: number } {
  const flags = reader.u32()
  const initial = reader.u32()
  return { initial, maximum: (flags & 1) === 1 ? reader.u32() : 65536 }
}
