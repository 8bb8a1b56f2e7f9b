/**
 * What names in expressions mean: variables, members reached through a name, calls, constructors.
 *
 * The one idea: a name that is no variable denotes a declaration, and what can be said of an access or a call through it is
 * said here, once, as its `Target`; everything else depends on a value and is left to run time.
 */
import type { Span } from "../base/source.ts"
import type { DiagnosticExtras } from "../diagnostics/catalog.ts"
import { VALUE_HABITS } from "../diagnostics/habits.ts"
import type { Expr, FieldExpr, MethodCallExpr, Name, NameExpr, NewExpr, PathExpr } from "../syntax/ast.ts"
import { constructorsOf, describeVariant, selectConstructor } from "./constructors.ts"
import type { BodyContext } from "./context.ts"
import { hasLibraryFunction, isLibraryBox, isLibraryFunction, isPathRoot, isSandboxedBox, isUniversalMethod, libraryBoxNames, libraryFunctionNames, libraryHasMethod, libraryMethodNames } from "./library.ts"
import { nearestName, rankNames, suggestion } from "./suggest.ts"
import {
  type BoxSymbol,
  type EnumSymbol,
  type FieldSymbol,
  type InterfaceSymbol,
  type LibraryBoxSymbol,
  type MethodSymbol,
  type NamespaceSymbol,
  type Place,
  type Sym,
  type VariantSymbol,
  accepts,
  arityText,
  methodKey,
} from "./symbol.ts"
import { certainKind } from "./weak-value.ts"

/** What a member of a namespace is looked up in: the file's only static box for a name that the file does not declare itself. */
function homeOf(named: Named, member: string): Named {
  return named.kind === "namespace" && named.home !== null && !named.members.has(member) && hasMember(named.home, member) ? named.home : named
}

function hasMember(box: BoxSymbol, name: string): boolean {
  return box.methodsByName.has(name) || box.allProperties.has(name) || box.undeclared.has(name) || box.layout.some((field) => field.name === name)
}

/** A box, enum or namespace that an expression names without being a value. */
type Named = BoxSymbol | EnumSymbol | InterfaceSymbol | NamespaceSymbol | LibraryBoxSymbol

/** Binds names at the position of a walk. */
export class NameResolver {
  readonly #ctx: BodyContext

  constructor(ctx: BodyContext) {
    this.#ctx = ctx
  }

  /** Binds the variable of an assignment. */
  writeName(node: object, name: string, span: Span): void {
    const variable = this.#ctx.scope.find(name)
    if (variable !== null) {
      variable.isReassigned = true
      this.#ctx.useVariable(variable)
      this.#ctx.bind(node, span, variable, "write")
      return
    }
    const symbol = this.#ctx.checkedFile.aliases.get(name) ?? this.#ctx.declared.topLevel.get(name)
    if (symbol?.kind === "global") {
      this.#ctx.bind(node, span, symbol, "write")
      return
    }
    if (symbol !== undefined) {
      this.#ctx.report.add("HK3007", { file: this.#ctx.file, span }, [], { notes: [`'${name}' names a ${symbol.kind}`] })
      return
    }
    this.#reportUndefined(name, span, true)
  }

  /** Binds the target of an assignment to a member; `walk` goes through the receiver if it is a value. */
  fieldTarget(target: FieldExpr, value: Expr | null, walk: (expr: Expr) => void): void {
    const name = target.name.text
    const place = { file: this.#ctx.file, span: target.name.span }
    const box = this.#staticReceiver(target) ?? (target.receiver.kind === "MeExpr" ? this.#ctx.meBox() : null)
    if (!this.#ctx.out.targets.has(target)) walk(target.receiver)
    if (box === null) {
      if (target.receiver.kind !== "MeExpr" && !this.#ctx.out.looseFields.has(name)) this.#ctx.out.looseFields.set(name, place)
      return
    }
    const property = box.allProperties.get(name)
    if (property !== undefined) {
      this.#ctx.bind(target.name, target.name.span, property, "write")
      this.#ctx.report.add("HK3016", place, [name, property.storage], { secondary: [this.#ctx.report.label(property.place, "declared here")] })
      return
    }
    const field = box.layout.find((one) => one.name === name) ?? box.undeclared.get(name)
    if (field !== undefined) {
      this.#ctx.bind(target.name, target.name.span, field, "write")
      if (field.isWeak && value !== null) this.weakValue(field, value)
      return
    }
    const made: FieldSymbol = { kind: "field", name, place, box, decl: null, isWeak: false, isPublic: false, isPrivate: false }
    box.undeclared.set(name, made)
    this.#ctx.bind(target.name, target.name.span, made, "write")
    this.#ctx.report.add("HK3102", place, [name, box.name], suggestion(place, nearestName(name, box.layout.map((one) => one.name))))
  }

  /** Binds a name that stands for a value. */
  readName(expr: NameExpr): void {
    const variable = this.#ctx.scope.find(expr.name)
    if (variable !== null) {
      this.#ctx.useVariable(variable)
      this.#ctx.bind(expr, expr.span, variable, "read")
      return
    }
    const symbol = this.#ctx.checkedFile.aliases.get(expr.name) ?? this.#ctx.declared.topLevel.get(expr.name)
    if (symbol === undefined) {
      if (isLibraryBox(expr.name)) this.#ctx.report.add("HK3116", { file: this.#ctx.file, span: expr.span }, [expr.name, "a box of the library"], { help: { text: `write 'new ${expr.name}()' for an object` } })
      else this.#reportUndefined(expr.name, expr.span, false)
      return
    }
    this.#ctx.bind(expr, expr.span, symbol, "read")
    if (symbol.kind === "global" || symbol.kind === "function") return
    if (symbol.kind === "box" && symbol.isStatic) return
    const what = symbol.kind === "box" ? "a box" : symbol.kind === "enum" ? "an enum" : symbol.kind === "interface" ? "an interface" : "a namespace"
    this.#ctx.report.add(
      "HK3116",
      { file: this.#ctx.file, span: expr.span },
      [expr.name, what],
      symbol.kind === "box" ? { help: { text: `write 'new ${expr.name}(…)' for an object` } } : {},
    )
  }

  #reportUndefined(name: string, span: Span, isWrite: boolean): void {
    const habit = VALUE_HABITS.get(name)
    const offered = [...this.#ctx.scope.names(), ...this.#ctx.declared.topLevel.keys()]
    const near = nearestName(name, offered)
    const box = this.#ctx.meBox()
    const notes: string[] = []
    if (isWrite) notes.push(`Hint: Nyash requires explicit local declaration. Use 'local ${name}' before assignment.`)
    const place = { file: this.#ctx.file, span }
    if (habit !== undefined) {
      this.#ctx.report.add("HK2001", place, [name], {
        notes,
        help: habit.edit === undefined ? { text: `use ${habit.replacement}` } : { text: `use ${habit.replacement}`, edit: { span, replacement: habit.edit } },
      })
    } else if (box !== null && box.layout.some((field) => field.name === name)) {
      this.#ctx.report.add("HK2001", place, [name], { notes, help: { text: `did you mean 'me.${name}'?`, edit: { span, replacement: `me.${name}` } } })
    } else if (near !== null) {
      this.#ctx.report.add("HK2001", place, [name], { notes, help: { text: `did you mean '${near}'?`, edit: { span, replacement: near } } })
    } else if (isLibraryFunction(name)) {
      this.#ctx.report.add("HK2001", place, [name], { notes, help: { text: `'${name}' is a function of the library: call it as '${name}(…)', or wrap it as fn(x) { ${name}(x) }` } })
    } else if (isWrite) {
      const edit = { span: { start: span.start, end: span.start }, replacement: "local " }
      this.#ctx.report.add("HK2001", place, [name], { notes, help: { text: `declare it: 'local ${name}'`, edit } })
    } else this.#ctx.report.add("HK2001", place, [name])
  }

  /** The box, enum or namespace a receiver names, if it is no variable. */
  #named(expr: Expr): Named | null {
    if (expr.kind === "NameExpr") {
      if (this.#ctx.scope.find(expr.name) !== null) return null
      const symbol = this.#ctx.checkedFile.aliases.get(expr.name) ?? this.#ctx.declared.topLevel.get(expr.name)
      if (symbol === undefined) return isLibraryBox(expr.name) ? { kind: "library-box", name: expr.name } : null
      return symbol.kind === "global" || symbol.kind === "function" ? null : symbol
    }
    if (expr.kind === "FieldExpr" && !expr.isOptional) {
      const outer = this.#named(expr.receiver)
      if (outer?.kind !== "namespace") return null
      const member = outer.members.get(expr.name.text)
      return member === undefined || member.kind === "function" ? null : member
    }
    return null
  }

  /** The dotted path of names an expression is, if its root is a path of the library (`env.console`). */
  #libraryPath(expr: Expr): string | null {
    const parts: string[] = []
    let at = expr
    while (at.kind === "FieldExpr" && !at.isOptional) {
      parts.push(at.name.text)
      at = at.receiver
    }
    if (at.kind !== "NameExpr" || !isPathRoot(at.name) || this.#ctx.scope.find(at.name) !== null || this.#ctx.declared.topLevel.has(at.name)) return null
    parts.push(at.name)
    return parts.reverse().join(".")
  }

  /** True if a member access is through a name that is no value. */
  staticMember(expr: MethodCallExpr | FieldExpr): boolean {
    const receiver = expr.receiver
    if (receiver.kind !== "NameExpr" && receiver.kind !== "FieldExpr") return false
    return this.#named(receiver) !== null || this.#libraryPath(receiver) !== null
  }

  #bindReceiver(expr: Expr, symbol: Named): void {
    if (expr.kind === "NameExpr") this.#ctx.bind(expr, expr.span, symbol, "read")
    else if (expr.kind === "FieldExpr") {
      this.#ctx.bind(expr.name, expr.name.span, symbol, "read")
      const outer = this.#named(expr.receiver)
      if (outer !== null) this.#bindReceiver(expr.receiver, outer)
    }
  }

  /** For an assignment `S.f = e`: the static box S, with the access bound. */
  #staticReceiver(target: FieldExpr): BoxSymbol | null {
    const outer = this.staticMember(target) ? this.#named(target.receiver) : null
    if (outer === null) return null
    this.#bindReceiver(target.receiver, outer)
    const named = homeOf(outer, target.name.text)
    if (named.kind === "box" && named.isStatic) {
      this.#ctx.out.targets.set(target, { kind: "static", box: named })
      return named
    }
    this.#ctx.report.add("HK3007", { file: this.#ctx.file, span: target.span }, [])
    this.#ctx.out.targets.set(target, { kind: "unsupported", name: named.name })
    return null
  }

  /** Binds a read through a name that is no value: `S.f`, `A.f`. */
  staticRead(expr: FieldExpr): void {
    const place = { file: this.#ctx.file, span: expr.name.span }
    const named = this.#named(expr.receiver)
    if (named === null) {
      const path = this.#libraryPath(expr.receiver)
      if (path !== null) this.#ctx.out.targets.set(expr, { kind: "unsupported", name: `${path}.${expr.name.text}` })
      return
    }
    this.#bindReceiver(expr.receiver, named)
    this.#readFrom(homeOf(named, expr.name.text), expr, place)
  }

  /** Decides what the member of a named thing is. */
  #readFrom(named: Named, expr: FieldExpr, place: Place): void {
    switch (named.kind) {
      case "box": {
        if (named.isStatic) {
          this.#ctx.out.targets.set(expr, { kind: "static", box: named })
          this.#bindMember(expr.name, named)
        } else this.#ctx.report.add("HK3101", place, [expr.name.text, named.name])
        return
      }
      case "enum": {
        const variant = named.variants.get(expr.name.text)
        if (variant === undefined) this.#unknownVariant(named, expr.name)
        else {
          this.#ctx.bind(expr.name, expr.name.span, variant, "read")
          this.#ctx.report.add("HK3116", place, [`${named.name}.${variant.name}`, "no member"], { help: { text: `write '${named.name}::${variant.name}'` } })
        }
        return
      }
      case "namespace": {
        const member = named.members.get(expr.name.text)
        if (member === undefined) {
          this.#ctx.report.add("HK2001", place, [`${named.name}.${expr.name.text}`], suggestion(place, nearestName(expr.name.text, [...named.members.keys()])))
          return
        }
        this.#ctx.bind(expr.name, expr.name.span, member, "read")
        if (member.kind === "function") this.#ctx.out.targets.set(expr, { kind: "function", symbol: member })
        else if (member.kind === "box" && member.isStatic) this.#ctx.out.targets.set(expr, { kind: "static", box: member })
        else this.#ctx.report.add("HK3116", place, [expr.name.text, `a ${member.kind}`])
        return
      }
      default:
        this.#ctx.report.add("HK3101", place, [expr.name.text, named.name])
    }
  }

  #bindMember(name: Name, box: BoxSymbol): void {
    const member = box.layout.find((field) => field.name === name.text) ?? box.undeclared.get(name.text) ?? box.allProperties.get(name.text)
    if (member !== undefined) this.#ctx.bind(name, name.span, member, "read")
  }

  /** Decides what `f(a)` calls. */
  bareCall(node: Expr, callee: NameExpr, argc: number): void {
    const { name, span } = callee
    const variable = this.#ctx.scope.find(name)
    if (variable !== null) {
      this.#ctx.useVariable(variable)
      this.#ctx.bind(callee, span, variable, "read")
      this.#ctx.out.targets.set(node, { kind: "value" })
      return
    }
    const top = this.#ctx.checkedFile.aliases.get(name) ?? this.#ctx.declared.topLevel.get(name)
    if (top?.kind === "global") {
      this.#ctx.bind(callee, span, top, "read")
      this.#ctx.out.targets.set(node, { kind: "value" })
      return
    }
    const box = this.#ctx.scope.routine.box
    const isInStatic = box?.isStatic === true
    const method = isInStatic ? box.table.get(methodKey(name, argc)) : undefined
    if (box !== null && method !== undefined) {
      this.#ctx.useMe(span)
      this.#ctx.bind(callee, span, method, "read")
      this.#ctx.out.targets.set(node, { kind: "static", box })
      return
    }
    const overloads = isInStatic ? this.#overloads(box, name) : []
    if (overloads.length > 0) {
      this.#ctx.bind(callee, span, overloads[0] as MethodSymbol, "read")
      this.#wrongCount(`${box?.name}.${name}`, overloads, argc, span)
      return
    }
    if (top?.kind === "function") {
      this.#ctx.bind(callee, span, top, "read")
      this.#ctx.out.targets.set(node, { kind: "function", symbol: top })
      if (!accepts(top.arity, argc)) this.#wrongCount(name, [top], argc, span)
      return
    }
    if (isLibraryFunction(name)) {
      this.#ctx.bind(callee, span, { kind: "library-function", name }, "read")
      this.#ctx.out.targets.set(node, { kind: "library", name })
      return
    }
    this.#unresolved(callee, top?.kind === "box" ? top : null)
  }

  #overloads(box: BoxSymbol, name: string): MethodSymbol[] {
    return box.lineage.flatMap((one) => one.methodsByName.get(name) ?? [])
  }

  #unresolved(callee: NameExpr, box: BoxSymbol | null): void {
    const { name, span } = callee
    const place = { file: this.#ctx.file, span }
    const own = this.#ctx.scope.routine.box
    if (box !== null) {
      this.#ctx.report.add("HK2004", place, [name], { help: { text: `write 'new ${name}(…)' for an object`, edit: { span, replacement: `new ${name}` } } })
    } else if (own !== null && this.#overloads(own, name).length > 0) {
      const through = this.#ctx.meBox() === null ? own.name : "me"
      this.#ctx.report.add("HK2004", place, [name], { help: { text: `did you mean '${through}.${name}(…)'?`, edit: { span, replacement: `${through}.${name}` } } })
    } else {
      const habit = VALUE_HABITS.get(name)
      const offered = [...this.#ctx.scope.names(), ...this.#ctx.declared.functions.map((one) => one.name), ...(own?.isStatic === true ? own.methodsByName.keys() : []), ...libraryFunctionNames()]
      const near = nearestName(name, offered)
      if (habit?.edit !== undefined) this.#ctx.report.add("HK2004", place, [name], { help: { text: `use ${habit.replacement}`, edit: { span, replacement: habit.edit } } })
      else if (habit !== undefined) this.#ctx.report.add("HK2004", place, [name], { help: { text: `use ${habit.replacement}` } })
      else if (near !== null) this.#ctx.report.add("HK2004", place, [name], { help: { text: `did you mean '${near}'?`, edit: { span, replacement: near } } })
      else this.#ctx.report.add("HK2004", place, [name])
    }
  }

  #wrongCount(shown: string, callees: readonly { readonly arity: { readonly min: number; readonly max: number }; readonly place: MethodSymbol["place"] }[], argc: number, span: Span): void {
    const expected = arityText(callees)
    const first = callees[0]
    this.#ctx.report.add("HK3030", { file: this.#ctx.file, span }, [shown, expected, argc], first === undefined ? {} : { secondary: [this.#ctx.report.label(first.place, "declared here")] })
  }

  /** Notes a call of a method on a value; binds it where the receiver is `me`. */
  memberCall(expr: MethodCallExpr | FieldExpr, argc: number = expr.kind === "MethodCallExpr" ? expr.args.length : 0): void {
    const name = expr.name.text
    if (name === "fini" && argc === 0) this.#ctx.out.usesFini = true
    if (name === "setField" && expr.kind === "MethodCallExpr") {
      const first = expr.args[0]
      if (first?.kind === "StringLit" && !this.#ctx.out.looseFields.has(first.value)) this.#ctx.out.looseFields.set(first.value, null)
    }
    if (expr.receiver.kind !== "MeExpr") return
    const box = this.#ctx.meBox()
    if (box === null) return
    this.#methodOn(box, expr.name, argc, `${box.name}.${name}`, box.heirs.some((heir) => heir.methodsByName.has(name)))
  }

  /** Binds a call of a method on a known box; a wrong argument count is S30 unless an heir may override. */
  #methodOn(box: BoxSymbol, name: Name, argc: number, shown: string, mayBeOverridden: boolean): void {
    const method = box.table.get(methodKey(name.text, argc))
    if (method !== undefined) {
      this.#ctx.bind(name, name.span, method, "read")
      return
    }
    const overloads = this.#overloads(box, name.text)
    if (overloads.length === 0) {
      this.#bindMember(name, box)
      return
    }
    this.#ctx.bind(name, name.span, overloads[0] as MethodSymbol, "read")
    const isField = box.layout.some((field) => field.name === name.text)
    if (!mayBeOverridden && !isField && !(box.libraryBase !== null && libraryHasMethod(box.libraryBase.name, name.text))) this.#wrongCount(shown, overloads, argc, name.span)
  }

  /** Binds a read of a member of `me`. */
  memberRead(expr: FieldExpr): void {
    if (expr.receiver.kind !== "MeExpr") return
    const box = this.#ctx.meBox()
    if (box === null) return
    this.#bindMember(expr.name, box)
    const property = this.#ctx.property
    if (property?.storage === "birth_once" && box.allProperties.get(expr.name.text)?.storage === "birth_once") {
      const key = `${box.name}.${property.name.text}`
      const reads = this.#ctx.birthOnce.get(key)
      if (reads === undefined) this.#ctx.birthOnce.set(key, new Set([expr.name.text]))
      else reads.add(expr.name.text)
    }
  }

  /** A call through a name that is no value: `S.m()`, `Box.m()`, `MathBox.sqrt()`, `A.f()`, `env.console.log()`. */
  staticCall(expr: MethodCallExpr | FieldExpr, argc: number): void {
    const place = { file: this.#ctx.file, span: expr.name.span }
    const name = expr.name.text
    const named = this.#named(expr.receiver)
    if (named === null) {
      const path = `${this.#libraryPath(expr.receiver)}.${name}`
      this.#ctx.out.targets.set(expr, hasLibraryFunction(path) ? { kind: "library", name: path } : { kind: "unsupported", name: path })
      return
    }
    this.#bindReceiver(expr.receiver, named)
    this.#callOn(homeOf(named, name), expr, argc, place)
  }

  /** Decides what a call of a member of a named thing reaches. */
  #callOn(named: Named, expr: MethodCallExpr | FieldExpr, argc: number, place: Place): void {
    const name = expr.name.text
    switch (named.kind) {
      case "box": {
        if (named.isStatic) {
          if (name === "fini" && argc === 0) this.#ctx.out.usesFini = true
          this.#ctx.out.targets.set(expr, { kind: "static", box: named })
          this.#methodOn(named, expr.name, argc, `${named.name}.${name}`, false)
          return
        }
        const method = named.table.get(methodKey(name, argc)) ?? this.#overloads(named, name)[0]
        if (method === undefined) {
          this.#ctx.report.add("HK3101", place, [name, named.name])
          return
        }
        this.#ctx.bind(expr.name, expr.name.span, method, "read")
        if (!method.isStatic) this.#ctx.report.add("HK3101", place, [name, named.name])
        else if (!named.table.has(methodKey(name, argc))) this.#wrongCount(`${named.name}.${name}`, [method], argc, place.span)
        else this.#ctx.out.targets.set(expr, { kind: "box-method", box: named, method })
        return
      }
      case "enum": {
        const variant = named.variants.get(name)
        if (variant === undefined) this.#unknownVariant(named, expr.name)
        else this.#ctx.report.add("HK3116", place, [`${named.name}.${name}`, "no member"], { help: { text: `write '${named.name}::${name}(…)'` } })
        return
      }
      case "namespace": {
        const member = named.members.get(name)
        if (member?.kind === "function") {
          this.#ctx.bind(expr.name, expr.name.span, member, "read")
          this.#ctx.out.targets.set(expr, { kind: "function", symbol: member })
          if (!accepts(member.arity, argc)) this.#wrongCount(name, [member], argc, place.span)
        } else this.#ctx.report.add("HK2004", place, [`${named.name}.${name}`], suggestion(place, nearestName(name, [...named.members.keys()])))
        return
      }
      case "library-box": {
        const path = `${named.name}.${name}`
        if (hasLibraryFunction(path)) this.#ctx.out.targets.set(expr, { kind: "library", name: path })
        else if (isSandboxedBox(named.name)) this.#ctx.out.targets.set(expr, { kind: "unsupported", name: named.name })
        else if (libraryHasMethod(named.name, name) || isUniversalMethod(name)) this.#ctx.report.add("HK3101", place, [name, named.name], { help: { text: `write 'new ${named.name}().${name}(…)'` } })
        else this.#ctx.report.add("HK2004", place, [path], suggestion(place, nearestName(name, libraryMethodNames(named.name))))
        return
      }
      default:
        this.#ctx.report.add("HK3101", place, [name, named.name])
    }
  }

  /** Decides what `E::V(a)` or `S::m(a)` means. */
  path(expr: PathExpr): void {
    const place = { file: this.#ctx.file, span: expr.owner.span }
    const symbol = this.#ctx.checkedFile.aliases.get(expr.owner.text) ?? this.#ctx.declared.topLevel.get(expr.owner.text)
    if (symbol !== undefined) this.#ctx.bind(expr.owner, expr.owner.span, symbol, "read")
    if (symbol?.kind === "enum") {
      const variant = symbol.variants.get(expr.name.text)
      if (variant === undefined) {
        this.#unknownVariant(symbol, expr.name)
        return
      }
      this.#ctx.bind(expr.name, expr.name.span, variant, "read")
      this.#ctx.out.targets.set(expr, { kind: "variant", symbol: variant })
      this.#variantArguments(expr, variant)
      return
    }
    if (symbol?.kind === "box" && expr.form !== "record") {
      const argc = expr.args.length
      if (symbol.isStatic) {
        this.#ctx.out.targets.set(expr, { kind: "static", box: symbol })
        this.#methodOn(symbol, expr.name, argc, `${symbol.name}.${expr.name.text}`, false)
        return
      }
      const method = symbol.table.get(methodKey(expr.name.text, argc))
      if (method?.isStatic === true) {
        this.#ctx.bind(expr.name, expr.name.span, method, "read")
        this.#ctx.out.targets.set(expr, { kind: "box-method", box: symbol, method })
      } else this.#ctx.report.add("HK3101", { file: this.#ctx.file, span: expr.name.span }, [expr.name.text, symbol.name])
      return
    }
    if (symbol === undefined && isLibraryBox(expr.owner.text)) {
      const path = [`${expr.owner.text}::${expr.name.text}`, `${expr.owner.text}.${expr.name.text}`].find((name) => hasLibraryFunction(name))
      if (path !== undefined) this.#ctx.out.targets.set(expr, { kind: "library", name: path })
      else this.#ctx.report.add("HK3101", { file: this.#ctx.file, span: expr.name.span }, [expr.name.text, expr.owner.text])
      return
    }
    this.#unknownBox(place, expr.owner.text, expr.owner.text, true)
  }

  #variantArguments(expr: PathExpr, variant: VariantSymbol): void {
    const shown = `${variant.enum.name}::${variant.name}`
    const place = { file: this.#ctx.file, span: expr.span }
    const wanted = describeVariant(variant)
    const secondary = [this.#ctx.report.label(variant.place, "declared here")]
    if (variant.form === "record") {
      const given = expr.fields.map((field) => field.name.text)
      const isExact = expr.form === "record" && given.length === variant.fields.length && new Set(given).size === given.length && given.every((name) => variant.fields.includes(name))
      if (!isExact) this.#ctx.report.add("HK3020", place, [shown, wanted], { secondary })
    } else if (expr.form === "record" || expr.args.length !== variant.fields.length) this.#ctx.report.add("HK3020", place, [shown, wanted], { secondary })
  }

  #unknownVariant(symbol: EnumSymbol, name: Name): void {
    const near = nearestName(name.text, symbol.variants.keys())
    this.#ctx.report.add("HK3114", { file: this.#ctx.file, span: name.span }, [symbol.name, name.text], suggestion(name, near))
  }

  /** Decides what `new B(a)` makes. */
  construction(expr: NewExpr): void {
    const parts = expr.path.parts
    const last = parts.at(-1)
    if (last === undefined) return
    const place = { file: this.#ctx.file, span: expr.path.span }
    const symbol = this.typeName(parts)
    const argc = expr.args.length
    if (symbol?.kind === "box") {
      const constructor = selectConstructor(symbol, argc)
      this.#ctx.out.targets.set(expr, { kind: "new", box: symbol, constructor: constructor === "none" || constructor === "library" ? null : constructor })
      if (symbol.isStatic) {
        this.#ctx.out.madeStatics.add(symbol)
        this.#ctx.report.add("HK3027", place, [symbol.name], {
          secondary: [this.#ctx.report.label(symbol.place, "its one object comes by itself")],
          ...(argc === 0 ? { help: { text: `use '${symbol.name}' itself`, edit: { span: expr.span, replacement: parts.map((part) => part.text).join(".") } } } : {}),
        })
      }
      const all = constructorsOf(symbol)
      if (constructor === "none" && (argc > 0 || all.length > 0)) {
        const expected = all.length === 0 ? "0" : arityText(all)
        this.#ctx.report.add("HK3030", place, [symbol.name, expected, argc], all[0] === undefined ? {} : { secondary: [this.#ctx.report.label(all[0].place, "declared here")] })
      }
      return
    }
    const name = last.text
    if (symbol === null && parts.length === 1 && isLibraryBox(name)) {
      this.#ctx.out.targets.set(expr, isSandboxedBox(name) ? { kind: "unsupported", name } : { kind: "new-library", name })
      return
    }
    if (symbol !== null) this.#ctx.report.add("HK3116", place, [name, symbol.kind === "enum" ? "an enum" : "no box"])
    else this.#unknownBox(place, parts.map((part) => part.text).join("."), name, false)
  }

  /** S5, with the nearest names of what there is. */
  #unknownBox(place: Place, shown: string, name: string, withEnums: boolean): void {
    const known = [...this.#ctx.declared.boxes.map((box) => box.name), ...(withEnums ? this.#ctx.declared.enums.map((one) => one.name) : []), ...libraryBoxNames()]
    this.#ctx.report.add("HK2005", place, [shown, rankNames(name, known, 5).join(", ")], suggestion(place, nearestName(name, known)))
  }

  /** How a box becomes an heir of another. */
  #asParent(box: BoxSymbol, parent: string): DiagnosticExtras {
    const decl = box.decl
    const secondary = [this.#ctx.report.label(box.place, "names no such parent")]
    const last = decl?.parents.at(-1)
    if (decl === null || box.place.file !== this.#ctx.file || (last === undefined && decl.typeParams.length > 0)) return { secondary }
    const end = (last ?? decl.name).span.end
    return { secondary, help: { text: `make ${parent} a parent`, edit: { span: { start: end, end }, replacement: `${last === undefined ? " from" : ","} ${parent}` } } }
  }

  /** What a dotted type name means, or null for a library or unknown one. */
  typeName(parts: readonly Name[]): BoxSymbol | EnumSymbol | InterfaceSymbol | null {
    const first = parts[0]
    if (first === undefined) return null
    let symbol: Sym | undefined = this.#ctx.checkedFile.aliases.get(first.text) ?? this.#ctx.declared.topLevel.get(first.text)
    if (symbol !== undefined) this.#ctx.bind(first, first.span, symbol, "read")
    for (const part of parts.slice(1)) {
      // An alias of a single box also accepts that box's name behind it, and a path of a namespace may be longer than its last part.
      symbol = symbol?.kind === "namespace" ? symbol.members.get(part.text) : (this.#ctx.declared.topLevel.get(part.text) ?? symbol)
      if (symbol !== undefined) this.#ctx.bind(part, part.span, symbol, "read")
    }
    return symbol?.kind === "box" || symbol?.kind === "enum" || symbol?.kind === "interface" ? symbol : null
  }

  /** Checks `from P.m(a)`. */
  fromCall(parent: Name, span: Span): void {
    const box = this.#ctx.meBox()
    this.#useMeOf(span, box)
    if (box === null) return
    const symbol = this.#ctx.checkedFile.aliases.get(parent.text) ?? this.#ctx.declared.topLevel.get(parent.text)
    const place = { file: this.#ctx.file, span: parent.span }
    if (symbol !== undefined) this.#ctx.bind(parent, parent.span, symbol, "read")
    const isParent = symbol?.kind === "box" ? box.parents.includes(symbol) : symbol === undefined && box.libraryParent?.name === parent.text
    if (isParent) return
    if (symbol === undefined && !isLibraryBox(parent.text)) this.#unknownBox(place, parent.text, parent.text, false)
    else this.#ctx.report.add("HK3023", place, [box.name, parent.text], this.#asParent(box, parent.text))
  }

  #useMeOf(span: Span, box: BoxSymbol | null): void {
    if (box === null) this.#ctx.report.add("HK3112", { file: this.#ctx.file, span }, [])
    else this.#ctx.useMe(span)
  }

  /** S15: what is certainly no weak reference. */
  weakValue(field: FieldSymbol, value: Expr): void {
    const what = certainKind(this.#ctx, value)
    if (what === null) return
    this.#ctx.report.add("HK3015", { file: this.#ctx.file, span: value.span }, [what, `${field.box.name}.${field.name}`], {
      secondary: [this.#ctx.report.label(field.place, "declared weak here")],
    })
  }
}
