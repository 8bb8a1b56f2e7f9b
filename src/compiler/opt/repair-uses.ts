/**
 * Puts a function into SSA form again after a value has got a second definition: each use reads the definition that reaches it, and
 * where both may, a block parameter joins them (the algorithm of Braun et al., for one variable).
 */
import { buildCfg } from "../mir/cfg.ts"
import { forEachUse, mapEdges, renameInst, renameTerm } from "../mir/edges.ts"
import { type Block, type Func, type ValueId, valueId } from "../mir/ir.ts"

/**
 * Repairs the uses of `value`, which `other` defines as well. Blocks for which `isDone` answers true are left alone: each reads the
 * definition of its own version already. Every block of the function can be reached.
 */
export function repairUses(func: Func, value: ValueId, other: ValueId, isDone: (block: Block) => boolean): void {
  const cfg = buildCfg(func)
  const defined = new Map<Block, ValueId>()
  for (const block of func.blocks) {
    for (const definition of [value, other]) if (block.params.includes(definition) || block.insts.some((inst) => inst.result === definition)) defined.set(block, definition)
  }
  const atStart = new Map<Block, ValueId>()
  const joins: { readonly block: Block; readonly param: ValueId }[] = []
  const predecessors = (block: Block): Block[] => [...new Set(cfg.preds[cfg.position[block.id] as number] as readonly number[])].map((at) => cfg.order[at] as Block)
  const join = (block: Block): ValueId => {
    const param = valueId(func.types.push(func.types[value] ?? "unit") - 1)
    const name = func.names.get(value)
    if (name !== undefined) func.names.set(param, name)
    joins.push({ block, param })
    return param
  }
  /** The definition at the start of a block: that of the nearest block above it that defines, is known, or joins paths. */
  const readStart = (block: Block): ValueId => {
    const passed: Block[] = []
    let found: ValueId | undefined
    for (let at = block; found === undefined; ) {
      found = atStart.get(at)
      if (found !== undefined) break
      passed.push(at)
      const preds = predecessors(at)
      const only = preds.length === 1 ? (preds[0] as Block) : null
      found = only === null ? join(at) : defined.get(only)
      if (only !== null) at = only
    }
    for (const at of passed) atStart.set(at, found)
    return found
  }
  const read = (block: Block): ValueId => defined.get(block) ?? readStart(block)
  for (const block of cfg.order) {
    if (isDone(block) || defined.has(block)) continue
    let reads = false
    forEachUse(block, (used) => {
      reads ||= used === value
    })
    if (!reads) continue
    const now = readStart(block)
    if (now === value) continue
    const rename = (used: ValueId): ValueId => (used === value ? now : used)
    block.insts = block.insts.map((inst) => renameInst(inst, rename))
    block.term = renameTerm(block.term, rename)
  }
  // Reading a predecessor may make one more join, which the loop comes to.
  for (const { block, param } of joins) {
    const from = new Map(predecessors(block).map((pred) => [pred, read(pred)]))
    block.params = [...block.params, param]
    for (const [pred, definition] of from) mapEdges(pred, (edge) => (edge.block === block.id ? { block: edge.block, args: [...edge.args, definition] } : edge))
  }
}
