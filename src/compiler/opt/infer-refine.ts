/**
 * Narrowed names: after a test or an operation that only some kinds of value survive, uses of the value are renamed to a copy of it
 * whose type is narrower (extended SSA).
 *
 * The one idea: the copy is an instruction `dyn.refine` at the head of the block that the test or the operation leads to alone, so
 * that inference needs no notion of place. It exists between this step and specialisation only.
 *
 * Invariants: a copy is made only if it is used; a copy of a copy narrows further; values whose kind is plain from their
 * instruction get none.
 */
import { type Block, type BlockCall, type BlockId, type Func, type Inst, type ValueId, blockId, valueId } from "../mir/ir.ts"
import { blockLimit, blocksById, forEachEdge, renameInst, renameTerm, reversePostorder } from "../mir/edges.ts"
import { BOOL, INT, NULL, NUMBER, OBJECT, STR, ARR, MAP } from "./types.ts"
import { memberName } from "./infer-world.ts"

/** The name of the instruction. */
export const REFINE = "dyn.refine"

/** What is known of a value. */
export type Narrowing =
  /** It has one of the kinds. */
  | { readonly by: "kinds"; readonly mask: number }
  /** It passed a type test, or did not. */
  | { readonly by: "test"; readonly name: string; readonly passed: boolean }
  /** It was added to `other` successfully. */
  | { readonly by: "add"; readonly other: ValueId }
  /** It was ordered against `other` successfully. */
  | { readonly by: "order"; readonly other: ValueId }
  /** It answered a method call. */
  | { readonly by: "method"; readonly name: string; readonly argc: number }
  /** It was called. */
  | { readonly by: "call" }

/** A value with what is known of it. */
interface Fact {
  readonly value: ValueId
  readonly how: Narrowing
}

/** A copy that is made when it is first used. */
interface Copy {
  readonly block: number
  readonly base: Copy | ValueId
  readonly how: Narrowing
  made: ValueId | null
}

/** Operations whose results may be worth narrowing. */
const OPEN_RESULTS: ReadonlySet<string> = new Set(["dyn.get", "dyn.method", "dyn.call", "dyn.index", "dyn.lib", "call", "field.get", "global.get", "dyn.add", "dyn.mul", "call.rt"])

/** Renames narrowed uses in a function; what each copy knows goes into `narrowings`. */
export function insertRefinements(func: Func, narrowings: Map<Inst, Narrowing>): void {
  const definitions: (Inst | undefined)[] = new Array(func.types.length)
  for (const block of func.blocks) for (const inst of block.insts) if (inst.result !== null) definitions[inst.result] = inst
  splitEdges(func, definitions)
  const order = reversePostorder(func)
  func.blocks = order
  const index = new Int32Array(blockLimit(func)).fill(-1)
  order.forEach((block, i) => {
    index[block.id] = i
  })
  const predCount = new Int32Array(order.length)
  const onlyPred = new Int32Array(order.length).fill(-1)
  order.forEach((block, i) => {
    forEachEdge(block, (edge) => {
      const to = index[edge.block] as number
      predCount[to] = (predCount[to] as number) + 1
      onlyPred[to] = i
    })
  })
  const children = dominatorTree(order, index)
  const current: (Copy | undefined)[] = new Array(func.types.length)
  const heads: (Inst[] | undefined)[] = new Array(order.length)
  /** The value a copy is a copy of in the end. */
  const roots = new Map<ValueId, ValueId>()

  const make = (copy: Copy): ValueId => {
    if (copy.made !== null) return copy.made
    const base = typeof copy.base === "number" ? copy.base : make(copy.base)
    const made = valueId(func.types.push("any") - 1)
    const name = func.names.get(base)
    if (name !== undefined) func.names.set(made, name)
    copy.made = made
    roots.set(made, roots.get(base) ?? base)
    const inst: Inst = { op: REFINE, args: [base], imm: null, result: made, error: null, origin: null }
    narrowings.set(inst, copy.how)
    const head = heads[copy.block]
    if (head === undefined) heads[copy.block] = [inst]
    else head.push(inst)
    return made
  }
  const rename = (value: ValueId): ValueId => {
    const copy = current[value]
    return copy === undefined ? value : make(copy)
  }
  const isOpen = (value: ValueId): boolean => {
    const def = definitions[value]
    return def === undefined || OPEN_RESULTS.has(def.op)
  }

  const visit = (at: number): (() => void) => {
    const block = order[at] as Block
    const undo: { value: ValueId; before: Copy | undefined }[] = []
    if (predCount[at] === 1 && onlyPred[at] !== at) {
      for (const { value, how } of entryFacts(order[onlyPred[at] as number] as Block, block.id, definitions)) {
        // Facts of a branch name values before renaming; facts of an instruction name its renamed arguments.
        const root = roots.get(value) ?? value
        if (!isOpen(root)) continue
        const before = current[root]
        if (isKnown(before, how)) continue
        undo.push({ value: root, before })
        current[root] = { block: at, base: before ?? root, how, made: null }
      }
    }
    for (let i = 0; i < block.insts.length; i++) block.insts[i] = renameInst(block.insts[i] as Inst, rename)
    block.term = renameTerm(block.term, rename)
    return () => {
      for (let i = undo.length - 1; i >= 0; i--) {
        const { value, before } = undo[i] as { value: ValueId; before: Copy | undefined }
        current[value] = before
      }
    }
  }
  // Dominator tree walk without recursion: deep trees occur in straight code of failing instructions.
  const stack: { at: number; next: number; leave: () => void }[] = []
  if (order.length > 0) stack.push({ at: 0, next: 0, leave: visit(0) })
  for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
    const kids = children[top.at] as number[]
    if (top.next < kids.length) {
      const child = kids[top.next++] as number
      stack.push({ at: child, next: 0, leave: visit(child) })
    } else {
      top.leave()
      stack.pop()
    }
  }
  heads.forEach((head, i) => {
    if (head !== undefined) (order[i] as Block).insts = [...head, ...(order[i] as Block).insts]
  })
}

/** True if a copy or one of those below it knows the same. */
function isKnown(copy: Copy | undefined, how: Narrowing): boolean {
  let at: Copy | ValueId | undefined = copy
  for (let depth = 0; depth < 8 && typeof at === "object"; depth++) {
    if (sameNarrowing(at.how, how)) return true
    at = at.base
  }
  return false
}

function sameNarrowing(a: Narrowing, b: Narrowing): boolean {
  switch (a.by) {
    case "kinds":
      return b.by === "kinds" && (a.mask & b.mask) === a.mask
    case "test":
      return b.by === "test" && a.name === b.name && a.passed === b.passed
    case "method":
      return b.by === "method" && a.name === b.name && a.argc === b.argc
    case "call":
      return b.by === "call"
    default:
      return a.by === b.by && (b.by === "add" || b.by === "order") && a.other === b.other
  }
}

/** What is known in `to`, which only `from` leads to. */
function entryFacts(from: Block, to: BlockId, definitions: readonly (Inst | undefined)[]): Fact[] {
  const term = from.term
  if (term.kind === "br") {
    if (term.then.block === term.else.block) return []
    return branchFacts(term.cond, term.then.block === to, definitions)
  }
  const last = from.insts[from.insts.length - 1]
  if (term.kind !== "jump" || last === undefined || last.error === null || last.error.block === to) return []
  return successFacts(last)
}

/** What is known where a condition has the given value. */
function branchFacts(cond: ValueId, holds: boolean, definitions: readonly (Inst | undefined)[]): Fact[] {
  const def = definitions[cond]
  if (def === undefined) return []
  const first = def.args[0] as ValueId
  switch (def.op) {
    case "bool.not":
      return branchFacts(first, !holds, definitions)
    case "dyn.truthy":
      return branchFacts(first, holds, definitions)
    case "dyn.is_null":
      return [{ value: first, how: { by: "kinds", mask: holds ? NULL : ~NULL } }]
    case "dyn.eq": {
      const second = def.args[1] as ValueId
      for (const [value, other] of [[first, second], [second, first]] as const) {
        const kinds = constantKinds(other, definitions)
        if (kinds === NULL) return [{ value, how: { by: "kinds", mask: holds ? NULL : ~NULL } }]
        if (kinds !== 0 && holds) return [{ value, how: { by: "kinds", mask: kinds } }]
      }
      return []
    }
    case "dyn.is":
      return [{ value: first, how: { by: "test", name: String(def.imm), passed: holds } }]
    case "dyn.lib":
    case "dyn.method": {
      if (def.args.length !== 2 || (def.op === "dyn.lib" ? def.imm !== "isType" : memberName(def.imm).name !== "is")) return []
      const text = definitions[def.args[1] as ValueId]
      return text?.op === "const.str" ? [{ value: first, how: { by: "test", name: String(text.imm), passed: holds } }] : []
    }
    default:
      return []
  }
}

function constantKinds(value: ValueId, definitions: readonly (Inst | undefined)[]): number {
  const def = definitions[value]
  switch (def?.op) {
    case "const.null":
      return NULL
    case "const.str":
      return STR
    case "const.i64":
    case "const.f64":
      return NUMBER
    case "const.bool":
      return BOOL
    case "any.box":
      return constantKinds(def.args[0] as ValueId, definitions)
    default:
      return 0
  }
}

/** What is known of the operands of an instruction that succeeded. */
function successFacts(inst: Inst): Fact[] {
  const [a, b] = inst.args as readonly [ValueId, ValueId]
  const kinds = (value: ValueId, mask: number): Fact => ({ value, how: { by: "kinds", mask } })
  switch (inst.op) {
    case "dyn.add":
      return [{ value: a, how: { by: "add", other: b } }, { value: b, how: { by: "add", other: a } }]
    case "dyn.mul":
      return [kinds(a, NUMBER | STR), kinds(b, NUMBER)]
    case "dyn.sub":
    case "dyn.div":
    case "dyn.rem":
      return [kinds(a, NUMBER), kinds(b, NUMBER)]
    case "dyn.and":
    case "dyn.or":
    case "dyn.xor":
    case "dyn.shl":
    case "dyn.shr":
      return [kinds(a, INT), kinds(b, INT)]
    case "dyn.neg":
      return [kinds(a, NUMBER)]
    case "dyn.bitnot":
      return [kinds(a, INT)]
    case "dyn.lt":
    case "dyn.le":
    case "dyn.gt":
    case "dyn.ge":
      return [{ value: a, how: { by: "order", other: b } }, { value: b, how: { by: "order", other: a } }]
    case "dyn.truthy":
      return [kinds(a, NUMBER | BOOL | STR)]
    case "dyn.index":
      return [kinds(a, ARR | MAP | STR), kinds(b, INT | STR | BOOL)]
    case "dyn.index_set":
      return [kinds(a, ARR | MAP), kinds(b, INT | STR | BOOL)]
    case "dyn.get":
    case "dyn.set":
      return [kinds(a, OBJECT)]
    case "dyn.call":
      return [{ value: a, how: { by: "call" } }]
    case "dyn.method":
      return [{ value: a, how: { by: "method", name: memberName(inst.imm).name, argc: inst.args.length - 1 } }]
    default:
      return []
  }
}

/** Gives an edge of a branch its own block where the target has other predecessors and the edge passes a value it narrows. */
function splitEdges(func: Func, definitions: readonly (Inst | undefined)[]): void {
  const counts = new Int32Array(blockLimit(func))
  for (const block of func.blocks) {
    forEachEdge(block, (edge) => {
      counts[edge.block] = (counts[edge.block] as number) + 1
    })
  }
  let next = blockLimit(func)
  for (const block of [...func.blocks]) {
    const term = block.term
    if (term.kind !== "br") continue
    const split = (edge: BlockCall, holds: boolean): BlockCall => {
      if ((counts[edge.block] as number) < 2 || edge.args.length === 0) return edge
      if (!branchFacts(term.cond, holds, definitions).some((fact) => edge.args.includes(fact.value))) return edge
      const id = blockId(next++)
      func.blocks.push({ id, params: [], insts: [], term: { kind: "jump", to: edge }, termOrigin: null })
      return { block: id, args: [] }
    }
    const then = split(term.then, true)
    const other = split(term.else, false)
    if (then !== term.then || other !== term.else) block.term = { ...term, then, else: other }
  }
}

/** Positions of the predecessors of each block. */
export function predecessors(order: readonly Block[], index: Int32Array): number[][] {
  const preds: number[][] = order.map(() => [])
  order.forEach((block, i) => {
    forEachEdge(block, (edge) => {
      preds[index[edge.block] as number]?.push(i)
    })
  })
  return preds
}

/** The immediate dominator of each block, by position; blocks in reverse postorder (Cooper, Harvey, Kennedy). */
export function immediateDominators(order: readonly Block[], preds: readonly (readonly number[])[]): Int32Array {
  const idom = new Int32Array(order.length).fill(-1)
  if (order.length > 0) idom[0] = 0
  for (let changed = true; changed; ) {
    changed = false
    for (let i = 1; i < order.length; i++) {
      // An empty block that ends the function has no use for dominators, and often very many predecessors.
      const { insts, params, term } = order[i] as Block
      if (insts.length === 0 && params.length === 0 && (term.kind === "raise" || term.kind === "fatal" || term.kind === "unreachable")) {
        idom[i] = 0
        continue
      }
      let found = -1
      for (const pred of preds[i] as readonly number[]) {
        if (idom[pred] === -1) continue
        if (found < 0) found = pred
        else {
          let x = pred
          while (x !== found) {
            while (x > found) x = idom[x] as number
            while (found > x) found = idom[found] as number
          }
        }
      }
      if (found >= 0 && idom[i] !== found) {
        idom[i] = found
        changed = true
      }
    }
  }
  return idom
}

/** Children of each block in the dominator tree. */
function dominatorTree(order: readonly Block[], index: Int32Array): number[][] {
  const idom = immediateDominators(order, predecessors(order, index))
  const children: number[][] = order.map(() => [])
  for (let i = 1; i < order.length; i++) children[idom[i] as number]?.push(i)
  return children
}

/** Blocks by id of a function after refinement; for readers of its edges. */
export function blockIndex(func: Func): Int32Array {
  const index = new Int32Array(blocksById(func).length).fill(-1)
  func.blocks.forEach((block, i) => {
    index[block.id] = i
  })
  return index
}
