/**
 * What rows of the library do to abstract values.
 *
 * The one idea: parameter and result types come from the row; where values go between containers and results is in `FLOWS`, a
 * table by runtime function. A row without an entry gives what its types say, and whatever it may keep is unknown from then on.
 *
 * Invariants: an argument that a row may keep or give back is stored in a node of the model or escapes.
 */
import { Bug } from "../base/bug.ts"
import type { Inst } from "../mir/ir.ts"
import { ABI, type AbiName } from "../../runtime/abi.ts"
import type { LibraryCode, LibraryMember, LibraryOverload, LibraryType } from "../../runtime/prelude.ts"
import type { Inference, Site } from "./infer.ts"
import { callTy } from "./infer-transfer.ts"
import { ALL_KINDS, ARR, BOOL, BOTTOM, FLOAT, INT, LIB, MAP, NULL, NUMBER, OBJECT, STR, TOP, type Ty, USER, objectTy, only, onlyClasses, plain } from "./types.ts"

/** How values move through a runtime function. Positions count its parameters, the receiver first. */
interface Flow {
  /** These arguments become contents of the container in argument `into`, or of the result (-1). */
  readonly store?: { readonly from: readonly number[]; readonly into: number }
  /** The result may be contents of these arguments. */
  readonly givesContents?: readonly number[]
  /** The result may be these arguments. */
  readonly gives?: readonly number[]
  /** The result is a new container with the contents of these arguments. */
  readonly copies?: readonly number[]
  /** The result may be null besides. */
  readonly orNull?: true
}

const FLOWS: { readonly [name in AbiName]?: Flow } = {
  hk_result_ok: { store: { from: [0], into: -1 } },
  hk_result_err: { store: { from: [0], into: -1 } },
  hk_result_value: { givesContents: [0] },
  hk_result_error: { givesContents: [0] },
  hk_result_unwrap_or: { givesContents: [0], gives: [1] },
  hk_cell_new: { store: { from: [0], into: -1 } },
  hk_cell_get: { givesContents: [0] },
  hk_cell_set: { store: { from: [1], into: 0 } },
  hk_future_ready: { store: { from: [0], into: -1 } },
  hk_future_failed: { copies: [] },
  hk_future_cancelled: { copies: [] },
  hk_future_new: { copies: [] },
  hk_future_set: { store: { from: [1], into: 0 } },
  hk_await: { givesContents: [0] },
  hk_weak_load: { givesContents: [0], orNull: true },
  hk_map_get_or: { givesContents: [0], gives: [2] },
  hk_random_choice: { givesContents: [1] },
  hk_random_shuffle: { copies: [1] },
  hk_arr_concat: { copies: [0, 1] },
  hk_arr_replace_all: { store: { from: [], into: 0 } },
  hk_as: { gives: [0] },
}

/** Kinds a parameter type admits. */
export function paramBits(type: LibraryType): number {
  let bits = 0
  for (const part of type.split("|")) {
    switch (part) {
      case "Integer":
        bits |= INT
        break
      case "Float":
        bits |= FLOAT
        break
      case "Number":
        bits |= NUMBER
        break
      case "Bool":
        bits |= BOOL
        break
      case "String":
        bits |= STR
        break
      case "Array":
        bits |= ARR
        break
      case "Map":
        bits |= MAP
        break
      case "Void":
        bits |= NULL
        break
      case "Function":
        bits |= USER
        break
      case "Any":
        return ALL_KINDS
      default:
        bits |= part.startsWith("Box:") ? LIB : ALL_KINDS
    }
  }
  return bits
}

/** The type of parameter `i` of a row; the last one repeats. */
export function paramType(params: readonly LibraryType[], i: number): LibraryType {
  return params[i] ?? params[params.length - 1] ?? "Any"
}

/** True if arguments of these types certainly fit an overload. */
export function fits(overload: LibraryOverload, args: readonly Ty[]): boolean {
  return args.every((ty, i) => (ty.bits & ~paramBits(paramType(overload.params, i))) === 0 && ty.bits !== 0)
}

/** The implementation chosen for arguments of these types. */
export function chooseCode(member: LibraryMember, args: readonly Ty[]): { readonly params: readonly LibraryType[]; readonly result: LibraryType; readonly impl: LibraryCode } {
  return member.overloads?.find((o) => fits(o, args)) ?? member
}

/** What a row gives for a receiver (null for functions) and arguments. */
export function evalMember(inf: Inference, inst: Inst, site: Site, member: LibraryMember, receiver: Ty | null, args: readonly Ty[]): Ty {
  const chosen = chooseCode(member, args)
  const { impl } = chosen
  // Functions written in the language check their arguments by using them.
  const passed = "hako" in impl ? args : args.map((ty, i) => only(ty, paramBits(paramType(chosen.params, i))))
  if (passed.some((ty) => ty.bits === 0)) return BOTTOM
  const all = receiver === null ? passed : [receiver, ...passed]
  if ("unsupported" in impl) return BOTTOM
  if ("array" in impl) {
    const node = inf.nodeOf(inst)
    for (const ty of passed) inf.nodes.store(node, ty)
    return { bits: ARR, classes: [], node }
  }
  if ("identity" in impl) return all[0] ?? BOTTOM
  if ("hako" in impl) return inf.call(inf.clone(hakoFunction(inf, impl.hako, all.length), inst, site), all, site)
  if ("op" in impl) {
    if (impl.op === "dyn.call") return receiver === null ? BOTTOM : callTy(inf, receiver, passed, site)
    return resultTy(inf, inst, site, chosen.result, member, receiver)
  }
  return evalAbi(inf, inst, site, impl.abi, chosen.result, member, receiver, all, passed)
}

/** Name of a function of the library written in the language. */
export function hakoFunction(inf: Inference, name: string, argc: number): string {
  for (const candidate of [`${name}/${argc}`, name]) if (inf.module.funcs.has(candidate)) return candidate
  throw new Bug("opt/infer", `the program lacks ${name}/${argc} of the library`)
}

function evalAbi(inf: Inference, inst: Inst, site: Site, abi: AbiName, result: LibraryType, member: LibraryMember, receiver: Ty | null, all: readonly Ty[], passed: readonly Ty[]): Ty {
  const row: { readonly params: readonly (readonly [string, string, string])[]; readonly never?: true } = ABI[abi]
  if (row.never === true) return BOTTOM
  const { nodes } = inf
  switch (abi) {
    case "hk_equals":
    case "hk_derived_equals":
      inf.useEquals()
      exposeToEquals(inf, all, site)
      return plain(BOOL)
    case "hk_weak_new":
      return weakTy(inf, inst, all[0] as Ty)
    case "hk_try_value":
      return tryValueTy(inf, all[0] as Ty, site)
    case "hk_iter_of":
      return iterationTy(inf, inst, all[0] as Ty)
    case "hk_get_field":
      return reflectedTy(inf, all[0] as Ty, site)
    case "hk_set_field":
      for (const id of inf.classesOf(all[0] as Ty, site)) {
        for (const field of inf.world.userClass(id).fields) if (!field.isHidden) inf.writeField(id, field.name, all[2] as Ty)
      }
      return plain(NULL)
    case "hk_is":
    case "hk_has_field":
      return plain(BOOL)
  }
  const flow = FLOWS[abi]
  if (flow !== undefined) {
    let given = BOTTOM
    if (flow.givesContents !== undefined || flow.gives !== undefined) {
      for (const i of flow.givesContents ?? []) given = nodes.join(given, nodes.elem((all[i] as Ty).node, site))
      for (const i of flow.gives ?? []) given = nodes.join(given, all[i] as Ty)
      return flow.orNull ? nodes.join(given, plain(NULL)) : given
    }
    given = resultTy(inf, inst, site, result, member, receiver)
    const node = inf.nodeOf(inst)
    for (const i of flow.copies ?? []) nodes.store(node, nodes.elem((all[i] as Ty).node, site))
    for (const i of flow.store?.from ?? []) nodes.store(flow.store?.into === -1 ? node : (all[flow.store?.into ?? 0] as Ty).node, all[i] as Ty)
    return (given.bits & (ARR | MAP | LIB)) !== 0 && (flow.copies !== undefined || flow.store?.into === -1) ? { ...given, node } : given
  }
  // What the row says it stores goes into the receiver, or into what it makes.
  const stores = new Set(member.stores ?? [])
  const made = resultTy(inf, inst, site, result, member, receiver)
  for (const i of stores) if (passed[i] !== undefined) nodes.store(receiver === null ? made.node : receiver.node, passed[i])
  const unknown = made === TOP || nodes.find(made.node) === 0
  all.forEach((ty, i) => {
    const at = receiver === null ? i : i - 1
    if (!stores.has(at) && (unknown || row.params[i]?.[2] === "own")) nodes.escape(ty)
  })
  return made
}

/** The type a row names as its result. */
function resultTy(inf: Inference, inst: Inst, site: Site, result: LibraryType, member: LibraryMember, receiver: Ty | null): Ty {
  let ty = BOTTOM
  for (const part of result.split("|")) {
    let one: Ty
    if (part === "Any") return TOP
    if (part === "elem" || part === "elem?") {
      one = inf.nodes.elem(receiver?.node ?? -1, site)
      if (part === "elem?") one = inf.nodes.join(one, plain(NULL))
    } else if (part === "self") one = receiver ?? BOTTOM
    else if (part === "Array" || part === "Map") {
      const node = inf.nodeOf(inst, part)
      const yields = member.yields
      if (yields !== undefined) inf.nodes.store(node, yields === "elem" ? inf.nodes.elem(receiver?.node ?? -1, site) : resultTy(inf, inst, site, yields, member, receiver))
      else if (!isEmptyAtFirst(member)) inf.nodes.unify(node, 0)
      one = { bits: part === "Array" ? ARR : MAP, classes: [], node }
    } else if (part.startsWith("Box:")) one = objectTy(inf.world.classId(part.slice(4)))
    else one = part === "Function" ? { bits: USER, classes: null, node: -1 } : plain(paramBits(part))
    ty = inf.nodes.join(ty, one)
  }
  return ty
}

/** True for constructors of containers that start without contents. */
function isEmptyAtFirst(member: LibraryMember): boolean {
  return "abi" in member.impl && (member.impl.abi === "hk_map_new" || member.impl.abi === "hk_arr_new")
}

function weakTy(inf: Inference, inst: Inst, target: Ty): Ty {
  const weakId = inf.world.classId("WeakRef")
  const node = inf.nodeOf(inst)
  const objects = only(target, ARR | MAP | OBJECT)
  if (objects.bits === 0) return BOTTOM
  inf.nodes.store(node, onlyClasses(objects, (id) => id !== weakId))
  // A weak reference to a weak reference is that reference.
  if (objects.bits & LIB && (objects.classes === null || objects.classes.includes(weakId))) inf.nodes.unify(node, objects.node)
  return objectTy(weakId, node)
}

/** `e?` where it goes on: contents of a success, anything else itself. */
function tryValueTy(inf: Inference, ty: Ty, site: Site): Ty {
  const { nodes, world } = inf
  const resultId = world.classId("ResultBox")
  let given = onlyClasses(ty, (id) => id !== resultId && !isSuccessVariant(inf, id))
  if (ty.bits & LIB) given = nodes.join(given, nodes.elem(ty.node, site))
  for (const id of inf.classesOf(ty, site)) {
    if (!isSuccessVariant(inf, id)) continue
    for (const field of world.userClass(id).fields) given = nodes.join(given, inf.readField(id, field.name, site))
  }
  return given
}

function isSuccessVariant(inf: Inference, id: number): boolean {
  const label = inf.world.classById(id)?.variant?.label
  return label === "Ok" || label === "Some"
}

function iterationTy(inf: Inference, inst: Inst, ty: Ty): Ty {
  const node = inf.nodeOf(inst)
  if (ty.bits & (MAP | STR)) inf.nodes.store(node, plain(STR))
  if (ty.bits & LIB) inf.nodes.store(node, plain(INT))
  if (ty.bits & ARR) inf.nodes.unify(node, ty.node)
  return (ty.bits & (ARR | MAP | STR | LIB)) === 0 ? BOTTOM : { bits: ARR, classes: [], node }
}

/** Where the program has an `equals`, what is compared may come into its hands: contents of containers and public fields. */
function exposeToEquals(inf: Inference, compared: readonly Ty[], site: Site): void {
  if (![...inf.module.classes.values()].some((cls) => inf.world.method(cls.id, "equals/1") !== undefined)) return
  for (const ty of compared) inf.nodes.escape(ty)
  for (const id of inf.classesOf(TOP, site)) {
    for (const field of inf.world.userClass(id).fields) if (field.isPublic) inf.nodes.escape(inf.readField(id, field.name, site))
  }
}

/** Any field of the object; what it holds is unknown from then on. */
function reflectedTy(inf: Inference, ty: Ty, site: Site): Ty {
  let given = plain(NULL)
  for (const id of inf.classesOf(ty, site)) {
    for (const field of inf.world.userClass(id).fields) if (!field.isHidden) given = inf.nodes.join(given, inf.readField(id, field.name, site))
  }
  return given
}
