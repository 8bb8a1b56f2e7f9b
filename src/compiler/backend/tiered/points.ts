/**
 * Where a function can be left and entered: one point for each of its loops.
 *
 * The interpreter jumps back to more blocks than a function has loops: to where a rare path that stands at the end meets the usual one
 * again, to the body of a loop whose header stands at its foot as well. An entry for each of them would be the same code many times
 * over. One is enough that every turn of the loop passes; what turns hot elsewhere in the loop is entered there.
 *
 * Headers come last in the choice: the interpreter's code holds some of them twice, so that a turn may pass by the one that jumps lead to.
 */
import { buildCfg, type Cfg, positionOf } from "../../mir/cfg.ts"
import { buildDomTree } from "../../mir/dom.ts"
import { blockId, type Func } from "../../mir/ir.ts"
import { findLoops, type Loop } from "../../mir/loops.ts"
import type { VmFunction } from "../vm/program.ts"
import { type EntryPoint, isReducible } from "./loop-entry.ts"

/** The points of a function where it can be entered, and the one for each block that the interpreter jumps back to. */
export interface EntryPoints {
  readonly points: readonly EntryPoint[]
  /** By the block; a block of a loop without such a point stands for itself. */
  readonly pointOf: ReadonlyMap<number, EntryPoint>
}

/** See the head of the file. */
export function entryPointsOf(func: Func, row: Pick<VmFunction, "start" | "loops">): EntryPoints {
  const all = row.loops.map((loop): EntryPoint => ({ block: loop.block, live: loop.live, word: row.start + loop.at }))
  const pointOf = new Map(all.map((point) => [point.block, point]))
  if (all.length < 2 || !isReducible(func)) return { points: all, pointOf }
  const cfg = buildCfg(func)
  const { loops, innermost } = findLoops(cfg, buildDomTree(cfg))
  const at = (point: EntryPoint): number => positionOf(cfg, blockId(point.block))
  for (const [index, loop] of loops.entries()) {
    const own = all.filter((point) => innermost[at(point)] === index)
    if (own.length < 2) continue
    const ordered = [...own.filter((point) => at(point) !== loop.header), ...own.filter((point) => at(point) === loop.header)]
    const passed = ordered.find((point) => everyTurnPasses(cfg, loop, at(point)))
    if (passed !== undefined) for (const point of own) pointOf.set(point.block, passed)
  }
  return { points: all.filter((point) => pointOf.get(point.block) === point), pointOf }
}

/** True if no way around the loop leaves out the block at `through`. */
function everyTurnPasses(cfg: Cfg, loop: Loop, through: number): boolean {
  if (through === loop.header) return true
  const inside = new Set(loop.blocks)
  const seen = new Set([loop.header])
  const work = [loop.header]
  for (let from = work.pop(); from !== undefined; from = work.pop()) {
    for (const to of cfg.succs[from] as readonly number[]) {
      if (to === loop.header) return false
      if (to === through || seen.has(to) || !inside.has(to)) continue
      seen.add(to)
      work.push(to)
    }
  }
  return true
}
