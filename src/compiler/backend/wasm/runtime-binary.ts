/**
 * What the back end must know of `runtime.wasm` before it adds functions to it: where static data may begin, where the
 * runtime's variables are, how large its memory is. Read straight from the binary's sections (WebAssembly core
 * specification, section 5), which takes microseconds.
 */
import { invariant } from "../../base/bug.ts"

/** Facts about a runtime binary. */
export interface RuntimeBinary {
  readonly bytes: Uint8Array
  /** First address after the runtime's own data. */
  readonly heapBase: number
  /** Addresses of the exported variables, by name. */
  readonly variables: ReadonlyMap<string, number>
  /** Initial and greatest size of the memory in pages of 64 KiB. */
  readonly memory: { readonly initial: number; readonly maximum: number }
}

/** Reads the sections. Throws a Bug for anything that is not a module with a memory and a `__heap_base`. */
export function readRuntime(bytes: Uint8Array): RuntimeBinary {
  let at = 8
  const u32 = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      invariant(byte !== undefined, "backend/wasm", "the runtime binary is cut off")
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }
  const name = (): string => {
    const length = u32()
    const text = new TextDecoder().decode(bytes.subarray(at, at + length))
    at += length
    return text
  }
  const limits = (): { initial: number; maximum: number } => {
    const flags = u32()
    const initial = u32()
    return { initial, maximum: (flags & 1) === 1 ? u32() : 65536 }
  }
  let importedGlobals = 0
  let memory = { initial: 0, maximum: 0 }
  const globals: number[] = []
  const exported = new Map<string, number>()
  while (at < bytes.length) {
    const id = bytes[at++]
    const size = u32()
    const end = at + size
    const count = id === 2 || id === 5 || id === 6 || id === 7 ? u32() : 0
    for (let i = 0; i < count; i++) {
      if (id === 2) {
        name()
        name()
        const kind = bytes[at++]
        if (kind === 0) u32()
        else if (kind === 1) {
          at++
          limits()
        } else if (kind === 2) memory = limits()
        else if (kind === 3) {
          at += 2
          importedGlobals++
        }
      } else if (id === 5) memory = limits()
      else if (id === 6) {
        // value type, mutability, then an initialiser that ends with 0x0b.
        at += 2
        const opcode = bytes[at++]
        if (opcode === 0x41) globals.push(u32())
        else {
          globals.push(0)
          while (bytes[at] !== 0x0b) at++
        }
        at++
      } else {
        const exportName = name()
        const kind = bytes[at++]
        const index = u32()
        if (kind === 3) exported.set(exportName, index)
      }
    }
    at = end
  }
  const variables = new Map<string, number>()
  for (const [exportName, index] of exported) variables.set(exportName, signed(globals[index - importedGlobals] ?? 0))
  const heapBase = variables.get("__heap_base")
  invariant(heapBase !== undefined && heapBase > 0 && memory.initial > 0, "backend/wasm", "the runtime binary has no memory or no __heap_base")
  return { bytes, heapBase, variables, memory }
}

/** `i32.const` holds a signed LEB128; addresses in use are far below 2^31, so only the sign extension must go. */
function signed(value: number): number {
  return value & 0x7fff_ffff
}
