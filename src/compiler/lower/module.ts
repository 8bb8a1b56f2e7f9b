/**
 * Checked program → module of MIR, phase `built`.
 *
 * The one idea: functions are requested by what refers to them and lowered once, from a queue; an inherited method is requested
 * once for each class that has it, so `me` is always of a known class.
 *
 * Invariants: lowering takes a program whose check found no error. Every name that an instruction mentions is in the module.
 */
import type { CheckedProgram } from "../check/checked.ts"
import { type BoxSymbol, type FunctionSymbol, type MethodSymbol, type PropertySymbol, type Routine, type VariableSymbol, methodKey } from "../check/symbol.ts"
import type { LambdaExpr } from "../syntax/ast.ts"
import { LIBRARY, type LibraryBox, type LibraryMember, libraryFunction, libraryMethod, libraryMethodArities } from "../../runtime/prelude.ts"
import { checkedPrelude } from "../check/prelude.ts"
import { type ClassDef, FIRST_USER_CLASS, type FieldDef, type Func, type MethodDef, type Module, type Point, type Type } from "../mir/ir.ts"
import { addBoxClasses, addEnumClasses, getterName, hasInitialisers, lowerBoxSupport, lowerGetter, needsInit } from "./box.ts"
import { lowerBody, lowerDefaults } from "./body.ts"
import { lowerEntry } from "./entry.ts"
import { FunctionLowering, type FunctionSeed } from "./func.ts"
import { addMethodBoxClass, lowerMethodBox } from "./method-box.ts"

/** A lambda to make a class and a function of. */
export interface LambdaSpec {
  readonly expr: LambdaExpr
  readonly routine: Routine
  readonly self: BoxSymbol | null
  readonly baseName: string
  readonly display: string
  readonly fields: readonly FieldDef[]
  readonly captures: readonly { readonly symbol: VariableSymbol; readonly field: string }[]
  /** The field that holds `me`, or null. */
  readonly meField: string | null
}

/** How to lower. */
export interface LowerOptions {
  /** Makes a point in front of each statement, for a debugger. */
  readonly points?: boolean
}

/** Lowers a program that has no errors, together with the library functions it may call. */
export function lower(checked: CheckedProgram, options: LowerOptions = {}): Module {
  const points: Point[] | null = options.points === true ? [] : null
  const module: Module = { phase: "built", files: checked.files.map((file) => file.name), funcs: new Map(), classes: new Map(), globals: new Map() }
  new ModuleLowering(checked, module, false, points).program()
  const wanted = libraryFunctions(module)
  if (wanted.size > 0) new ModuleLowering(checkedPrelude(), module, true, null).library(wanted)
  if (points !== null) module.points = points
  const main = module.funcs.get("main")
  if (main !== undefined) {
    module.funcs.delete("main")
    module.funcs.set("main", main)
  }
  return module
}

/** Methods of the library that are written in the language: `name/argc`, aliases included, → the functions they may be. */
const HAKO_METHODS: ReadonlyMap<string, ReadonlySet<string>> = hakoMethods()

function hakoMethods(): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>()
  for (const [box, row] of Object.entries(LIBRARY) as [string, LibraryBox][]) {
    const names = new Set([...Object.keys(row.methods).map((key) => key.slice(0, key.lastIndexOf("/"))), ...Object.keys(row.aliases ?? {})])
    for (const name of names) {
      for (const argc of libraryMethodArities(box, name)) {
        const key = methodKey(name, argc)
        const list = out.get(key) ?? new Set()
        addHako(libraryMethod(box, name, argc)?.member, list)
        if (list.size > 0) out.set(key, list)
      }
    }
  }
  return out
}

/** Names of the functions written in the language that calls in a module may mean. */
function libraryFunctions(module: Module): Set<string> {
  const names = new Set<string>()
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        if (inst.op === "dyn.method") {
          const name = String(inst.imm)
          const at = name.indexOf("@")
          for (const found of HAKO_METHODS.get(methodKey(at < 0 ? name : name.slice(0, at), inst.args.length - 1)) ?? []) names.add(found)
        } else if (inst.op === "dyn.lib") addHako(libraryFunction(String(inst.imm), inst.args.length)?.member, names)
      }
    }
  }
  return names
}

function addHako(member: LibraryMember | undefined, names: Set<string>): void {
  if (member !== undefined && "hako" in member.impl) names.add(member.impl.hako.replace(/^\$/, ""))
}

/** The state of lowering a program; see the head of this file. */
export class ModuleLowering {
  readonly checked: CheckedProgram
  readonly module: Module
  /** True while functions of the library are lowered: `$` before their names, no origins. */
  readonly isLibrary: boolean
  /** True if a program can observe when an object goes. */
  readonly observesLifetimes: boolean
  /** True if objects can be dead. */
  readonly observesFini: boolean
  readonly usesTaskScopes: boolean
  /** The points made so far, or null if none are wanted. */
  readonly points: Point[] | null
  readonly #queue: (() => void)[] = []
  /** Entries of the queue that are done. */
  #drained = 0
  readonly #requested = new Set<string>()
  readonly #cells = new Map<VariableSymbol, string>()
  readonly #lambdas = new Map<string, number>()
  /** Methods of the class `MethodBox`, if the program makes one. */
  #methodBox: Map<string, MethodDef> | null = null
  readonly #methodNames = new Set<string>()
  #nextClass = FIRST_USER_CLASS

  constructor(checked: CheckedProgram, module: Module, isLibrary: boolean, points: Point[] | null) {
    this.points = points
    this.checked = checked
    this.module = module
    this.isLibrary = isLibrary
    this.observesLifetimes = checked.usesWeak
    this.observesFini = checked.usesFini
    this.usesTaskScopes = checked.usesTaskScopes
  }

  /** Lowers a whole program. */
  program(): void {
    const { checked } = this
    for (const global of checked.globals) this.addGlobal(global.name, "any")
    addEnumClasses(this, checked.enums)
    addBoxClasses(this, checked.boxes)
    for (const symbol of checked.functions) for (let argc = symbol.arity.min; argc <= symbol.arity.max; argc++) this.functionName(symbol, argc)
    lowerBoxSupport(this)
    lowerEntry(this)
    this.#drain()
    if (this.#methodBox !== null) {
      lowerMethodBox(this, checked.boxes, this.#methodNames, this.#methodBox)
      this.#drain()
    }
  }

  /** Notes that a `MethodBox` is made, with the method's name where it is written there. */
  useMethodBox(name: string | null): void {
    if (name !== null) this.#methodNames.add(name)
    if (this.#methodBox !== null) return
    this.#methodBox = new Map()
    addMethodBoxClass(this, this.#methodBox)
  }

  /** Lowers the functions of these names and what they call. */
  library(names: ReadonlySet<string>): void {
    for (const symbol of this.checked.functions) if (names.has(symbol.name)) this.functionName(symbol, symbol.arity.max)
    this.#drain()
  }

  #drain(): void {
    for (let next = this.#queue[this.#drained]; next !== undefined; next = this.#queue[++this.#drained]) next()
  }

  /** Takes a finished function. */
  add(func: Func): void {
    this.module.funcs.set(func.name, func)
  }

  /** Adds a module variable. */
  addGlobal(name: string, type: Type): void {
    if (!this.module.globals.has(name)) this.module.globals.set(name, { name, type })
  }

  /** Adds a class. */
  addClass(def: Omit<ClassDef, "id">): ClassDef {
    const made: ClassDef = { ...def, id: this.#nextClass++ }
    this.module.classes.set(made.name, made)
    return made
  }

  /** Lowers a function later, unless it was asked for before. */
  request(name: string, lowerIt: () => void): string {
    if (!this.#requested.has(name)) {
      this.#requested.add(name)
      this.#queue.push(lowerIt)
    }
    return name
  }

  /** Starts a function; parameters are added by the caller. */
  start(seed: FunctionSeed): FunctionLowering {
    return new FunctionLowering(this, seed)
  }

  // functions

  /** The function that a top-level function is for `argc` arguments. */
  functionName(symbol: FunctionSymbol, argc: number): string {
    const { decl, routine, arity } = symbol
    const name = `${this.isLibrary ? "$" : ""}${symbol.name}/${argc}`
    return this.request(name, () => {
      const f = this.start({ name, display: symbol.name, routine, self: null, span: decl.span, synthetic: this.isLibrary || argc < arity.max })
      if (argc < arity.max) lowerDefaults(f, decl.params, argc, (args, origin) => f.call(this.functionName(symbol, arity.max), args, origin))
      else lowerBody(f, { params: decl.params, body: decl.body, handlers: decl.handlers }, false)
    })
  }

  /** The function of a method for objects of a class (null: without `me`), called with `argc` arguments. */
  methodFunction(method: MethodSymbol, self: BoxSymbol | null, argc: number): string {
    const nameOf = (count: number): string => `${method.box.name}.${method.name}/${count}${self === null || self === method.box ? "" : `@${self.name}`}`
    const name = nameOf(argc)
    const { decl, routine, arity } = method
    return this.request(name, () => {
      const f = this.start({ name, display: `${method.box.name}.${method.name}`, routine, self, span: decl.span, synthetic: argc < arity.max })
      if (self !== null) f.me = f.builder.addParam(`box<${self.className}>`, "me")
      if (argc < arity.max) {
        const full = this.methodFunction(method, self, arity.max)
        lowerDefaults(f, decl.params, argc, (args, origin) => f.call(full, f.me === null ? args : [f.me, ...args], origin))
      } else lowerBody(f, { params: decl.params, body: decl.body, handlers: decl.handlers }, false)
    })
  }

  /** The getter of a property for objects of a class. */
  getter(property: PropertySymbol, self: BoxSymbol): string {
    const name = getterName(property, self)
    return this.request(name, () => lowerGetter(this, property, self, name))
  }

  needsInit(box: BoxSymbol): boolean {
    return needsInit(box)
  }

  hasInitialisers(box: BoxSymbol): boolean {
    return hasInitialisers(box)
  }

  // classes made on demand

  /** The class of the cell of a captured variable. */
  cellClass(symbol: VariableSymbol): string {
    let name = this.#cells.get(symbol)
    if (name === undefined) {
      name = `cell$${symbol.name}$${this.#cells.size}`
      this.#cells.set(symbol, name)
      this.addClass({ name, kind: "cell", fields: [{ name: "v", type: "any", isPublic: false, isHidden: true }], isNames: [], arity: 0, variant: null })
    }
    return name
  }

  /** The class of a named function as a value. */
  functionClass(symbol: FunctionSymbol): string {
    const name = `fn$${symbol.name}`
    if (!this.module.classes.has(name)) {
      const { arity, routine } = symbol
      const methods = new Map<string, MethodDef>()
      this.addClass({ name, kind: "closure", fields: [], isNames: [], arity: arity.max, variant: null, methods })
      for (let argc = arity.min; argc <= arity.max; argc++) {
        const func = `${name}/${argc}`
        methods.set(methodKey("call", argc), { func, privateTo: null })
        this.request(func, () => {
          const f = this.start({ name: func, display: symbol.name, routine, self: null, span: symbol.decl.span, synthetic: true })
          f.builder.addParam(`box<${name}>`)
          const args = symbol.decl.params.slice(0, argc).map((param) => f.builder.addParam("any", param.name.text))
          f.builder.ret(f.call(this.functionName(symbol, argc), args, null))
          f.finish()
        })
      }
    }
    return name
  }

  /** Makes the class of a lambda and asks for its functions. */
  lambda(spec: LambdaSpec): string {
    const count = this.#lambdas.get(spec.baseName) ?? 0
    this.#lambdas.set(spec.baseName, count + 1)
    const name = `${spec.baseName}$lambda${count}`
    const { params, body } = spec.expr
    let min = params.length
    while (min > 0 && params[min - 1]?.default != null) min--
    const methods = new Map<string, MethodDef>()
    this.addClass({ name, kind: "closure", fields: [...spec.fields], isNames: [], arity: params.length, variant: null, methods })
    for (let argc = min; argc <= params.length; argc++) {
      const func = `${name}/${argc}`
      methods.set(methodKey("call", argc), { func, privateTo: null })
      this.request(func, () => {
        const f = this.start({ name: func, display: `${spec.display} fn`, routine: spec.routine, self: spec.self, span: spec.expr.span, synthetic: argc < params.length })
        const env = f.builder.addParam(`box<${name}>`, "env")
        if (argc < params.length) this.#openCaptures(f, env, name, spec)
        if (argc < params.length) lowerDefaults(f, params, argc, (args, origin) => f.call(`${name}/${params.length}`, [env, ...args], origin))
        else lowerBody(f, { params, body, handlers: null }, true, () => this.#openCaptures(f, env, name, spec))
      })
    }
    return name
  }

  #openCaptures(f: FunctionLowering, env: Parameters<FunctionLowering["adopt"]>[1], cls: string, spec: LambdaSpec): void {
    const origin = f.at(spec.expr.span)
    for (const { symbol, field } of spec.captures) f.adopt(symbol, f.builder.emit("field.get", [env], { class: cls, field }, origin))
    if (spec.meField !== null) f.me = f.builder.emit("field.get", [env], { class: cls, field: spec.meField }, origin)
  }
}

