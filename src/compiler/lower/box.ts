/**
 * Boxes and enums: their classes and the functions that belong to a class as a whole.
 *
 * The one idea: a class is complete by itself. Its fields are those of the whole lineage in one layout, its table names the
 * function for each method and count, and what the language does on its own (initialisers, first use of a static box, `fini()`)
 * is a function of the class: `B.$fields/0`, `S.$init/0`, `B.$fini/0`, `B.get$p/0`.
 */
import { oldestFirst } from "../check/declare.ts"
import { isSandboxedBox, libraryAccepts } from "../check/library.ts"
import { selectConstructor } from "../check/constructors.ts"
import { type BoxSymbol, type EnumSymbol, type FieldSymbol, type PropertySymbol, methodKey } from "../check/symbol.ts"
import type { ClassDef, FieldDef, MethodDef, ValueId } from "../mir/ir.ts"
import { lowerBody, lowerInitialiser, lowerInitialiserBlock } from "./body.ts"
import { HandlerBodyFrame } from "./cleanup.ts"
import type { FunctionLowering } from "./func.ts"
import type { ModuleLowering } from "./module.ts"

/** Hidden field of instances with a library parent: the library object. */
const LIBRARY_FIELD = "$lib"
/** Hidden field of instances in programs with `fini()`: true while it runs. */
const FINALISING_FIELD = "$finalising"
/** Module variables of the initialisation that is running: number of its box, names on the way to it. */
const INIT_TOP = "$init.top"
const INIT_PATH = "$init.path"

const NOT_INITIALISED = 0n
const INITIALISING = 1n
const INITIALISED = 2n

const ONCE_VALUE = 1n
const ONCE_ERROR = 2n

/** Adds a class for each variant. */
export function addEnumClasses(module: ModuleLowering, enums: readonly EnumSymbol[]): void {
  for (const one of enums) {
    let position = 0
    for (const variant of one.variants.values()) {
      module.addClass({
        name: `${one.name}::${variant.name}`,
        kind: "variant",
        fields: variant.fields.map((name): FieldDef => ({ name, type: "any", isPublic: true, isHidden: false })),
        isNames: [one.name],
        arity: position++,
        variant: { shape: variant.form, label: variant.name, enum: one.name },
      })
    }
  }
}

/** Adds a class for each box; its methods are asked for. */
export function addBoxClasses(module: ModuleLowering, boxes: readonly BoxSymbol[]): void {
  for (const box of boxes) {
    const methods = new Map<string, MethodDef>()
    module.addClass({ name: box.className, kind: box.isStatic ? "static" : "box", fields: fieldsOf(module, box), isNames: namesOf(box), arity: 0, variant: null, methods })
    for (const [key, method] of box.table) {
      if (method.isStatic) continue
      const argc = Number(key.slice(key.lastIndexOf("/") + 1))
      const func = module.methodFunction(method, box, argc)
      if (key === "fini/0" && module.observesFini) continue
      methods.set(key, { func, privateTo: method.isPrivate ? method.box.name : null })
    }
    for (const property of box.allProperties.values()) {
      if (property.storage === "birth_once") continue
      methods.set(`get$${property.name}/0`, { func: module.getter(property, box), privateTo: property.isPrivate ? property.box.name : null })
    }
    if (inheritsText(box)) methods.set("toString/0", { func: `${box.className}.$text/0`, privateTo: null })
    if (module.observesFini) methods.set("fini/0", { func: `${box.className}.$fini/0`, privateTo: null })
    for (const method of [...box.methodsByName.values()].flat()) {
      if (!method.isStatic) continue
      for (let argc = method.arity.min; argc <= method.arity.max; argc++) module.methodFunction(method, null, argc)
    }
    for (const constructor of box.constructors) for (let argc = constructor.arity.min; argc <= constructor.arity.max; argc++) module.methodFunction(constructor, box, argc)
  }
}

function fieldsOf(module: ModuleLowering, box: BoxSymbol): FieldDef[] {
  const fields: FieldDef[] = box.layout.map((field) => ({
    name: field.name,
    type: "any",
    // The derived text lists the box's own public fields only.
    isPublic: field.isPublic && field.box === box,
    isHidden: false,
    ...(field.isPrivate ? { privateTo: field.box.name } : {}),
    ...(field.isWeak ? { isWeak: true } : {}),
  }))
  for (const property of box.allProperties.values()) {
    if (property.storage === "computed") continue
    const isOnce = property.storage === "once"
    fields.push({
      name: property.name,
      type: "any",
      isPublic: !isOnce && property.isPublic && property.box === box,
      isHidden: isOnce,
      ...(property.isPrivate ? { privateTo: property.box.name } : {}),
    })
    if (isOnce) fields.push({ name: `${property.name}$state`, type: "i64", isPublic: false, isHidden: true })
  }
  if (box.libraryBase !== null) fields.push({ name: LIBRARY_FIELD, type: "any", isPublic: false, isHidden: true })
  if (module.observesFini) fields.push({ name: FINALISING_FIELD, type: "bool", isPublic: false, isHidden: true })
  return fields
}

function namesOf(box: BoxSymbol): string[] {
  const names = new Set<string>()
  for (const one of box.lineage) {
    names.add(one.name)
    names.add(one.className)
    for (const face of one.interfaces) names.add(face.name)
  }
  if (box.libraryBase !== null) names.add(box.libraryBase.name)
  return [...names]
}

/** True if the text of the library parent is the object's own. */
function inheritsText(box: BoxSymbol): boolean {
  return makesLibraryParent(box) && !["str", "stringify", "toString"].some((name) => box.table.has(methodKey(name, 0)))
}

// initialisation

/** Fields of the lineage that have an initialiser in objects of the box, oldest first. */
function initialised(box: BoxSymbol): FieldSymbol[] {
  return oldestFirst(box).flatMap((one) => [...one.fields.values()].filter((field) => field.decl?.init != null && box.layout.includes(field)))
}

function birthOnce(box: BoxSymbol): PropertySymbol[] {
  return oldestFirst(box).flatMap((one) => [...one.properties.values()].filter((property) => property.storage === "birth_once" && box.allProperties.get(property.name) === property))
}

/** True if the library parent is made together with the object. */
function makesLibraryParent(box: BoxSymbol): boolean {
  return box.libraryBase !== null && !isSandboxedBox(box.libraryBase.name) && libraryAccepts(`new ${box.libraryBase.name}`, 0)
}

/** True if making an object runs code before its constructor. */
export function hasInitialisers(box: BoxSymbol): boolean {
  return makesLibraryParent(box) || initialised(box).length > 0 || birthOnce(box).length > 0
}

/** True if the first use of a static box runs code. */
export function needsInit(box: BoxSymbol): boolean {
  return hasInitialisers(box) || box.lineage.some((one) => one.staticInits.length > 0) || typeof selectConstructor(box, 0) !== "string"
}

/** Lowers what the language does for classes: initialisers, first use, `fini()`, checks of weak fields. */
export function lowerBoxSupport(module: ModuleLowering): void {
  const { boxes } = module.checked
  for (const box of boxes) {
    if (hasInitialisers(box)) lowerFields(module, box)
    if (inheritsText(box)) lowerInheritedText(module, box)
    if (box.isStatic && needsInit(box)) lowerFirstUse(module, box)
  }
  if (boxes.some((box) => [...box.fields.values()].some((field) => field.isWeak))) lowerWeakCheck(module)
  if (module.observesFini) {
    lowerFiniOfValue(module)
    for (const box of boxes) lowerFini(module, box)
  }
}

function supportFunction(module: ModuleLowering, box: BoxSymbol, name: string, lower: (f: FunctionLowering, me: ValueId) => void): void {
  module.request(name, () => {
    const f = module.start({ name, display: box.name, routine: box.routine, self: box, span: box.decl?.span ?? null, synthetic: true })
    const me = f.builder.addParam(`box<${box.className}>`, "me")
    f.me = me
    lower(f, me)
    f.finish()
  })
}

/** `B.$text/0`: the text of the library parent. */
function lowerInheritedText(module: ModuleLowering, box: BoxSymbol): void {
  supportFunction(module, box, `${box.className}.$text/0`, (f, me) => {
    const hidden = f.builder.emit("field.get", [me], { class: box.className, field: LIBRARY_FIELD })
    f.builder.ret(f.op("dyn.method", [hidden], "toString", null), null)
  })
}

/** `B.$fields/0`: stored initialisers, then `birth_once`, ancestors first. */
function lowerFields(module: ModuleLowering, box: BoxSymbol): void {
  supportFunction(module, box, `${box.className}.$fields/0`, (f, me) => {
    if (makesLibraryParent(box) && box.libraryBase !== null) {
      const hidden = f.library(`new ${box.libraryBase.name}`, [], null)
      f.builder.perform("field.set", [me, f.any(hidden)], { class: box.className, field: LIBRARY_FIELD })
    }
    for (const field of initialised(box)) {
      f.within(field.box.routine, () => {
        const init = field.decl?.init
        if (init == null || field.decl === null) return
        const origin = f.at(field.decl.span)
        const value = f.any(lowerInitialiser(f, init), origin)
        if (field.isWeak) f.call("$check_weak/2", [value, f.any(f.builder.constStr(`${field.box.name}.${field.name}`, origin), origin)], origin)
        f.builder.perform("field.set", [me, value], { class: box.className, field: field.name }, origin)
        f.endExpression(origin)
      })
    }
    for (const property of birthOnce(box)) {
      const value = f.call(onceBody(module, property, box), [me], f.at(property.decl.span))
      f.builder.perform("field.set", [me, value], { class: box.className, field: property.name }, f.at(property.decl.span))
    }
    f.builder.ret(f.null())
  })
}

/** `S.$init/0`: gives the object of a static box, initialised at the first use. */
function lowerFirstUse(module: ModuleLowering, box: BoxSymbol): void {
  const name = `${box.className}.$init/0`
  const state = `${box.className}.$state`
  const others = module.checked.boxes.filter((one) => one.isStatic && needsInit(one))
  const canBeCircular = others.length > 1
  const number = BigInt(others.indexOf(box) + 1)
  module.addGlobal(state, "i64")
  if (canBeCircular) {
    module.addGlobal(INIT_TOP, "i64")
    module.addGlobal(INIT_PATH, "any")
  }
  module.request(name, () => {
    const f = module.start({ name, display: box.name, routine: box.routine, self: box, span: box.decl?.span ?? null, synthetic: true })
    const { builder } = f
    builder.func.result = `box<${box.className}>`
    const object = builder.emit("static.ref", [], box.className)
    f.me = object
    const now = builder.emit("global.get", [], state)
    const done = f.block()
    const notDone = f.block()
    const first = f.block()
    builder.branch(builder.emit("i64.eq", [now, builder.constI64(INITIALISED)]), done, notDone, null, "else")
    f.enter(notDone)
    const running = canBeCircular ? f.block() : done
    builder.branch(builder.emit("i64.eq", [now, builder.constI64(INITIALISING)]), running, first)
    if (canBeCircular) {
      // Its own initialisation may use it; that of another box it started may not.
      f.enter(running)
      const circular = f.block()
      builder.branch(builder.emit("i64.eq", [builder.emit("global.get", [], INIT_TOP), builder.constI64(number)]), done, circular)
      f.enter(circular)
      f.fail("InitError", ["Circular static box initialization: ", builder.emit("global.get", [], INIT_PATH)], null)
      builder.unreachable()
    }
    f.enter(first)
    builder.perform("global.set", [builder.constI64(INITIALISING)], state)
    const top = canBeCircular ? builder.emit("global.get", [], INIT_TOP) : null
    const path = canBeCircular ? builder.emit("global.get", [], INIT_PATH) : null
    const restore = (): void => {
      if (top !== null) builder.perform("global.set", [top], INIT_TOP)
      if (path !== null) builder.perform("global.set", [path], INIT_PATH)
    }
    const failed = f.block()
    const frame = new HandlerBodyFrame(failed)
    f.frames.push(frame)
    if (path !== null) extendPath(f, box, path, number)
    if (hasInitialisers(box)) f.call(`${box.className}.$fields/0`, [object], null)
    for (const one of [...box.lineage].reverse()) {
      f.within(one.routine, () => {
        for (const init of one.staticInits) lowerInitialiserBlock(f, init.body)
      })
    }
    const constructor = selectConstructor(box, 0)
    if (typeof constructor !== "string") f.call(module.methodFunction(constructor, box, 0), [object], null)
    f.frames.pop()
    restore()
    builder.perform("global.set", [builder.constI64(INITIALISED)], state)
    builder.jump(done)
    if (builder.hasPredecessors(failed)) {
      f.enter(failed)
      const error = builder.emit("err.take", [])
      restore()
      builder.perform("global.set", [builder.constI64(NOT_INITIALISED)], state)
      builder.perform("err.set", [error])
      f.passError()
    } else builder.seal(failed)
    f.enter(done)
    builder.ret(object)
    f.finish()
  })
}

function extendPath(f: FunctionLowering, box: BoxSymbol, path: ValueId, number: bigint): void {
  const { builder } = f
  const join = f.join()
  const first = f.block()
  const next = f.block()
  builder.branch(builder.emit("dyn.is_null", [path]), first, next)
  f.enter(first)
  f.give(join, builder.constStr(box.name))
  f.enter(next)
  f.give(join, f.op("dyn.add", [path, builder.constStr(` -> ${box.name}`)], null, null))
  f.enter(join.block)
  builder.perform("global.set", [join.value], INIT_PATH)
  builder.perform("global.set", [builder.constI64(number)], INIT_TOP)
}

// properties

/** Name of the getter of a property in a class. */
export function getterName(property: PropertySymbol, self: BoxSymbol): string {
  return `${property.box.name}.get$${property.name}/0${self === property.box ? "" : `@${self.name}`}`
}

/** The function that runs the body of a `once` or `birth_once` property. */
function onceBody(module: ModuleLowering, property: PropertySymbol, self: BoxSymbol): string {
  const name = `${property.box.name}.once$${property.name}/0${self === property.box ? "" : `@${self.name}`}`
  return module.request(name, () => lowerPropertyBody(module, property, self, name))
}

function lowerPropertyBody(module: ModuleLowering, property: PropertySymbol, self: BoxSymbol, name: string): void {
  const { decl, routine } = property
  const f = module.start({ name, display: `${property.box.name}.${property.name}`, routine, self, span: decl.span, synthetic: false })
  f.me = f.builder.addParam(`box<${self.className}>`, "me")
  lowerBody(f, { params: [], body: decl.body, handlers: decl.handlers }, true)
}

/** The getter: runs the body each time, or at the first read. */
export function lowerGetter(module: ModuleLowering, property: PropertySymbol, self: BoxSymbol, name: string): void {
  if (property.storage === "computed") {
    lowerPropertyBody(module, property, self, name)
    return
  }
  const f = module.start({ name, display: `${property.box.name}.${property.name}`, routine: property.routine, self, span: property.decl.span, synthetic: true })
  const { builder } = f
  const me = builder.addParam(`box<${self.className}>`, "me")
  const value = { class: self.className, field: property.name }
  const state = { class: self.className, field: `${property.name}$state` }
  const known = f.block()
  const poisoned = f.block()
  const first = f.block()
  builder.switchOn(
    builder.emit("field.get", [me], state),
    [
      { value: ONCE_VALUE, to: known },
      { value: ONCE_ERROR, to: poisoned },
    ],
    first,
  )
  f.enter(known)
  builder.ret(builder.emit("field.get", [me], value))
  f.enter(poisoned)
  const kept = builder.emit("any.ref", [builder.emit("field.get", [me], value)], null, null, "box<ErrorBox>")
  builder.perform("err.set", [kept])
  f.passError()
  f.enter(first)
  const failed = f.block()
  const frame = new HandlerBodyFrame(failed)
  f.frames.push(frame)
  const result = f.call(onceBody(module, property, self), [me], f.at(property.decl.span))
  f.frames.pop()
  builder.perform("field.set", [me, result], value)
  builder.perform("field.set", [me, builder.constI64(ONCE_VALUE)], state)
  builder.ret(result)
  f.enter(failed)
  const error = builder.emit("err.take", [])
  builder.perform("field.set", [me, f.any(error)], value)
  builder.perform("field.set", [me, builder.constI64(ONCE_ERROR)], state)
  builder.perform("err.set", [error])
  f.passError()
  f.finish()
}

// finalisation

/** `B.$fini/0` (LANGUAGE.md 4.18): the user's `fini`, then that of the fields' values in reverse order, then dead. */
function lowerFini(module: ModuleLowering, box: BoxSymbol): void {
  const cls = module.module.classes.get(box.className) as ClassDef
  supportFunction(module, box, `${box.className}.$fini/0`, (f, me) => {
    const { builder } = f
    const finalising = { class: box.className, field: FINALISING_FIELD }
    const alive = f.block()
    const first = f.block()
    const done = f.block()
    // A dead object answers with its high bit set, so its class number differs.
    const isAlive = builder.emit("i64.eq", [builder.emit("class.id", [me]), builder.constI64(BigInt(cls.id))])
    builder.branch(isAlive, alive, done)
    f.enter(alive)
    builder.branch(builder.emit("field.get", [me], finalising), done, first)
    f.enter(first)
    builder.perform("field.set", [me, builder.constBool(true)], finalising)
    const user = box.table.get("fini/0")
    if (user !== undefined && !user.isStatic) f.call(module.methodFunction(user, box, 0), [me], null)
    for (const field of [...box.layout].reverse()) {
      if (!field.isWeak) f.call("$fini_value/1", [builder.emit("field.get", [me], { class: box.className, field: field.name })], null)
    }
    for (const field of [...cls.fields].reverse()) {
      if (field.type === "any") builder.perform("field.set", [me, f.null()], { class: box.className, field: field.name })
    }
    const object = builder.emit("ref.cast", [me], null, null, "obj")
    builder.perform("call.rt", [object], "hk_mark_dead")
    builder.jump(done)
    f.enter(done)
    builder.ret(f.null())
  })
}

/** `$fini_value/1`: finalises an instance of a user box, leaves anything else alone. */
function lowerFiniOfValue(module: ModuleLowering): void {
  const name = "$fini_value/1"
  module.request(name, () => {
    const f = module.start({ name, display: "fini", routine: module.checked.script.routine, self: null, span: null, synthetic: true })
    const { builder } = f
    const value = builder.addParam("any")
    const yes = f.block()
    // Every user box descends from one without parents.
    for (const box of module.checked.boxes.filter((one) => one.parents.length === 0)) {
      const next = f.block()
      builder.branch(builder.emit("dyn.is", [value], box.className), yes, next)
      f.enter(next)
    }
    builder.ret(f.null())
    if (builder.hasPredecessors(yes)) {
      f.enter(yes)
      f.op("dyn.method", [value], "fini", null)
      builder.ret(f.null())
    } else builder.seal(yes)
    f.finish()
  })
}

/** `$check_weak/2`: fails unless the value may be stored in a weak field, whose name is the second argument. */
function lowerWeakCheck(module: ModuleLowering): void {
  const name = "$check_weak/2"
  module.request(name, () => {
    const f = module.start({ name, display: "weak", routine: module.checked.script.routine, self: null, span: null, synthetic: true })
    const { builder } = f
    const value = builder.addParam("any")
    const field = builder.addParam("any")
    const right = f.block()
    const plain = f.block()
    let wrong = f.block()
    builder.branch(builder.emit("dyn.is_null", [value]), right, wrong)
    f.enter(wrong)
    for (const [type, to] of [
      ["WeakRef", right],
      ["Integer", plain],
      ["Float", plain],
      ["Bool", plain],
      ["String", plain],
    ] as const) {
      wrong = f.block()
      builder.branch(builder.emit("dyn.is", [value], type), to, wrong)
      f.enter(wrong)
    }
    const kind = f.library("typeName", [value], null)
    f.fail("TypeError", ["Cannot assign Box (", kind, ") to weak field '", field, "'. Use 'weak <expr>' to make a weak reference"], null)
    builder.unreachable()
    f.enter(plain)
    const plainKind = f.library("typeName", [value], null)
    f.fail("TypeError", ["Cannot assign ", plainKind, " to weak field '", field, "'. Weak fields require WeakRef type."], null)
    builder.unreachable()
    f.enter(right)
    builder.ret(f.null())
    f.finish()
  })
}
