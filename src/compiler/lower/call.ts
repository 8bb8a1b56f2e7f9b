/**
 * Calls, member access and construction.
 *
 * The one idea: what the checker could decide is called directly; what depends on a value is one dynamic operation that
 * specialisation replaces. Inside a box, `me` is of a known class, so its members are reached directly, private ones are
 * checked here.
 */
import { libraryAccepts, libraryArityText } from "../check/library.ts"
import { ownConstructor, selectConstructor } from "../check/constructors.ts"
import { arityText, type BoxSymbol, type MethodSymbol, methodKey } from "../check/symbol.ts"
import { Bug } from "../base/bug.ts"
import type { CallExpr, Expr, ExterncallExpr, FieldExpr, FromCallExpr, MethodCallExpr, Name, NewExpr, PathExpr, PipeExpr } from "../syntax/ast.ts"
import type { Origin, ValueId } from "../mir/ir.ts"
import { lowerAll, lowerExpr, me } from "./expr.ts"
import type { FunctionLowering } from "./func.ts"
import { METHOD_BOX, METHOD_BOX_FIELDS } from "./method-box.ts"

/** Arguments to evaluate: values that are there already, then expressions. */
interface Arguments {
  readonly before: readonly ValueId[]
  readonly exprs: readonly Expr[]
}

function evaluate(f: FunctionLowering, args: Arguments): ValueId[] {
  return [...args.before, ...lowerAll(f, args.exprs)]
}

function count(args: Arguments): number {
  return args.before.length + args.exprs.length
}

const just = (exprs: readonly Expr[]): Arguments => ({ before: [], exprs })

// names of members

/** The immediate of a dynamic access: with the box whose private members may be meant. */
function memberImmediate(f: FunctionLowering, name: string): string {
  const box = f.privateBox
  if (box === null) return name
  const isPrivate = box.fields.get(name)?.isPrivate === true || box.properties.get(name)?.isPrivate === true || box.methodsByName.get(name)?.some((method) => method.isPrivate) === true
  return isPrivate ? `${name}@${box.name}` : name
}

// static boxes

/** The object of a static box; the first use initialises it. */
export function staticObject(f: FunctionLowering, box: BoxSymbol, origin: Origin | null): ValueId {
  // Its own methods run on it, so it is initialised or being initialised, unless there are other objects of the class.
  const isOwn = f.self === box && !f.checked.madeStatics.has(box)
  if (isOwn && f.me !== null) return f.me
  if (isOwn || !f.module.needsInit(box)) return f.builder.emit("static.ref", [], box.className, origin)
  return f.call(`${box.className}.$init/0`, [], origin, `box<${box.className}>`)
}

// calls

/** `f(a)` and calls of values. */
export function lowerCall(f: FunctionLowering, expr: CallExpr): ValueId {
  return callTarget(f, expr, expr.callee, just(expr.args))
}

function callTarget(f: FunctionLowering, expr: Expr, callee: Expr, args: Arguments): ValueId {
  const origin = f.at(expr.span)
  const target = f.checked.targets.get(expr)
  switch (target?.kind) {
    case "function":
      return f.call(f.module.functionName(target.symbol, count(args)), evaluate(f, args).map((value) => f.any(value, origin)), origin)
    case "static": {
      // A bare call inside a static box: the same object.
      const name = callee.kind === "NameExpr" ? callee.name : ""
      const receiver = f.self === target.box && f.me !== null ? f.me : staticObject(f, target.box, origin)
      return callKnown(f, receiver, target.box, name, args, origin)
    }
    case "library":
      return callLibrary(f, target.name, args, origin)
    default: {
      const value = lowerExpr(f, callee)
      return f.op("dyn.call", [value, ...evaluate(f, args)], null, origin)
    }
  }
}

function callLibrary(f: FunctionLowering, name: string, args: Arguments, origin: Origin | null): ValueId {
  const values = evaluate(f, args)
  if (libraryAccepts(name, values.length)) return f.library(name, values, origin)
  return f.fail("ArityError", [`'${name}' expects ${libraryArityText(name)} argument(s), got ${values.length}`], origin)
}

function unsupported(f: FunctionLowering, name: string, args: Arguments, origin: Origin | null): ValueId {
  evaluate(f, args)
  return f.fail("Unsupported", [`${name} is not available in the playground`], origin)
}

/** `externcall "name"(a)`. */
export function lowerExterncall(f: FunctionLowering, expr: ExterncallExpr): ValueId {
  const target = f.checked.targets.get(expr)
  const origin = f.at(expr.span)
  return target?.kind === "library" ? callLibrary(f, target.name, just(expr.args), origin) : unsupported(f, expr.symbol.value, just(expr.args), origin)
}

/** `o.m(a)`, `S.m(a)`, `MathBox.sqrt(a)`. */
export function lowerMethodCall(f: FunctionLowering, expr: MethodCallExpr): ValueId {
  return callMember(f, expr, just(expr.args))
}

function callMember(f: FunctionLowering, expr: MethodCallExpr | FieldExpr, args: Arguments): ValueId {
  const origin = f.at(expr.span)
  const name = expr.name.text
  const target = f.checked.targets.get(expr)
  switch (target?.kind) {
    case "static":
      return callKnown(f, staticObject(f, target.box, f.at(expr.receiver.span)), target.box, name, args, origin)
    case "box-method":
      return callStaticMethod(f, target.method, args, origin)
    case "function":
      return f.call(f.module.functionName(target.symbol, count(args)), evaluate(f, args).map((value) => f.any(value, origin)), origin)
    case "library":
      return callLibrary(f, target.name, args, origin)
    case "unsupported":
      return unsupported(f, target.name, args, origin)
  }
  if (expr.receiver.kind === "MeExpr" && f.self !== null && !expr.isOptional) return callKnown(f, me(f), f.self, name, args, origin)
  const receiver = lowerExpr(f, expr.receiver)
  const call = (): ValueId => f.op("dyn.method", [receiver, ...evaluate(f, args)], memberImmediate(f, name), origin)
  return expr.isOptional ? unlessNull(f, receiver, call, origin) : call()
}

function callStaticMethod(f: FunctionLowering, method: MethodSymbol, args: Arguments, origin: Origin | null): ValueId {
  const func = f.module.methodFunction(method, null, count(args))
  const values = evaluate(f, args).map((value) => f.any(value, origin))
  if (method.isPrivate && f.privateBox !== method.box) return f.fail("AccessError", [`Method '${method.name}' is private in ${method.box.name}`], origin)
  return f.call(func, values, origin)
}

/** Null if the receiver is null, else what `then` gives. */
function unlessNull(f: FunctionLowering, receiver: ValueId, then: () => ValueId, origin: Origin | null): ValueId {
  const join = f.join()
  const absent = f.block()
  const present = f.block()
  f.builder.branch(f.builder.emit("dyn.is_null", [receiver], null, origin), absent, present, origin)
  f.enter(absent)
  f.give(join, f.null(origin), origin)
  f.enter(present)
  f.alternative(() => f.give(join, then(), origin))
  f.enter(join.block)
  return join.value
}

/** Calls a method on an object of exactly the class of `box`. */
function callKnown(f: FunctionLowering, receiver: ValueId, box: BoxSymbol, name: string, args: Arguments, origin: Origin | null): ValueId {
  const argc = count(args)
  if (name === "fini" && argc === 0 && f.module.observesFini) return f.call(`${box.className}.$fini/0`, [receiver], origin)
  const method = box.table.get(methodKey(name, argc))
  if (method === undefined || method.isStatic) return f.op("dyn.method", [receiver, ...evaluate(f, args)], memberImmediate(f, name), origin)
  const func = f.module.methodFunction(method, box, argc)
  const values = evaluate(f, args).map((value) => f.any(value, origin))
  if (method.isPrivate && f.privateBox !== method.box) return f.fail("AccessError", [`Method '${name}' is private in ${method.box.name}`], origin)
  checkAlive(f, receiver, origin)
  return f.call(func, [receiver, ...values], origin)
}

/** Fails if the object was finalised; nothing in programs that finalise nothing. */
export function checkAlive(f: FunctionLowering, object: ValueId, origin: Origin | null): void {
  if (f.module.observesFini) f.perform("check.alive", [object], null, origin)
}

/** `x |> f(a)`. */
export function lowerPipe(f: FunctionLowering, expr: PipeExpr): ValueId {
  const value = lowerExpr(f, expr.value)
  const { target } = expr
  switch (target.kind) {
    case "CallExpr":
      return callTarget(f, target, target.callee, { before: [value], exprs: target.args })
    case "NameExpr":
      return callTarget(f, target, target, { before: [value], exprs: [] })
    case "MethodCallExpr":
      return callMember(f, target, { before: [value], exprs: target.args })
    case "FieldExpr":
      return callMember(f, target, { before: [value], exprs: [] })
    default: {
      const callee = lowerExpr(f, target)
      return f.op("dyn.call", [callee, value], null, f.at(expr.span))
    }
  }
}

// members

/** A field or property of an object that is evaluated already. */
export interface Member {
  readonly read: (origin: Origin | null) => ValueId
  readonly write: (value: ValueId, origin: Origin | null) => void
}

/** Stores into a member. */
export function setMember(_f: FunctionLowering, member: Member, value: ValueId, origin: Origin | null): void {
  member.write(value, origin)
}

/** Evaluates the object of a member access. */
export function getMember(f: FunctionLowering, expr: FieldExpr): Member {
  const target = f.checked.targets.get(expr)
  if (target?.kind === "static") return knownMember(f, staticObject(f, target.box, f.at(expr.receiver.span)), target.box, expr.name)
  if (expr.receiver.kind === "MeExpr" && f.self !== null) return knownMember(f, me(f), f.self, expr.name)
  const object = lowerExpr(f, expr.receiver)
  const name = memberImmediate(f, expr.name.text)
  return {
    read: (origin) => f.op("dyn.get", [object], name, origin),
    write: (value, origin) => f.perform("dyn.set", [object, value], name, origin),
  }
}

/** `o.f`. */
export function lowerField(f: FunctionLowering, expr: FieldExpr): ValueId {
  const origin = f.at(expr.span)
  const target = f.checked.targets.get(expr)
  if (target?.kind === "function") return f.builder.emit("static.ref", [], f.module.functionClass(target.symbol), origin)
  if (target?.kind === "unsupported") return unsupported(f, target.name, just([]), origin)
  if (target?.kind === "static" && f.checked.symbols.get(expr.name) === target.box) return staticObject(f, target.box, origin)
  if (!expr.isOptional) return getMember(f, expr).read(origin)
  const object = lowerExpr(f, expr.receiver)
  return unlessNull(f, object, () => f.op("dyn.get", [object], memberImmediate(f, expr.name.text), origin), origin)
}

/** A member of an object of exactly the class of `box`. */
function knownMember(f: FunctionLowering, object: ValueId, box: BoxSymbol, name: Name): Member {
  const text = name.text
  const field = box.layout.find((one) => one.name === text)
  const property = box.allProperties.get(text)
  const member = field ?? property
  if (member?.isPrivate === true && f.privateBox !== member.box) {
    const fail = (origin: Origin | null): ValueId => f.fail("AccessError", [`Field '${text}' is private in ${member.box.name}`], origin)
    return { read: fail, write: (_value, origin) => void fail(origin) }
  }
  if (field !== undefined || property?.storage === "birth_once") {
    const slot = { class: box.className, field: text }
    return {
      read: (origin) => {
        checkAlive(f, object, origin)
        return f.builder.emit("field.get", [object], slot, origin)
      },
      write: (value, origin) => {
        checkAlive(f, object, origin)
        if (field?.isWeak === true) f.call("$check_weak/2", [f.any(value, origin), f.any(f.builder.constStr(`${field.box.name}.${text}`, origin), origin)], origin)
        f.builder.perform("field.set", [object, f.any(value, origin)], slot, origin)
      },
    }
  }
  if (property !== undefined) {
    return {
      read: (origin) => {
        checkAlive(f, object, origin)
        return f.call(f.module.getter(property, box), [object], origin)
      },
      write: () => {
        throw new Bug("lower", "assignment to a property in a program without errors")
      },
    }
  }
  return {
    read: (origin) => f.op("dyn.get", [object], text, origin),
    write: (value, origin) => f.perform("dyn.set", [object, value], text, origin),
  }
}

// construction

/** `new B(a)`. */
export function lowerNew(f: FunctionLowering, expr: NewExpr): ValueId {
  const origin = f.at(expr.span)
  const target = f.checked.targets.get(expr)
  switch (target?.kind) {
    case "new":
      return construct(f, target.box, lowerAll(f, expr.args), origin)
    case "new-library": {
      const name = expr.args[1]
      if (target.name === METHOD_BOX && expr.args.length === METHOD_BOX_FIELDS.length) return makeMethodBox(f, lowerAll(f, expr.args), name?.kind === "StringLit" ? name.value : null, origin)
      return callNewLibrary(f, target.name, lowerAll(f, expr.args), origin)
    }
    case "unsupported":
      return unsupported(f, target.name, just(expr.args), origin)
    default:
      throw new Bug("lower", "an unresolved box in a program without errors")
  }
}

function makeMethodBox(f: FunctionLowering, args: readonly ValueId[], name: string | null, origin: Origin | null): ValueId {
  f.module.useMethodBox(name)
  const object = f.op("new", [], METHOD_BOX, origin)
  METHOD_BOX_FIELDS.forEach((field, i) => f.builder.perform("field.set", [object, f.any(args[i] as ValueId, origin)], field, origin))
  return object
}

function callNewLibrary(f: FunctionLowering, name: string, args: readonly ValueId[], origin: Origin | null): ValueId {
  if (libraryAccepts(`new ${name}`, args.length)) return f.library(`new ${name}`, args, origin)
  return f.fail("ArityError", [`No constructor found for ${name} with ${args.length} arguments`], origin)
}

/** Makes an object of a box of the program: fields, initialisers, `birth_once`, constructor (LANGUAGE.md 4.11). */
export function construct(f: FunctionLowering, box: BoxSymbol, args: readonly ValueId[], origin: Origin | null): ValueId {
  const object = f.op("new", [], box.className, origin)
  if (f.module.hasInitialisers(box)) f.call(`${box.className}.$fields/0`, [object], origin)
  const constructor = selectConstructor(box, args.length)
  if (constructor === "none") {
    if (args.length > 0) return f.fail("ArityError", [`No constructor found for ${box.name} with ${args.length} arguments`], origin)
  } else if (constructor === "library") initLibraryParent(f, object, box, args, origin)
  else f.call(f.module.methodFunction(constructor, box, args.length), [object, ...args.map((value) => f.any(value, origin))], origin)
  return object
}

/** Makes the hidden library object of an instance. */
function initLibraryParent(f: FunctionLowering, object: ValueId, box: BoxSymbol, args: readonly ValueId[], origin: Origin | null): void {
  const library = box.libraryBase
  if (library === null) return
  const hidden = callNewLibrary(f, library.name, args, origin)
  f.builder.perform("field.set", [object, f.any(hidden, origin)], { class: box.className, field: "$lib" }, origin)
}

/** `from P.m(a)`: P's implementation on the current object. */
export function lowerFromCall(f: FunctionLowering, expr: FromCallExpr): ValueId {
  const origin = f.at(expr.span)
  const self = f.self
  if (self === null) throw new Bug("lower", "from outside a box in a program without errors")
  const name = expr.name.text
  const argc = expr.args.length
  const object = me(f)
  const symbol = f.checked.symbols.get(expr.parent)
  const isConstructor = name === "birth" || name === "pack" || name === "init" || name === expr.parent.text
  const args = lowerAll(f, expr.args)
  const values = (): ValueId[] => args.map((value) => f.any(value, origin))
  checkAlive(f, object, origin)
  if (symbol?.kind === "box") {
    if (isConstructor && !symbol.table.has(methodKey(name, argc))) {
      const form = name === "birth" || name === "pack" || name === "init" ? name : "same-name"
      const exact = symbol.constructors.find((one) => one.form === form && argc >= one.arity.min && argc <= one.arity.max)
      const constructor = exact ?? ownConstructor(symbol, argc) ?? selectConstructor(symbol, argc)
      if (constructor === "library") {
        initLibraryParent(f, object, self, args, origin)
        return f.null(origin)
      }
      if (constructor !== "none") return f.call(f.module.methodFunction(constructor, self, argc), [object, ...values()], origin)
      if (argc === 0) return f.null(origin)
      return f.fail("ArityError", [`No constructor found for ${symbol.name} with ${argc} arguments`], origin)
    }
    const method = symbol.table.get(methodKey(name, argc))
    if (method !== undefined && !method.isStatic) return f.call(f.module.methodFunction(method, self, argc), [object, ...values()], origin)
    const overloads = symbol.lineage.flatMap((one) => one.methodsByName.get(name) ?? [])
    if (overloads.length > 0) return f.fail("ArityError", [`'${symbol.name}.${name}' expects ${arityText(overloads)} argument(s), got ${argc}`], origin)
    if (symbol.libraryBase === null) return f.fail("TypeError", [`Unknown method '${name}' on ${symbol.name}`], origin)
  } else if (isConstructor) {
    initLibraryParent(f, object, self, args, origin)
    return f.null(origin)
  }
  const hidden = f.builder.emit("field.get", [object], { class: self.className, field: "$lib" }, origin)
  return f.op("dyn.method", [hidden, ...args], name, origin)
}

/** `E::V(a)`, `E::V { f: a }`, `S::m(a)`. */
export function lowerPath(f: FunctionLowering, expr: PathExpr): ValueId {
  const origin = f.at(expr.span)
  const target = f.checked.targets.get(expr)
  switch (target?.kind) {
    case "variant": {
      const variant = target.symbol
      const cls = `${variant.enum.name}::${variant.name}`
      if (variant.form === "unit") return f.builder.emit("static.ref", [], cls, origin)
      const values = new Map<string, ValueId>()
      if (variant.form === "tuple") expr.args.forEach((arg, i) => values.set(String(i), lowerExpr(f, arg)))
      else for (const field of expr.fields) values.set(field.name.text, lowerExpr(f, field.value))
      const object = f.op("new", [], cls, origin)
      for (const [field, value] of values) f.builder.perform("field.set", [object, f.any(value, origin)], { class: cls, field }, origin)
      return object
    }
    case "static":
      return callKnown(f, staticObject(f, target.box, f.at(expr.owner.span)), target.box, expr.name.text, just(expr.args), origin)
    case "box-method":
      return callStaticMethod(f, target.method, just(expr.args), origin)
    case "library":
      return callLibrary(f, target.name, just(expr.args), origin)
    default:
      throw new Bug("lower", "an unresolved path in a program without errors")
  }
}
