/**
 * The abstract values of type inference: what kinds of value may be there, of which classes, and whose elements a container has.
 *
 * The one idea: a type is a set of kinds (bits), a set of classes for objects, and a *container node*. All containers that may be
 * the same place share one node (union-find), and the node has the type of their elements. Node 0 is the unknown container:
 * anything may be in it.
 *
 * Invariants: types are immutable; `join` only grows; nodes only merge and their element types only grow, so every computation
 * over them ends. Whoever reads an element type registers a dependent on the node.
 */
import { FIRST_USER_CLASS, type RefType, type Type } from "../mir/ir.ts"

/** Bits of kinds. `true` and `false` are apart so that a decided test decides its branch. */
export const NULL = 1
export const INT = 2
export const FLOAT = 4
export const TRUE = 8
export const FALSE = 16
export const STR = 32
export const ARR = 64
export const MAP = 128
/** Objects of classes of the program. */
export const USER = 256
/** Objects of other classes of the library. */
export const LIB = 512
export const BOOL = TRUE | FALSE
export const NUMBER = INT | FLOAT
export const OBJECT = USER | LIB
export const POINTER = STR | ARR | MAP | OBJECT
export const ALL_KINDS = NULL | NUMBER | BOOL | POINTER
/** Kinds that have a container node. */
const CONTAINER = ARR | MAP | LIB

/** Class numbers in ascending order, or null for all. */
export type ClassSet = readonly number[] | null

/** An abstract value. */
export interface Ty {
  readonly bits: number
  /** For `USER` and `LIB`; empty without those bits. */
  readonly classes: ClassSet
  /** Container node, or -1 without containers. */
  readonly node: number
}

const NO_CLASSES: readonly number[] = []
const MAX_CLASSES = 12

const PLAIN: Ty[] = []
/** The type of kinds that need no classes and no node. Shared, so that equal types are mostly identical. */
export function plain(bits: number): Ty {
  return (PLAIN[bits] ??= { bits, classes: NO_CLASSES, node: -1 })
}

/** No value at all: unreached. */
export const BOTTOM = plain(0)
/** Any value. */
export const TOP: Ty = { bits: ALL_KINDS, classes: null, node: 0 }

/** Objects of one class. Library objects have a container node. */
export function objectTy(classId: number, node = -1): Ty {
  return { bits: classId >= FIRST_USER_CLASS ? USER : LIB, classes: [classId], node: classId >= FIRST_USER_CLASS ? -1 : node }
}

/** A type without some kinds. */
export function without(ty: Ty, bits: number): Ty {
  return only(ty, ~bits)
}

/** A type with some kinds only. */
export function only(ty: Ty, mask: number): Ty {
  const bits = ty.bits & mask
  if (bits === ty.bits) return ty
  if ((bits & POINTER) === 0 || (bits & POINTER) === STR) return plain(bits)
  let classes = ty.classes
  if ((bits & OBJECT) === 0) classes = NO_CLASSES
  else if (classes !== null && (bits & OBJECT) !== (ty.bits & OBJECT)) classes = classes.filter((id) => (bits & (id >= FIRST_USER_CLASS ? USER : LIB)) !== 0)
  return { bits, classes, node: (bits & CONTAINER) === 0 ? -1 : ty.node }
}

/** A type with objects of some classes only; other kinds stay. */
export function onlyClasses(ty: Ty, keep: (classId: number) => boolean): Ty {
  if (ty.classes === null || (ty.bits & OBJECT) === 0) return ty
  const classes = ty.classes.filter(keep)
  if (classes.length === ty.classes.length) return ty
  let bits = ty.bits & ~OBJECT
  for (const id of classes) bits |= id >= FIRST_USER_CLASS ? USER : LIB
  if ((bits & POINTER) === 0 || (bits & POINTER) === STR) return plain(bits)
  return { bits, classes, node: (bits & CONTAINER) === 0 ? -1 : ty.node }
}

/** The one class a non-null object type has, or null. */
export function soleClass(ty: Ty): number | null {
  return (ty.bits & POINTER & ~OBJECT) === 0 && ty.classes !== null && ty.classes.length === 1 ? (ty.classes[0] as number) : null
}

function unionClasses(a: ClassSet, b: ClassSet): ClassSet {
  if (a === null || b === null) return null
  if (b.length === 0 || a === b) return a
  if (a.length === 0) return b
  let i = 0
  let j = 0
  const out: number[] = []
  while (i < a.length || j < b.length) {
    const x = i < a.length ? (a[i] as number) : Number.POSITIVE_INFINITY
    const y = j < b.length ? (b[j] as number) : Number.POSITIVE_INFINITY
    out.push(Math.min(x, y))
    if (x <= y) i++
    if (y <= x) j++
  }
  if (out.length === a.length) return a
  return out.length > MAX_CLASSES ? null : out
}

/** Container nodes with what depends on their element types. `D` is a dependent. */
export class Nodes<D> {
  readonly #parent: number[] = [0]
  readonly #elem: Ty[] = [TOP]
  readonly #deps: (Set<D> | null)[] = [null]
  readonly #changed: (dependents: Iterable<D>) => void

  /** `changed` is called with the dependents of a node whose elements grew. */
  constructor(changed: (dependents: Iterable<D>) => void) {
    this.#changed = changed
  }

  /** A node without elements so far. */
  create(): number {
    this.#parent.push(this.#parent.length)
    this.#elem.push(BOTTOM)
    this.#deps.push(null)
    return this.#parent.length - 1
  }

  /** The representative of a node; -1 for -1. */
  find(node: number): number {
    if (node < 0) return -1
    const parent = this.#parent
    let root = node
    while (parent[root] !== root) root = parent[root] as number
    while (parent[node] !== root) {
      const next = parent[node] as number
      parent[node] = root
      node = next
    }
    return root
  }

  /** The elements of a type's containers; nothing without containers. */
  elem(node: number, dependent: D | null): Ty {
    if (node < 0) return BOTTOM
    const root = this.find(node)
    if (dependent !== null && root !== 0) (this.#deps[root] ??= new Set()).add(dependent)
    return this.#elem[root] as Ty
  }

  /** Adds to the elements of a node. */
  store(node: number, ty: Ty): void {
    if (node < 0) return
    let root = this.find(node)
    for (;;) {
      const before = this.#elem[root] as Ty
      const after = this.join(before, ty)
      // Joining may have merged this node with another, or have stored into it.
      const now = this.find(root)
      if (now !== root || this.#elem[now] !== before) {
        root = now
        continue
      }
      if (after === before) return
      this.#elem[root] = after
      const deps = this.#deps[root]
      if (deps != null) this.#changed(deps)
      return
    }
  }

  /** Makes two nodes one. */
  unify(a: number, b: number): number {
    let x = this.find(a)
    let y = this.find(b)
    if (x === y || x < 0) return y
    if (y < 0) return x
    // The unknown node stays the representative.
    if (y < x) [x, y] = [y, x]
    const elemX = this.#elem[x] as Ty
    const elemY = this.#elem[y] as Ty
    const depsX = this.#deps[x] ?? null
    const depsY = this.#deps[y] ?? null
    this.#parent[y] = x
    this.#deps[y] = null
    const joined = this.join(elemX, elemY)
    if (!this.same(joined, elemY) && depsY !== null) this.#changed(depsY)
    const root = this.find(x)
    if (root !== 0 && depsY !== null) {
      const deps = (this.#deps[root] ??= new Set())
      for (const dep of depsY) deps.add(dep)
    }
    if (depsX !== null && joined !== elemX) this.#changed(depsX)
    this.store(root, joined)
    return this.find(x)
  }

  /** True if two types are equal up to merged nodes. */
  same(a: Ty, b: Ty): boolean {
    if (a === b) return true
    if (a.bits !== b.bits || this.find(a.node) !== this.find(b.node)) return false
    if (a.classes === b.classes) return true
    if (a.classes === null || b.classes === null || a.classes.length !== b.classes.length) return false
    const other = b.classes
    return a.classes.every((id, i) => id === other[i])
  }

  /** The smallest type above both; `a` itself if nothing is added. Merges their nodes. */
  join(a: Ty, b: Ty): Ty {
    if (a === b || b.bits === 0) return a
    if (a.bits === 0) return b
    let node = a.node
    if (b.node >= 0 && b.node !== node) node = node < 0 ? b.node : this.unify(node, b.node)
    const bits = a.bits | b.bits
    const classes = unionClasses(a.classes, b.classes)
    if (bits === a.bits && classes === a.classes && (node === a.node || (a.node >= 0 && node >= 0))) return a
    if ((bits & POINTER) === 0 || (bits & POINTER) === STR) return plain(bits)
    return { bits, classes, node }
  }

  /** Says that code we do not see may keep and give back what is reachable from a value. */
  escape(ty: Ty): void {
    if (ty.node > 0) this.unify(ty.node, 0)
  }
}

/** The representation of values of a type. `className` names classes by number. */
export function representation(ty: Ty, className: (id: number) => string): Type {
  const bits = ty.bits
  if (bits === 0) return "any"
  if (bits === INT) return "i64"
  if (bits === FLOAT) return "f64"
  if ((bits & ~BOOL) === 0) return "bool"
  const pointer = bits & POINTER
  if (pointer === 0 || (bits & ~(POINTER | NULL)) !== 0) return "any"
  let ref: RefType
  if (pointer === STR) ref = "str"
  else if (pointer === ARR) ref = "arr"
  else if (pointer === MAP) ref = "map"
  else {
    const sole = soleClass(ty)
    ref = sole === null ? "obj" : `box<${className(sole)}>`
  }
  return (bits & NULL) === 0 ? ref : `${ref}?`
}

/** A type as a reader sees it: `Integer`, `Point or null`, `ArrayBox of String`. */
export function describe(ty: Ty, className: (id: number) => string, elements: (node: number) => Ty, depth = 0): string {
  const bits = ty.bits
  if (bits === 0) return "never"
  if ((bits & ALL_KINDS) === ALL_KINDS && ty.classes === null) return "any value"
  const parts: string[] = []
  const of = (name: string): string => {
    if (ty.node < 0 || depth >= 2) return name
    const elem = elements(ty.node)
    return elem.bits === 0 || elem === TOP ? name : `${name} of ${describe(elem, className, elements, depth + 1)}`
  }
  if (bits & INT) parts.push("Integer")
  if (bits & FLOAT) parts.push("Float")
  if (bits & BOOL) parts.push("Bool")
  if (bits & STR) parts.push("String")
  if (bits & ARR) parts.push(of("ArrayBox"))
  if (bits & MAP) parts.push(of("MapBox"))
  if (bits & OBJECT) {
    if (ty.classes === null) parts.push("any box")
    else for (const id of ty.classes) parts.push(className(id))
  }
  if (bits & NULL) parts.push("null")
  return parts.join(" or ")
}
