/**
 * `MethodBox`: a method of an object as a value, named by a text.
 *
 * The one idea: the program is closed, so the text can only mean one of the names that methods have; `call` compares them in
 * turn and calls the one that is meant. The class exists only in programs that make such a value.
 */
import { type BoxSymbol, methodKey } from "../check/symbol.ts"
import type { MethodDef, ValueId } from "../mir/ir.ts"
import type { ModuleLowering } from "./module.ts"

/** Name of the class and the box. */
export const METHOD_BOX = "MethodBox"
const OBJECT = { class: METHOD_BOX, field: "$object" }
const NAME = { class: METHOD_BOX, field: "$name" }
/** Most arguments with which a method of the library is called through a `MethodBox`. */
const MOST_LIBRARY_ARGUMENTS = 3

/** Adds the class; `methods` is filled by `lowerMethodBox`. */
export function addMethodBoxClass(module: ModuleLowering, methods: Map<string, MethodDef>): void {
  module.addClass({
    name: METHOD_BOX,
    kind: "box",
    fields: [OBJECT.field, NAME.field].map((name) => ({ name, type: "any", isPublic: false, isHidden: true })),
    isNames: [METHOD_BOX],
    arity: 0,
    variant: null,
    methods,
  })
}

/** Fields of the class, in the order of the constructor's arguments. */
export const METHOD_BOX_FIELDS = [OBJECT, NAME] as const

/** Adds `call` for every argument count; `literals` are the texts that stand in `new MethodBox(o, "…")`. */
export function lowerMethodBox(module: ModuleLowering, boxes: readonly BoxSymbol[], literals: ReadonlySet<string>, methods: Map<string, MethodDef>): void {
  const names = new Map<number, Set<string>>()
  const add = (argc: number, name: string): void => {
    const list = names.get(argc)
    if (list === undefined) names.set(argc, new Set([name]))
    else list.add(name)
  }
  for (let argc = 0; argc <= MOST_LIBRARY_ARGUMENTS; argc++) for (const name of literals) add(argc, name)
  for (const box of boxes) {
    for (const [key, method] of box.table) if (!method.isStatic) add(Number(key.slice(key.lastIndexOf("/") + 1)), method.name)
  }
  for (const [argc, list] of names) {
    const func = `${METHOD_BOX}.call/${argc}`
    methods.set(methodKey("call", argc), { func, privateTo: null })
    module.request(func, () => lowerCall(module, func, argc, list))
  }
}

function lowerCall(module: ModuleLowering, func: string, argc: number, names: ReadonlySet<string>): void {
  const f = module.start({ name: func, display: `${METHOD_BOX}.call`, routine: module.checked.script.routine, self: null, span: null, synthetic: true })
  const { builder } = f
  const me = builder.addParam(`box<${METHOD_BOX}>`, "me")
  const args: ValueId[] = Array.from({ length: argc }, () => builder.addParam("any"))
  const object = builder.emit("field.get", [me], OBJECT)
  const name = builder.emit("field.get", [me], NAME)
  for (const candidate of names) {
    const meant = f.block()
    const next = f.block()
    builder.branch(builder.emit("dyn.eq", [name, builder.constStr(candidate)]), meant, next)
    f.enter(meant)
    builder.ret(f.op("dyn.method", [object, ...args], candidate, null))
    f.enter(next)
  }
  f.fail("TypeError", ["Unknown method '", name, "' on ", f.library("typeName", [object], null)], null)
  builder.unreachable()
  f.finish()
}
