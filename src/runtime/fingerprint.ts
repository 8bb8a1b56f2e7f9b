/**
 * A number for the table of runtime functions. Programs of the VM call them by the position of the row, so a program and an
 * interpreter must have been made from the same table.
 */
import { ABI, type AbiRow } from "./abi.ts"

/** FNV-1a, 32 bits. */
export function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x0100_0193)
  return hash >>> 0
}

/** Changes when the name, a type or the position of a row does. */
export function abiFingerprint(): number {
  const rows = Object.entries(ABI as Readonly<Record<string, AbiRow>>).map(([name, row]) => `${name}(${row.params.map((p) => p[1]).join()})${row.result}${row.fails}`)
  return fnv1a(new TextEncoder().encode(rows.join("\n")))
}
