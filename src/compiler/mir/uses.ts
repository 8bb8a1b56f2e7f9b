/** How often each value is used, and what defines it. */
import { forEachUse } from "./edges.ts"
import type { Func, Inst } from "./ir.ts"

/** Number of uses of each value: operands, edge arguments and terminators alike. */
export function countUses(func: Func): Int32Array {
  const counts = new Int32Array(func.types.length)
  for (const block of func.blocks) {
    forEachUse(block, (value) => {
      counts[value] = (counts[value] as number) + 1
    })
  }
  return counts
}

/** The instruction that defines each value; undefined for parameters of the function and of blocks. */
export function definingInsts(func: Func): (Inst | undefined)[] {
  const defs = new Array<Inst | undefined>(func.types.length).fill(undefined)
  for (const block of func.blocks) for (const inst of block.insts) if (inst.result !== null) defs[inst.result] = inst
  return defs
}
