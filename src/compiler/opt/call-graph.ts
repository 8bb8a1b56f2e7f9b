/** Who calls whom in a module, and which functions lie on a cycle of calls. Calls back from the runtime are calls. */
import type { Module } from "../mir/ir.ts"
import { calleesOf } from "./effects.ts"

/** A call graph; functions are numbered in module order. */
export interface CallGraph {
  readonly names: readonly string[]
  readonly index: ReadonlyMap<string, number>
  /** Distinct callees. */
  readonly callees: readonly (readonly number[])[]
  /** Number of the strongly connected component, callees before callers. */
  readonly component: Int32Array
  /** True for functions that can reach themselves by calls. */
  readonly recursive: Uint8Array
  /** Functions, callees before callers. */
  readonly bottomUp: readonly number[]
}

/** Builds the call graph (components after Tarjan, without recursion). */
export function buildCallGraph(module: Module): CallGraph {
  const names = [...module.funcs.keys()]
  const index = new Map(names.map((name, i) => [name, i]))
  const recursive = new Uint8Array(names.length)
  const callees = names.map((name, i) => {
    const set = new Set<number>()
    for (const block of module.funcs.get(name)?.blocks ?? []) {
      for (const inst of block.insts) {
        for (const callee of calleesOf(inst)) {
          const to = index.get(callee)
          if (to !== undefined) set.add(to)
        }
      }
    }
    if (set.has(i)) recursive[i] = 1
    return [...set]
  })
  const component = new Int32Array(names.length).fill(-1)
  const low = new Int32Array(names.length).fill(-1)
  const order = new Int32Array(names.length).fill(-1)
  const next = new Int32Array(names.length)
  const path: number[] = []
  const open: number[] = []
  const bottomUp: number[] = []
  let clock = 0
  let components = 0
  for (let start = 0; start < names.length; start++) {
    if (order[start] !== -1) continue
    path.push(start)
    open.push(start)
    order[start] = low[start] = clock++
    while (path.length > 0) {
      const at = path[path.length - 1] as number
      const to = (callees[at] as number[])[next[at] as number]
      if (to !== undefined) {
        next[at] = (next[at] as number) + 1
        if (order[to] === -1) {
          order[to] = low[to] = clock++
          path.push(to)
          open.push(to)
        } else if (component[to] === -1) low[at] = Math.min(low[at] as number, order[to] as number)
        continue
      }
      path.pop()
      const parent = path[path.length - 1]
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[at] as number)
      if (low[at] !== order[at]) continue
      const members: number[] = []
      for (let member = -1; member !== at; ) {
        member = open.pop() as number
        component[member] = components
        members.push(member)
      }
      if (members.length > 1) for (const member of members) recursive[member] = 1
      bottomUp.push(...members)
      components++
    }
  }
  return { names, index, callees, component, recursive, bottomUp }
}
