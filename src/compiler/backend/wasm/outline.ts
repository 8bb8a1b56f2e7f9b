/**
 * Makes the loops of functions that run once resumable, so that an engine which never replaces running code (V8 does not,
 * for WebAssembly) reaches its optimised code during the first run all the same.
 *
 * An outermost loop becomes a function of its own that runs a number of iterations, parks what the next iteration needs
 * in module variables and returns; a driver calls it again, with twice the number, until the loop is left. The engine
 * optimises the function in the background and the next call runs the result.
 *
 * Module variables can hold the state because the function around the loop is entered at most once: it is `main`, or it
 * has one call site, outside any loop, in such a function. Values are parked as they are, after counts are explicit, so
 * ownership simply passes through (`slot.get`, `slot.set`).
 */
import { invariant } from "../../base/bug.ts"
import { type Block, type BlockCall, type BlockId, blockId, type Func, type GlobalDef, type Inst, type Module, type Terminator, type Type, type ValueId, valueId } from "../../mir/ir.ts"
import { buildCfg, type Cfg, definingBlocks } from "../../mir/cfg.ts"
import { buildDomTree } from "../../mir/dom.ts"
import { forEachUse, mapEdges, renameInst, renameTerm } from "../../mir/edges.ts"
import { computeLiveness } from "../../mir/liveness.ts"
import { findLoops, loopDepth } from "../../mir/loops.ts"

/** Iterations of the first call of a resumable loop, and the most of any call. */
const FIRST_FUEL = 4n
const MOST_FUEL = 65_536n
/** Loops made resumable in one module; beyond, code size would grow for nothing. */
const MOST_LOOPS = 64

/** What outlining gives: the functions to compile in place of the module's, and the variables they park values in. */
export interface Outlined {
  readonly funcs: readonly Func[]
  readonly slots: readonly GlobalDef[]
}

/** True for the variables that values are parked in: they own nothing. */
export function isSlot(global: string): boolean {
  return /\$loop\d+:/.test(global)
}

/** True for the functions that loops become: only if they stay functions does an engine come to run their optimised code. */
export function isOutlined(func: string): boolean {
  return /\$loop\d+$/.test(func)
}

/** Makes loops resumable. The module is not changed. */
export function outlineLoops(module: Module): Outlined {
  const once = runOnce(module)
  const slots: GlobalDef[] = []
  const funcs: Func[] = []
  let budget = MOST_LOOPS
  for (const func of module.funcs.values()) {
    if (!once.has(func.name)) {
      funcs.push(func)
      continue
    }
    let current = cloneFunc(func)
    const parts: Func[] = []
    for (;;) {
      const loop = budget > 0 ? nextLoop(current) : null
      if (loop === null) break
      budget--
      const { driver, body } = split(current, loop, `${func.name}$loop${parts.length + 1}`, slots)
      current = driver
      parts.push(body)
    }
    funcs.push(...parts, current)
  }
  return { funcs, slots }
}

/** Functions that are entered at most once in a run. */
function runOnce(module: Module): ReadonlySet<string> {
  const sites = new Map<string, { count: number; caller: string; inLoop: boolean }>()
  for (const func of module.funcs.values()) {
    const cfg = buildCfg(func)
    const loops = findLoops(cfg, buildDomTree(cfg))
    cfg.order.forEach((block, at) => {
      for (const inst of block.insts) {
        if (inst.op !== "call") continue
        const callee = inst.imm as string
        const known = sites.get(callee)
        if (known === undefined) sites.set(callee, { count: 1, caller: func.name, inLoop: loopDepth(loops, at) > 0 })
        else known.count++
      }
    })
  }
  const once = new Set<string>(["main"])
  if ((sites.get("main")?.count ?? 0) > 0) return new Set()
  for (let grew = true; grew; ) {
    grew = false
    for (const [callee, site] of sites) {
      // The runtime calls the callbacks, so their call sites in the program say nothing.
      if (once.has(callee) || site.count !== 1 || site.inLoop || !once.has(site.caller) || callee.startsWith("hk_cb_")) continue
      once.add(callee)
      grew = true
    }
  }
  return once
}

function cloneFunc(func: Func): Func {
  return {
    ...func,
    params: [...func.params],
    blocks: func.blocks.map((b) => ({ ...b, params: [...b.params], insts: [...b.insts] })),
    types: [...func.types],
    names: new Map(func.names),
  }
}

interface LoopShape {
  readonly cfg: Cfg
  readonly header: Block
  readonly blocks: ReadonlySet<BlockId>
}

/** The first outermost loop that is not a driver made before; drivers are recognised by what they call. */
function nextLoop(func: Func): LoopShape | null {
  const cfg = buildCfg(func)
  const { loops } = findLoops(cfg, buildDomTree(cfg))
  for (const loop of loops) {
    if (loop.depth !== 1) continue
    const header = cfg.order[loop.header] as Block
    const blocks = new Set(loop.blocks.map((at) => (cfg.order[at] as Block).id))
    const isDriver = header.insts.some((inst) => inst.op === "call" && isOutlined(inst.imm as string))
    // A loop whose header is the entry, or that ends in a failing instruction's own edge to itself, does not occur.
    if (!isDriver && header.id !== cfg.order[0]?.id) return { cfg, header, blocks }
  }
  return null
}

/** Splits a loop off: the loop as a function, and the function with a driver in the loop's place. */
function split(func: Func, loop: LoopShape, name: string, slots: GlobalDef[]): { readonly driver: Func; readonly body: Func } {
  const { cfg, header, blocks } = loop
  const defs = definingBlocks(func, cfg)
  const isInside = (v: ValueId): boolean => {
    const at = defs[v] as number
    return at >= 0 && blocks.has((cfg.order[at] as Block).id)
  }
  const constants = new Map<ValueId, Inst>()
  for (const block of cfg.order) for (const inst of block.insts) if (inst.result !== null && (inst.op.startsWith("const.") || inst.op === "static.ref")) constants.set(inst.result, inst)
  const typeOf = (v: ValueId): Type => func.types[v] as Type
  const slotOf = new Map<string, string>()
  const slot = (key: string, type: Type): string => {
    let known = slotOf.get(key)
    if (known === undefined) {
      known = `${name}:${key}`
      slots.push({ name: known, type })
      slotOf.set(key, known)
    }
    return known
  }
  const park = (key: string, value: ValueId): Inst => ({ op: "slot.set", args: [value], imm: slot(key, typeOf(value)), result: null, error: null, origin: null })

  // ---- The loop as a function. Values keep their numbers; its own extra values come after them.
  const types = [...func.types]
  const fresh = (type: Type): ValueId => {
    types.push(type)
    return valueId(types.length - 1)
  }
  let nextBlock = Math.max(...func.blocks.map((b) => b.id)) + 1
  const freshBlock = (): BlockId => blockId(nextBlock++)

  const liveIns: ValueId[] = []
  const seen = new Set<ValueId>()
  for (const block of cfg.order) {
    if (!blocks.has(block.id)) continue
    forEachUse(block, (v) => {
      if (!seen.has(v) && !isInside(v)) {
        seen.add(v)
        liveIns.push(v)
      }
    })
  }
  const fuelParam = fresh("i64")
  const entryId = freshBlock()
  const entry: Inst[] = []
  for (const v of liveIns) {
    const constant = constants.get(v)
    entry.push(constant ?? { op: "slot.get", args: [], imm: slot(`in${v}`, typeOf(v)), result: v, error: null, origin: null })
  }
  const start = header.params.map((p) => {
    const v = fresh(typeOf(p))
    entry.push({ op: "slot.get", args: [], imm: slot(`next${p}`, typeOf(p)), result: v, error: null, origin: null })
    return v
  })
  const fuel = fresh("i64")
  const loopBlocks: Block[] = [{ id: entryId, params: [], insts: entry, term: { kind: "jump", to: { block: header.id, args: [...start, fuelParam] } }, termOrigin: null }]

  // ---- Exits: one number for each target, in order of appearance; 0 is "again".
  const live = computeLiveness(func, cfg)
  const exits: { readonly target: Block; readonly outs: readonly ValueId[] }[] = []
  const exitNumber = (target: BlockId): number => {
    const at = exits.findIndex((e) => e.target.id === target)
    if (at >= 0) return at + 1
    const block = cfg.order.find((b) => b.id === target) as Block
    const outs: ValueId[] = []
    live.forEach(cfg.position[target] as number, (thing) => {
      const v = valueId(thing)
      if (isInside(v) && !constants.has(v)) outs.push(v)
    })
    exits.push({ target: block, outs })
    return exits.length
  }
  const extra: Block[] = []
  const returns = (insts: Inst[], code: bigint): BlockId => {
    const id = freshBlock()
    const v = fresh("i64")
    extra.push({ id, params: [], insts: [...insts, { op: "const.i64", args: [], imm: code, result: v, error: null, origin: null }], term: { kind: "ret", value: v }, termOrigin: null })
    return id
  }
  const leave = (edge: BlockCall): BlockCall => {
    const target = cfg.order[cfg.position[edge.block] as number] as Block
    if (target.term.kind === "unreachable" && target.insts.length === 0) {
      // What is never reached is no exit: it stays in sight of the test that leads there.
      if (!extra.includes(target)) extra.push(target)
      return edge
    }
    const n = exitNumber(edge.block)
    const exit = exits[n - 1] as (typeof exits)[number]
    const insts = edge.args.map((v, i) => park(`arg${edge.block}.${i}`, v))
    for (const v of exit.outs) insts.push(park(`out${v}`, v))
    return { block: returns(insts, BigInt(n)), args: [] }
  }
  const again = (edge: BlockCall): BlockCall => {
    // One iteration less; with none left the arguments of the next one are parked.
    const test = freshBlock()
    const one = fresh("i64")
    const less = fresh("i64")
    const zero = fresh("i64")
    const done = fresh("bool")
    const parked = returns(header.params.map((p, i) => park(`next${p}`, edge.args[i] as ValueId)), 0n)
    const constant = (v: ValueId, imm: bigint): Inst => ({ op: "const.i64", args: [], imm, result: v, error: null, origin: null })
    extra.push({
      id: test,
      params: [],
      insts: [constant(one, 1n), constant(zero, 0n), { op: "i64.sub", args: [fuel, one], imm: null, result: less, error: null, origin: null }, { op: "i64.le", args: [less, zero], imm: null, result: done, error: null, origin: null }],
      term: { kind: "br", cond: done, then: { block: parked, args: [] }, else: { block: header.id, args: [...edge.args, less] }, cold: "then" },
      termOrigin: null,
    })
    return { block: test, args: [] }
  }
  for (const block of func.blocks) {
    if (!blocks.has(block.id)) continue
    const copy: Block = { ...block, params: block === header ? [...block.params, fuel] : [...block.params], insts: [...block.insts] }
    mapEdges(copy, (edge) => (edge.block === header.id ? again(edge) : blocks.has(edge.block) ? edge : leave(edge)))
    loopBlocks.push(copy)
  }
  const body: Func = { ...func, name, params: [fuelParam], result: "i64", fails: false, blocks: [...loopBlocks, ...extra], types, names: new Map(func.names) }

  // ---- The function with the driver.
  const outer: Block[] = []
  const driverTypes = [...func.types]
  const freshOuter = (type: Type): ValueId => {
    driverTypes.push(type)
    return valueId(driverTypes.length - 1)
  }
  let outerBlock = nextBlock
  const driverId = blockId(outerBlock++)
  const againId = blockId(outerBlock++)
  const fuelNow = freshOuter("i64")
  const code = freshOuter("i64")
  const enter = (edge: BlockCall): BlockCall => {
    const id = blockId(outerBlock++)
    const insts = liveIns.filter((v) => !constants.has(v)).map((v) => park(`in${v}`, v))
    header.params.forEach((p, i) => {
      insts.push(park(`next${p}`, edge.args[i] as ValueId))
    })
    const first = freshOuter("i64")
    insts.push({ op: "const.i64", args: [], imm: FIRST_FUEL, result: first, error: null, origin: null })
    outer.push({ id, params: [], insts, term: { kind: "jump", to: { block: driverId, args: [first] } }, termOrigin: null })
    return { block: id, args: [] }
  }
  const kept: Block[] = []
  for (const block of func.blocks) {
    if (blocks.has(block.id)) continue
    const copy: Block = { ...block, params: [...block.params], insts: [...block.insts] }
    mapEdges(copy, (edge) => (edge.block === header.id ? enter(edge) : edge))
    kept.push(copy)
  }
  const cases = exits.map((exit, i) => {
    const id = blockId(outerBlock++)
    const insts: Inst[] = []
    const args = exit.target.params.map((p, k) => {
      const v = freshOuter(typeOf(p))
      insts.push({ op: "slot.get", args: [], imm: slot(`arg${exit.target.id}.${k}`, typeOf(p)), result: v, error: null, origin: null })
      return v
    })
    outer.push({ id, params: [], insts, term: { kind: "jump", to: { block: exit.target.id, args } }, termOrigin: null })
    return { value: BigInt(i + 1), to: { block: id, args: [] } }
  })
  const two = freshOuter("i64")
  const twice = freshOuter("i64")
  const most = freshOuter("i64")
  const isMore = freshOuter("bool")
  const next = freshOuter("i64")
  outer.push(
    { id: driverId, params: [fuelNow], insts: [{ op: "call", args: [fuelNow], imm: name, result: code, error: null, origin: null }], term: chooseExit(code, cases, { block: againId, args: [] }), termOrigin: null },
    {
      id: againId,
      params: [],
      insts: [
        { op: "const.i64", args: [], imm: 2n, result: two, error: null, origin: null },
        { op: "i64.mul", args: [fuelNow, two], imm: null, result: twice, error: null, origin: null },
        { op: "const.i64", args: [], imm: MOST_FUEL, result: most, error: null, origin: null },
        { op: "i64.gt", args: [twice, most], imm: null, result: isMore, error: null, origin: null },
        { op: "select", args: [isMore, most, twice], imm: null, result: next, error: null, origin: null },
      ],
      term: { kind: "jump", to: { block: driverId, args: [next] } },
      termOrigin: null,
    },
  )
  const driver: Func = { ...func, blocks: [...kept, ...outer], types: driverTypes, names: new Map(func.names) }
  // Values of the loop that are used after it are read from where they are parked, at the start of each block that uses them.
  for (const block of kept) {
    const here = new Map<ValueId, ValueId>()
    const loads: Inst[] = []
    forEachUse(block, (v) => {
      if (!isInside(v) || here.has(v)) return
      const copy = freshOuter(typeOf(v))
      const constant = constants.get(v)
      loads.push(constant === undefined ? { op: "slot.get", args: [], imm: slot(`out${v}`, typeOf(v)), result: copy, error: null, origin: null } : { ...constant, result: copy })
      here.set(v, copy)
    })
    if (loads.length === 0) continue
    const rename = (v: ValueId): ValueId => here.get(v) ?? v
    block.insts = [...loads, ...block.insts.map((inst) => renameInst(inst, rename))]
    block.term = renameTerm(block.term, rename)
  }
  invariant(driver.blocks[0]?.id === func.blocks[0]?.id, "backend/wasm", `${func.name}: outlining moved the entry`)
  return { driver, body }
}

function chooseExit(code: ValueId, cases: readonly { readonly value: bigint; readonly to: BlockCall }[], otherwise: BlockCall): Terminator {
  return { kind: "switch", on: code, cases, default: otherwise }
}
