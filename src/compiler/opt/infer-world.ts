/**
 * What inference and specialisation ask about a module as a whole: classes by number, methods and fields of a class, boxes of
 * kinds, type tests. Read-only.
 */
import { Bug } from "../base/bug.ts"
import { type ClassDef, FIRST_USER_CLASS, type FieldDef, type MethodDef, type Module, type Type } from "../mir/ir.ts"
import { CLASSES, type ClassName } from "../../runtime/classes.ts"
import { ALL_KINDS, ARR, BOOL, BOTTOM, type ClassSet, FLOAT, INT, LIB, MAP, NULL, OBJECT, STR, TOP, type Ty, USER, only, onlyClasses, plain, objectTy } from "./types.ts"

/** The library box that answers methods of a kind. */
export const BOX_OF_KIND: readonly (readonly [bits: number, box: ClassName])[] = [
  [INT, "IntegerBox"],
  [FLOAT, "FloatBox"],
  [BOOL, "BoolBox"],
  [STR, "StringBox"],
  [ARR, "ArrayBox"],
  [MAP, "MapBox"],
]

const KIND_OF_BOX: ReadonlyMap<string, number> = new Map<string, number>([...BOX_OF_KIND.map(([bits, box]) => [box, bits] as const), ["NullBox", NULL]])

/** A member name of the immediate of `dyn.get` and its like: the name and the box whose private members may be used. */
export interface MemberName {
  readonly name: string
  readonly context: string | null
}

/** Splits `name` or `name@Box`. */
export function memberName(imm: unknown): MemberName {
  const text = String(imm)
  const at = text.indexOf("@", 1)
  return at < 0 ? { name: text, context: null } : { name: text.slice(0, at), context: text.slice(at + 1) }
}

/** A type test: which kinds pass, and which objects. */
export interface TypeTest {
  readonly bits: number
  readonly passes: (classId: number) => boolean
}

/** Lookups over one module. */
export class World {
  readonly module: Module
  readonly #byId = new Map<number, ClassDef>()
  readonly #methods = new Map<number, ReadonlyMap<string, MethodDef>>()
  readonly #fields = new Map<number, Map<string, FieldDef>>()
  readonly #library = new Map<number, ClassName>()
  readonly #tests = new Map<string, TypeTest>()

  constructor(module: Module) {
    this.module = module
    for (const name of Object.keys(CLASSES) as ClassName[]) if (CLASSES[name].id > 0) this.#library.set(CLASSES[name].id, name)
    for (const cls of module.classes.values()) {
      this.#byId.set(cls.id, cls)
      this.#methods.set(cls.id, cls.methods ?? methodsByName(module, cls))
      this.#fields.set(cls.id, new Map(cls.fields.map((f) => [f.name, f])))
    }
  }

  /** The class of that number, or undefined for a class of the library. */
  classById(id: number): ClassDef | undefined {
    return this.#byId.get(id)
  }

  /** The class of that number, which is one of the program. */
  userClass(id: number): ClassDef {
    const cls = this.#byId.get(id)
    if (cls === undefined) throw new Bug("opt/infer", `no class ${id}`)
    return cls
  }

  /** Number of a class, by the name in `box<…>`. */
  classId(name: string): number {
    const cls = this.module.classes.get(name)
    if (cls !== undefined) return cls.id
    const id = Object.hasOwn(CLASSES, name) ? CLASSES[name as ClassName].id : 0
    if (id === 0) throw new Bug("opt/infer", `no class ${name}`)
    return id
  }

  /** Name of a class as `box<…>` has it. */
  readonly className = (id: number): string => {
    const name = this.#byId.get(id)?.name ?? this.#library.get(id)
    if (name === undefined) throw new Bug("opt/infer", `no class ${id}`)
    return name
  }

  /** The library box of a class number below `FIRST_USER_CLASS`. */
  libraryBox(id: number): ClassName {
    const name = this.#library.get(id)
    if (name === undefined) throw new Bug("opt/infer", `no library class ${id}`)
    return name
  }

  /** Numbers of all library classes whose objects are `LIB`. */
  get libraryIds(): number[] {
    return [...this.#library.keys()].filter((id) => id > 3)
  }

  /** What `o.m(…)` reaches in a class, by `m/n`. */
  method(classId: number, key: string): MethodDef | undefined {
    return this.#methods.get(classId)?.get(key)
  }

  /** Argument counts with which a class has a method of that name. */
  methodArities(classId: number, name: string): number[] {
    const out: number[] = []
    for (const key of this.#methods.get(classId)?.keys() ?? []) {
      const slash = key.lastIndexOf("/")
      if (key.slice(0, slash) === name) out.push(Number(key.slice(slash + 1)))
    }
    return out.sort((a, b) => a - b)
  }

  /** A field of a class of the program. */
  field(classId: number, name: string): FieldDef | undefined {
    return this.#fields.get(classId)?.get(name)
  }

  /** True for the classes of function values. */
  isClosure(classId: number): boolean {
    return this.#byId.get(classId)?.kind === "closure"
  }

  /** True for the classes of enum values, which never change and have no fields but those of their variant. */
  isVariant(classId: number): boolean {
    return this.#byId.get(classId)?.kind === "variant"
  }

  /** What passes `is name`. */
  typeTest(name: string): TypeTest {
    let test = this.#tests.get(name)
    if (test === undefined) {
      test = this.#makeTest(name)
      this.#tests.set(name, test)
    }
    return test
  }

  #makeTest(name: string): TypeTest {
    if (name === "Any") return { bits: ALL_KINDS, passes: () => true }
    let bits = 0
    const ids = new Set<number>()
    for (const box of Object.keys(CLASSES) as ClassName[]) {
      const row: { readonly id: number; readonly isNames: readonly string[] } = CLASSES[box]
      if (!row.isNames.includes(name) || this.module.classes.get(box)?.isNames.includes(name) === true) continue
      const kind = KIND_OF_BOX.get(box)
      if (kind !== undefined) bits |= kind
      else if (box === "FunctionBox") for (const cls of this.module.classes.values()) if (cls.kind === "closure") ids.add(cls.id)
      if (row.id > 3) ids.add(row.id)
    }
    for (const cls of this.module.classes.values()) if (cls.name === name || cls.isNames.includes(name)) ids.add(cls.id)
    for (const id of ids) bits |= id >= FIRST_USER_CLASS ? USER : LIB
    return { bits, passes: (id) => ids.has(id) }
  }

  /** The part of a type that passes a test. */
  passing(ty: Ty, test: TypeTest): Ty {
    const kinds = only(ty, test.bits)
    if ((kinds.bits & OBJECT) === 0) return kinds
    if (kinds.classes !== null) return onlyClasses(kinds, test.passes)
    if (test.bits === ALL_KINDS) return kinds
    const classes = [...this.module.classes.values()].map((c) => c.id).concat(this.libraryIds).filter(test.passes).sort((a, b) => a - b)
    return classes.length > 12 ? kinds : onlyClasses({ ...kinds, classes }, (id) => (kinds.bits & (id >= FIRST_USER_CLASS ? USER : LIB)) !== 0)
  }

  /** The part of a type that does not pass a test. */
  failing(ty: Ty, test: TypeTest): Ty {
    if (test.bits === ALL_KINDS) return BOTTOM
    const kinds = only(ty, ~(test.bits & ~OBJECT))
    return kinds.classes === null ? kinds : onlyClasses(kinds, (id) => !test.passes(id))
  }

  /** The abstract value of anything that a machine type admits. */
  tyOfType(type: Type): Ty {
    if (type === "unit") return plain(NULL)
    if (type === "i64") return plain(INT)
    if (type === "f64") return plain(FLOAT)
    if (type === "bool") return plain(BOOL)
    if (type === "any") return TOP
    const nullable = type.endsWith("?")
    const ref = nullable ? type.slice(0, -1) : type
    const extra = nullable ? NULL : 0
    if (ref === "str") return plain(STR | extra)
    if (ref === "arr") return { bits: ARR | extra, classes: [], node: 0 }
    if (ref === "map") return { bits: MAP | extra, classes: [], node: 0 }
    if (ref === "obj") return { bits: STR | ARR | MAP | OBJECT | extra, classes: null, node: 0 }
    const one = objectTy(this.classId(ref.slice(4, -1)), 0)
    return nullable ? { ...one, bits: one.bits | NULL } : one
  }
}

/** Classes of a set, or all of `all`. */
export function classList(classes: ClassSet, all: Iterable<number>): Iterable<number> {
  return classes ?? all
}

/**
 * Methods of a class without a table, from the names of the functions: `C.m/n`, and `P.m/n@C` for inherited copies, nearest
 * parent first. Modules written by hand have no tables.
 */
function methodsByName(module: Module, cls: ClassDef): Map<string, MethodDef> {
  const out = new Map<string, MethodDef>()
  const candidates = [cls.name, ...cls.isNames.filter((n) => n !== cls.name)]
  for (const owner of candidates) {
    for (const func of module.funcs.values()) {
      const suffix = owner === cls.name ? "" : `@${cls.name}`
      if (!func.name.startsWith(`${owner}.`) || !func.name.endsWith(suffix)) continue
      const key = func.name.slice(owner.length + 1, func.name.length - suffix.length)
      if (key.includes(".") || key.includes("@") || !/\/\d+$/.test(key)) continue
      if (!out.has(key)) out.set(key, { func: func.name, privateTo: null })
    }
  }
  if (cls.kind === "closure" && module.funcs.has(`${cls.name}/${cls.arity}`)) out.set(`call/${cls.arity}`, { func: `${cls.name}/${cls.arity}`, privateTo: null })
  return out
}
