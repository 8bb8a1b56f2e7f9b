/**
 * What is asked of a WebAssembly binary that LLVM made: how many parameters and locals each of its functions has, by name
 * (WebAssembly core specification, sections 5.4, 5.5 and, for names, 7.4).
 */
import { ByteReader } from "../compiler/backend/wasm/byte-reader.ts"
import { Bug } from "../compiler/base/bug.ts"

const SECTION = { custom: 0, type: 1, import: 2, function: 3, code: 10 } as const
/** The part of the section of names that holds those of functions. */
const FUNCTION_NAMES = 1

/** Parameters and locals of the functions with a name in the binary. Throws a Bug if it is cut off. */
export function localCounts(bytes: Uint8Array): ReadonlyMap<string, number> {
  const reader = new ByteReader(bytes, 8)
  let params: number[] = []
  let types: number[] = []
  let imported = 0
  let locals: number[] = []
  const counts = new Map<string, number>()
  while (reader.at < bytes.length) {
    const id = reader.byte()
    const part = reader.part()
    switch (id) {
      case SECTION.type:
        params = part.list(() => {
          part.byte()
          const count = part.skipBytes()
          part.skipBytes()
          return count
        })
        break
      case SECTION.import:
        part.list(() => {
          part.part()
          part.part()
          const kind = part.byte()
          if (kind !== 0) throw new Bug("llvm", "the program imports more than functions")
          part.u32()
          imported++
        })
        break
      case SECTION.function:
        types = part.list(() => part.u32())
        break
      case SECTION.code:
        locals = part.list(() => {
          const body = part.part()
          return body.list(() => {
            const count = body.u32()
            body.byte()
            return count
          }).reduce((sum, count) => sum + count, 0)
        })
        break
      case SECTION.custom: {
        if (part.text() !== "name") break
        while (part.at < part.end) {
          const kind = part.byte()
          const names = part.part()
          if (kind !== FUNCTION_NAMES) continue
          names.list(() => {
            const index = names.u32() - imported
            const name = names.text()
            if (index >= 0) counts.set(name, (params[types[index] as number] as number) + (locals[index] as number))
          })
        }
        break
      }
    }
  }
  return counts
}
