/**
 * Moves what a loop computes again and again in front of it: pure instructions whose arguments come from outside, and loads
 * from places that nothing in the loop writes.
 *
 * Moved instructions run even if the loop's body does not, so none may trap: a load from an object is as safe as having the
 * object, divisions move only with a known divisor, and
 * conversions that rely on a test (`any.ref`, `opt.ref`, …) stay, which also keeps loads through them in place. Constants
 * move only along with what needs them.
 */
import { buildCfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { blockLimit, mapEdges } from "../mir/edges.ts"
import { isPure } from "../mir/facts.ts"
import { type Block, type BlockId, type FieldRef, type Func, type Inst, type Module, type ValueId, blockId, valueId } from "../mir/ir.ts"
import { findLoops } from "../mir/loops.ts"
import { type Writes, calleesOf, fieldKey, noteWrites, summariseWrites } from "./effects.ts"

/** Hoists in every function; true if anything changed. */
export function hoistInvariants(module: Module): boolean {
  const writes = summariseWrites(module)
  let changed = false
  for (const func of module.funcs.values()) changed = hoistFuncInvariants(func, writes) || changed
  return changed
}

/** Conversions that are valid only behind the test that guards them. */
const GUARDED = new Set(["any.ref", "any.opt", "opt.ref", "ref.cast"])

/** Hoists in one function. */
export function hoistFuncInvariants(func: Func, writes: ReadonlyMap<string, Writes>): boolean {
  const cfg = buildCfg(func)
  const dom = buildDomTree(cfg)
  const { loops } = findLoops(cfg, dom)
  if (loops.length === 0) return false
  const defs = new Array<Inst | undefined>(func.types.length).fill(undefined)
  const home = new Array<Block | undefined>(func.types.length).fill(undefined)
  for (const block of cfg.order) {
    for (const param of block.params) home[param] = block
    for (const inst of block.insts) {
      if (inst.result === null) continue
      defs[inst.result] = inst
      home[inst.result] = block
    }
  }
  let changed = false
  let nextBlock = blockLimit(func)
  const preheaders: { readonly header: BlockId; readonly block: Block; readonly inside: ReadonlySet<Block> }[] = []
  // Inner loops first: what leaves an inner loop may then leave the outer one.
  for (let id = loops.length - 1; id >= 0; id--) {
    const loop = loops[id] as (typeof loops)[number]
    const header = cfg.order[loop.header] as Block
    const inside = new Set(loop.blocks.map((at) => cfg.order[at] as Block))
    for (const p of preheaders) if (inside.has(p.block) || [...p.inside].every((b) => inside.has(b))) inside.add(p.block)
    const effects = writesOf(inside, writes)
    const moved: Inst[] = []
    const outside = (value: ValueId): boolean => {
      const block = home[value]
      return block === undefined || !inside.has(block)
    }
    for (const block of inside) {
      const kept: Inst[] = []
      for (const inst of block.insts) {
        if (inst.result !== null && isMovable(inst, defs, effects) && inst.args.every((arg) => outside(arg) || isConstant(defs[arg]))) {
          const args = inst.args.map((arg) => {
            if (outside(arg)) return arg
            const constant = defs[arg] as Inst
            const fresh = valueId(func.types.push(func.types[arg] ?? "unit") - 1)
            const copy: Inst = { ...constant, result: fresh }
            moved.push(copy)
            defs[fresh] = copy
            return fresh
          })
          const hoisted: Inst = { ...inst, args }
          moved.push(hoisted)
          defs[inst.result] = hoisted
          home[inst.result] = undefined
          continue
        }
        kept.push(inst)
      }
      if (kept.length !== block.insts.length) block.insts = kept
    }
    if (moved.length === 0) continue
    changed = true
    const entries = (cfg.preds[loop.header] as readonly number[]).filter((pred) => !inside.has(cfg.order[pred] as Block))
    const only = entries.length === 1 ? (cfg.order[entries[0] as number] as Block) : null
    const target = preheaders.find((p) => p.header === header.id)?.block ?? (only !== null && only.term.kind === "jump" && only.insts[only.insts.length - 1]?.error == null ? only : null)
    if (target !== null) {
      for (const inst of moved) {
        target.insts.push(inst)
        if (inst.result !== null) home[inst.result] = target
      }
      continue
    }
    const params = header.params.map((param) => valueId(func.types.push(func.types[param] ?? "unit") - 1))
    const fresh: Block = { id: blockId(nextBlock++), params, insts: moved, term: { kind: "jump", to: { block: header.id, args: params } }, termOrigin: null }
    for (const inst of moved) if (inst.result !== null) home[inst.result] = fresh
    for (const param of params) home[param] = fresh
    for (const pred of entries) mapEdges(cfg.order[pred] as Block, (edge) => (edge.block === header.id ? { block: fresh.id, args: edge.args } : edge))
    func.blocks.splice(func.blocks.indexOf(header), 0, fresh)
    preheaders.push({ header: header.id, block: fresh, inside })
  }
  return changed
}

function isConstant(inst: Inst | undefined): boolean {
  return inst !== undefined && inst.op.startsWith("const.")
}

function isMovable(inst: Inst, defs: readonly (Inst | undefined)[], effects: Writes): boolean {
  switch (inst.op) {
    case "arr.len":
      return !effects.everything && !effects.containers
    case "field.get":
      return !effects.everything && !effects.fields.has(fieldKey(inst.imm as FieldRef))
    case "global.get":
      return !effects.everything && !effects.globals.has(inst.imm as string)
    case "i64.div":
    case "i64.rem": {
      const divisor = defs[inst.args[1] as ValueId]
      return divisor?.op === "const.i64" && divisor.imm !== 0n
    }
    default:
      return isPure(inst) && !isConstant(inst) && !GUARDED.has(inst.op) && inst.op !== "static.ref" && inst.op !== "class.id" && inst.op !== "call.rt"
  }
}

function writesOf(blocks: ReadonlySet<Block>, summaries: ReadonlyMap<string, Writes>): Writes {
  const all: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }
  const add = (writes: Writes): void => {
    all.everything ||= writes.everything
    all.containers ||= writes.containers
    for (const field of writes.fields) all.fields.add(field)
    for (const global of writes.globals) all.globals.add(global)
  }
  for (const block of blocks) {
    for (const inst of block.insts) {
      noteWrites(inst, all)
      for (const callee of calleesOf(inst)) {
        const summary = summaries.get(callee)
        if (summary !== undefined) add(summary)
        else if (inst.op === "call") all.everything = true
      }
    }
  }
  return all
}
