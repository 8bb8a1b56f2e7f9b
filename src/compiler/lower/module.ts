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
import { type ClassDef, FIRST_USER_CLASS, type FieldDef, type Func, type MethodDef, type Module, type Type } from "../mir/ir.ts"
import { addBoxClasses, addEnumClasses, getterName, hasInitialisers, lowerBoxSupport, lowerGetter, needsInit } from "./box.ts"
import { lowerBody, lowerDefaults } from "./body.ts"
import { lowerEntry } from "./entry.ts"
import { FunctionLowering, type FunctionSeed } from "./func.ts"

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

/** Lowers a program that has no errors. */
export function lower(checked: CheckedProgram): Module {
  return new ModuleLowering(checked).run()
}

/** The state of lowering a program; see the head of this file. */
export class ModuleLowering {
  readonly checked: CheckedProgram
  readonly module: Module
  /** True if a program can observe when an object goes. */
  readonly observesLifetimes: boolean
  /** True if objects can be dead. */
  readonly observesFini: boolean
  readonly usesTaskScopes: boolean
  readonly #queue: (() => void)[] = []
  readonly #requested = new Set<string>()
  readonly #cells = new Map<VariableSymbol, string>()
  readonly #lambdas = new Map<string, number>()
  #nextClass = FIRST_USER_CLASS

  constructor(checked: CheckedProgram) {
    this.checked = checked
    this.observesLifetimes = checked.usesWeak
    this.observesFini = checked.usesFini
    this.usesTaskScopes = checked.usesTaskScopes
    this.module = { phase: "built", files: checked.files.map((file) => file.name), funcs: new Map(), classes: new Map(), globals: new Map() }
  }

  /** Lowers everything. */
  run(): Module {
    const { checked } = this
    for (const global of checked.globals) this.addGlobal(global.name, "any")
    addEnumClasses(this, checked.enums)
    addBoxClasses(this, checked.boxes)
    for (const symbol of checked.functions) for (let argc = symbol.arity.min; argc <= symbol.arity.max; argc++) this.#function(symbol, argc)
    lowerBoxSupport(this)
    lowerEntry(this)
    for (let at = 0; at < this.#queue.length; at++) this.#queue[at]?.()
    const main = this.module.funcs.get("main")
    if (main !== undefined) {
      this.module.funcs.delete("main")
      this.module.funcs.set("main", main)
    }
    return this.module
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

  #function(symbol: FunctionSymbol, argc: number): void {
    const { decl, routine, arity } = symbol
    this.request(`${symbol.name}/${argc}`, () => {
      const f = this.start({ name: `${symbol.name}/${argc}`, display: symbol.name, routine, self: null, span: decl.span, synthetic: argc < arity.max })
      if (argc < arity.max) lowerDefaults(f, decl.params, argc, (args, origin) => f.call(`${symbol.name}/${arity.max}`, args, origin))
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
      if (self !== null) f.me = f.builder.addParam(`box<${self.name}>`, "me")
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
          f.builder.ret(f.call(`${symbol.name}/${argc}`, args, null))
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

