/**
 * Removes stores to fields that no one can see: stores that the next access of the same field of the same object in the
 * block overwrites, and stores of zero or null to an object that was just made.
 */
import { effectsOf } from "../mir/facts.ts"
import type { FieldRef, Func, Inst, ValueId } from "../mir/ir.ts"
import { fieldKey } from "./effects.ts"

/** Removes dead stores of one function; true if anything changed. */
export function removeDeadStores(func: Func): boolean {
  const zeros = new Set<ValueId>()
  for (const block of func.blocks) for (const inst of block.insts) if (inst.result !== null && isZero(inst)) zeros.add(inst.result)
  let changed = false
  for (const block of func.blocks) {
    const dead = new Set<number>()
    // Stores not yet seen by anyone, by object and field.
    const open = new Map<string, number>()
    const fresh = new Set<ValueId>()
    const stored = new Set<string>()
    block.insts.forEach((inst, i) => {
      // An object that is more than the base of an access may be known under another name.
      const isAccess = inst.op === "field.get" || inst.op === "field.set"
      inst.args.forEach((arg, at) => {
        if (at > 0 || !isAccess) fresh.delete(arg)
      })
      switch (inst.op) {
        case "new":
          if (inst.result !== null) fresh.add(inst.result)
          return
        case "field.set": {
          const [object, value] = inst.args as readonly [ValueId, ValueId]
          const place = fieldKey(inst.imm as FieldRef)
          const key = `${object} ${place}`
          const earlier = open.get(key)
          if (earlier !== undefined) dead.add(earlier)
          // The old value of a store that goes is still released by the next one, so only the last one must stay.
          if (fresh.has(object) && !stored.has(key) && zeros.has(value)) dead.add(i)
          else open.set(key, i)
          stored.add(key)
          return
        }
        case "field.get": {
          const place = fieldKey(inst.imm as FieldRef)
          for (const key of open.keys()) if (key.endsWith(` ${place}`)) open.delete(key)
          return
        }
        default:
          // A call, and whatever may leave the block, can see every store.
          if (inst.op === "call" || inst.op === "call.rt" || inst.error !== null || effectsOf(inst).includes("control")) open.clear()
      }
    })
    if (dead.size === 0) continue
    block.insts = block.insts.filter((_, i) => !dead.has(i))
    changed = true
  }
  return changed
}

function isZero(inst: Inst): boolean {
  switch (inst.op) {
    case "const.i64":
      return inst.imm === 0n
    case "const.f64":
      return Object.is(inst.imm, 0)
    case "const.bool":
      return inst.imm === false
    default:
      return inst.op === "const.null" || inst.op === "const.none"
  }
}
