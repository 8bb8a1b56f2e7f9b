/**
 * Keeps the variables of a statement where they are while it fails, so that a debugger that stops at the error can show them.
 *
 * A `hold` at the end of each statement does so on the way on. An error leaves the statement by an edge of its own: each such edge gets
 * a block that holds the variables of the point that was passed last, which is the last one in the block or in those that dominate it.
 * Only programs with points have any.
 */
import { buildCfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { blockLimit } from "../mir/edges.ts"
import { type Block, blockId, type Func, type Inst, type Module, type ValueId } from "../mir/ir.ts"

/** Holds variables on error edges. */
export function holdPoints(module: Module): boolean {
  if (module.points === undefined) return false
  let changed = false
  for (const func of module.funcs.values()) changed = holdOnErrors(func) || changed
  return changed
}

function holdOnErrors(func: Func): boolean {
  if (!func.blocks.some((block) => block.insts.some((inst) => inst.op === "point"))) return false
  const cfg = buildCfg(func)
  const { idom } = buildDomTree(cfg)
  let next = blockLimit(func)
  const added: Block[] = []
  /** The variables in sight at the end of each block, by position: dominators stand first. */
  const inSight: (readonly ValueId[])[] = []
  cfg.order.forEach((block, at) => {
    const point = block.insts.findLast((inst) => inst.op === "point")
    const values = point?.args ?? (at === 0 ? [] : (inSight[idom[at] as number] as readonly ValueId[]))
    inSight.push(values)
    const last = block.insts.at(-1)
    if (last?.error == null || values.length === 0) return
    const hold: Inst = { op: "hold", args: [...values], imm: null, result: null, error: null, origin: null }
    const id = blockId(next++)
    added.push({ id, params: [], insts: [hold], term: { kind: "jump", to: last.error }, termOrigin: null })
    block.insts = [...block.insts.slice(0, -1), { ...last, error: { block: id, args: [] } }]
  })
  func.blocks.push(...added)
  return added.length > 0
}
