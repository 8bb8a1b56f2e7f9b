/**
 * The first pass: what a program declares. Reads declarations of all used files, nested ones included (they are hoisted),
 * makes their symbols, then links parents and builds method tables and layouts.
 *
 * The one idea: after this pass every top-level name and every member has its symbol, so the second pass meets no forward
 * reference. Bodies are not looked into except to find nested declarations.
 */
import type { BoxDecl, ConstructorMember, Decl, EnumDecl, FieldMember, FunctionDecl, GlobalDecl, IncludeExpr, InterfaceDecl, MethodMember, Name, Node, PropertyMember, Stmt } from "../syntax/ast.ts"
import { libraryClass } from "../../runtime/classes.ts"
import type { SourceUnit } from "./checked.ts"
import { FileRecord } from "./file-record.ts"
import { isLibraryBox, isSandboxedBox, libraryBoxNames, libraryHasMethod } from "./library.ts"
import type { Reporter } from "./report.ts"
import { nearestName, rankNames, suggestion } from "./suggest.ts"
import {
  type BoxSymbol,
  type EnumSymbol,
  type FieldSymbol,
  type FunctionSymbol,
  type GlobalSymbol,
  type InterfaceSymbol,
  type MethodSymbol,
  type NamespaceSymbol,
  type Place,
  type PropertySymbol,
  type Routine,
  type Sym,
  type VariantSymbol,
  arityOf,
  methodKey,
} from "./symbol.ts"

/** A name of the top level. */
export type TopLevelSymbol = GlobalSymbol | FunctionSymbol | BoxSymbol | EnumSymbol | InterfaceSymbol

/** What the first pass finds. */
export interface Declarations {
  readonly files: FileRecord[]
  readonly topLevel: Map<string, TopLevelSymbol>
  readonly boxes: BoxSymbol[]
  readonly enums: EnumSymbol[]
  readonly interfaces: InterfaceSymbol[]
  readonly functions: FunctionSymbol[]
  readonly globals: GlobalSymbol[]
  /** Statements of the first file, which are the script. */
  readonly statements: Stmt[]
  /** Statements of the other files, which never run, by file. */
  readonly idle: Map<number, Stmt[]>
  /** Files that are part of the program. */
  readonly used: ReadonlySet<number>
  readonly symbols: Map<object, Sym>
}

/** Namespaces that `using` accepts although no file stands behind them. */
const BUILT_IN_NAMESPACES: ReadonlySet<string> = new Set(["nyashstd", "hakostd"])

/** Collects the declarations of the first file and of every file it uses, directly or not. */
export function declare(units: readonly SourceUnit[], report: Reporter): Declarations {
  return new Declarer(units, report).run()
}

class Declarer {
  readonly #units: readonly SourceUnit[]
  readonly #report: Reporter
  readonly #out: Declarations
  /** Which units are part of the program. */
  readonly #used = new Set<number>()
  readonly #queue: number[] = []
  readonly #aliases: { readonly file: number; readonly name: Name; readonly target: number }[] = []
  readonly #owned: { readonly file: number; readonly decl: FunctionDecl; readonly owner: Name }[] = []
  readonly #exports = new Map<number, TopLevelSymbol[]>()
  /** False if the file at hand certainly has no declarations among statements. */
  #hasNested = true

  constructor(units: readonly SourceUnit[], report: Reporter) {
    this.#units = units
    this.#report = report
    this.#out = {
      files: units.map((unit) => new FileRecord(unit)),
      topLevel: new Map(),
      boxes: [],
      enums: [],
      interfaces: [],
      functions: [],
      globals: [],
      statements: [],
      idle: new Map(),
      used: this.#used,
      symbols: new Map(),
    }
  }

  run(): Declarations {
    if (this.#units.length > 0) this.#use(0)
    for (let at = 0; at < this.#queue.length; at++) this.#file(this.#queue[at] as number)
    for (const { file, decl, owner } of this.#owned) this.#ownedFunction(file, decl, owner)
    for (const alias of this.#aliases) this.#alias(alias.file, alias.name, alias.target)
    const link = new Linker(this.#out, this.#report)
    link.run()
    return this.#out
  }

  #use(file: number): void {
    if (this.#used.has(file)) return
    this.#used.add(file)
    this.#queue.push(file)
  }

  #file(file: number): void {
    const unit = this.#units[file] as SourceUnit
    this.#hasNested = mayHaveNested(unit)
    for (const item of unit.program.items) {
      switch (item.kind) {
        case "UsingDecl":
          if (item.target.kind === "StringLit") this.#using(file, item.target.value, item.target, item.alias)
          else this.#using(file, item.target.parts.map((part) => part.text).join("."), item.target, item.alias)
          break
        case "ImportDecl":
          this.#using(file, item.path.value, item.path, item.alias)
          break
        case "InterfaceDecl":
          this.#interface(file, item)
          break
        case "GlobalDecl":
          this.#global(file, item)
          if (item.init !== null) this.#nested(file, item.init)
          break
        case "BoxDecl":
        case "EnumDecl":
        case "FunctionDecl":
          this.#declaration(file, item)
          break
        default:
          if (file === 0) this.#out.statements.push(item)
          else this.#idle(file, item)
          this.#nested(file, item)
      }
    }
  }

  #idle(file: number, stmt: Stmt): void {
    const list = this.#out.idle.get(file)
    if (list === undefined) this.#out.idle.set(file, [stmt])
    else list.push(stmt)
  }

  #declaration(file: number, decl: Decl): void {
    if (decl.kind === "BoxDecl") {
      this.#box(file, decl)
      for (const member of decl.members) this.#nested(file, member)
    } else if (decl.kind === "EnumDecl") this.#enum(file, decl)
    else {
      this.#function(file, decl)
      this.#nested(file, decl.body)
      if (decl.handlers !== null) this.#nested(file, decl.handlers)
    }
  }

  /** Finds declarations among the statements below a node, and the files that an `include` there uses. */
  #nested(file: number, root: Node): void {
    if (!this.#hasNested) return
    const stack: object[] = [root]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if ((node as Node).kind === "IncludeExpr") {
        const found = resolveFile(this.#units, file, (node as IncludeExpr).path.value)
        if (found !== null) this.#use(found)
      }
      for (const key in node) {
        const value = (node as Record<string, unknown>)[key]
        if (typeof value !== "object" || value === null || key === "span" || key === "opSpan" || key === "name") continue
        if (!Array.isArray(value)) {
          stack.push(value)
          continue
        }
        for (const child of value as Node[]) {
          if (child.kind === "BoxDecl" || child.kind === "EnumDecl" || child.kind === "FunctionDecl") this.#declaration(file, child)
          else if (typeof child === "object") stack.push(child)
        }
      }
    }
  }

  // using

  #using(file: number, target: string, at: { readonly span: Place["span"] }, alias: Name | null): void {
    const found = resolveFile(this.#units, file, target)
    if (found === null) {
      if (!BUILT_IN_NAMESPACES.has(target)) this.#report.add("HK4001", { file, span: at.span }, [target])
      return
    }
    this.#use(found)
    if (alias !== null) this.#aliases.push({ file, name: alias, target: found })
  }

  #alias(file: number, name: Name, target: number): void {
    const exported = this.#exports.get(target) ?? []
    const boxes = exported.filter((symbol) => symbol.kind === "box")
    const statics = boxes.filter((box) => box.isStatic)
    const home = statics.length === 1 ? (statics[0] ?? null) : null
    const members = new Map<string, BoxSymbol | FunctionSymbol | EnumSymbol | InterfaceSymbol>()
    for (const symbol of exported) if (symbol.kind !== "global") members.set(symbol.name, symbol)
    const symbol: BoxSymbol | NamespaceSymbol =
      boxes.length === 1 && boxes[0] !== undefined ? boxes[0] : { kind: "namespace", name: name.text, place: { file, span: name.span }, members, home }
    this.#out.files[file]?.aliases.set(name.text, symbol)
    this.#bind(file, name, symbol)
  }

  // top level

  #add(file: number, name: Name, symbol: TopLevelSymbol): boolean {
    const first = this.#out.topLevel.get(name.text)
    this.#bind(file, name, symbol)
    if (first !== undefined) {
      this.#report.add("HK2003", { file, span: name.span }, [name.text, this.#report.line(first.place)], {
        secondary: [this.#report.label(first.place, "first declared here")],
      })
      return false
    }
    this.#out.topLevel.set(name.text, symbol)
    const list = this.#exports.get(file)
    if (list === undefined) this.#exports.set(file, [symbol])
    else list.push(symbol)
    return true
  }

  #bind(file: number, name: Name, symbol: Sym): void {
    this.#out.symbols.set(name, symbol)
    this.#out.files[file]?.note(name.span, symbol, "definition")
  }

  #interface(file: number, decl: InterfaceDecl): void {
    const symbol: InterfaceSymbol = { kind: "interface", name: decl.name.text, place: { file, span: decl.name.span }, decl }
    if (this.#add(file, decl.name, symbol)) this.#out.interfaces.push(symbol)
  }

  #global(file: number, decl: GlobalDecl): void {
    const routine = makeRoutine("global", null, false, file)
    const symbol: GlobalSymbol = { kind: "global", name: decl.name.text, place: { file, span: decl.name.span }, decl, routine }
    if (this.#add(file, decl.name, symbol)) this.#out.globals.push(symbol)
  }

  #function(file: number, decl: FunctionDecl): void {
    if (decl.owner !== null) {
      this.#owned.push({ file, decl, owner: decl.owner })
      return
    }
    const routine = makeRoutine("function", null, false, file)
    const symbol: FunctionSymbol = { kind: "function", name: decl.name.text, place: { file, span: decl.name.span }, decl, arity: arityOf(decl.params), routine }
    // A duplicate keeps its symbol so that its body is still checked.
    this.#add(file, decl.name, symbol)
    this.#out.functions.push(symbol)
  }

  #enum(file: number, decl: EnumDecl): void {
    const symbol: EnumSymbol = { kind: "enum", name: decl.name.text, place: { file, span: decl.name.span }, decl, variants: new Map() }
    for (const variant of decl.variants) {
      const place = { file, span: variant.name.span }
      const fields = variant.form === "tuple" ? variant.types.map((_, i) => String(i)) : variant.fields.map((field) => field.name.text)
      const made: VariantSymbol = { kind: "variant", name: variant.name.text, place, enum: symbol, decl: variant, form: variant.form, fields }
      this.#bind(file, variant.name, made)
      const first = symbol.variants.get(variant.name.text)
      if (first === undefined) symbol.variants.set(variant.name.text, made)
      else this.#duplicate(place, variant.name.text, first.place)
    }
    this.#add(file, decl.name, symbol)
    this.#out.enums.push(symbol)
  }

  #duplicate(place: Place, name: string, first: Place): void {
    this.#report.add("HK2003", place, [name, this.#report.line(first)], { secondary: [this.#report.label(first, "first declared here")] })
  }

  // boxes

  #box(file: number, decl: BoxDecl): void {
    const symbol = emptyBox(decl.name.text, { file, span: decl.name.span }, decl, decl.isStatic)
    this.#add(file, decl.name, symbol)
    this.#out.boxes.push(symbol)
    if (isLibraryBox(symbol.name) && !isSandboxedBox(symbol.name)) this.#report.add("HK3115", symbol.place, [symbol.name])
    for (const member of decl.members) {
      switch (member.kind) {
        case "InitListMember":
          for (const field of member.fields) this.#field(symbol, file, field)
          break
        case "StaticInitMember":
          symbol.staticInits.push(member)
          break
        case "VisibilityMember":
          if (member.visibility === "public") symbol.hasPublic = true
          for (const item of member.items) {
            if (item.kind === "FieldMember") this.#field(symbol, file, item, member.visibility)
            else if (item.kind === "PropertyMember") this.#property(symbol, file, item, member.visibility)
            else if (item.kind === "ConstructorMember") this.#constructorMember(symbol, file, item)
            else this.#method(symbol, file, item, member.visibility)
          }
          break
        case "FieldMember":
          this.#field(symbol, file, member)
          break
        case "PropertyMember":
          this.#property(symbol, file, member)
          break
        case "ConstructorMember":
          this.#constructorMember(symbol, file, member)
          break
        case "MethodMember":
          this.#method(symbol, file, member)
          break
      }
    }
  }

  #field(box: BoxSymbol, file: number, decl: FieldMember, visibility = decl.visibility): void {
    if (visibility === "public") box.hasPublic = true
    const known = box.fields.get(decl.name.text)
    const symbol: FieldSymbol = {
      kind: "field",
      name: decl.name.text,
      place: { file, span: decl.name.span },
      box,
      // A field may be listed and then described; the description with an initialiser stands.
      decl: known?.decl?.init != null && decl.init === null ? known.decl : decl,
      isWeak: decl.isWeak || known?.isWeak === true,
      isPublic: visibility === "public" || known?.isPublic === true,
      isPrivate: visibility === "private" || known?.isPrivate === true,
    }
    box.fields.set(decl.name.text, symbol)
    this.#bind(file, decl.name, symbol)
  }

  #property(box: BoxSymbol, file: number, decl: PropertyMember, visibility = decl.visibility): void {
    if (visibility === "public") box.hasPublic = true
    const place = { file, span: decl.name.span }
    const symbol: PropertySymbol = {
      kind: "property",
      name: decl.name.text,
      place,
      box,
      decl,
      storage: decl.storage,
      isPublic: visibility === "public",
      isPrivate: visibility === "private",
      routine: makeRoutine("property", box, true, file),
    }
    this.#bind(file, decl.name, symbol)
    const first = box.properties.get(decl.name.text) ?? box.fields.get(decl.name.text)
    if (first !== undefined) this.#duplicate(place, decl.name.text, first.place)
    else box.properties.set(decl.name.text, symbol)
  }

  #constructorMember(box: BoxSymbol, file: number, decl: ConstructorMember): void {
    const place = { file, span: decl.name.span }
    const arity = arityOf(decl.params)
    const routine = makeRoutine("constructor", box, true, file)
    const symbol: MethodSymbol = { kind: "method", name: decl.name.text, place, box, decl, form: decl.form, arity, isPrivate: false, isStatic: false, routine }
    this.#bind(file, decl.name, symbol)
    const clash = box.constructors.find(
      (other) =>
        other.arity.max === arity.max &&
        (other.form === decl.form || (isPair(other.form, decl.form))),
    )
    if (clash !== undefined) {
      this.#report.add("HK3029", place, [decl.name.text, this.#report.line(clash.place)], { secondary: [this.#report.label(clash.place, "first declared here")] })
    }
    box.constructors.push(symbol)
  }

  #method(box: BoxSymbol, file: number, decl: MethodMember | FunctionDecl, blockVisibility: "public" | "private" | null = null): void {
    const visibility = blockVisibility ?? (decl.kind === "MethodMember" ? decl.visibility : null)
    if (visibility === "public") box.hasPublic = true
    const place = { file, span: decl.name.span }
    const isStatic = decl.isStatic && !box.isStatic
    const symbol: MethodSymbol = {
      kind: "method",
      name: decl.name.text,
      place,
      box,
      decl,
      form: "method",
      arity: arityOf(decl.params),
      isPrivate: visibility === "private",
      isStatic,
      routine: makeRoutine("method", box, !isStatic, file),
    }
    this.#bind(file, decl.name, symbol)
    const overloads = box.methodsByName.get(symbol.name)
    const clash = overloads?.find((other) => other.arity.max === symbol.arity.max)
    if (clash !== undefined) this.#duplicate(place, symbol.name, clash.place)
    if (overloads === undefined) box.methodsByName.set(symbol.name, [symbol])
    else overloads.push(symbol)
  }

  /** `function Owner.f()`: a member of the box Owner, or of a static box that exists by being named. */
  #ownedFunction(file: number, decl: FunctionDecl, owner: Name): void {
    let box = this.#out.topLevel.get(owner.text)
    if (box === undefined) {
      box = emptyBox(owner.text, { file, span: owner.span }, null, true)
      if (this.#add(file, owner, box)) this.#out.boxes.push(box)
    }
    if (box.kind !== "box") {
      this.#duplicate({ file, span: owner.span }, owner.text, box.place)
      box = emptyBox(owner.text, { file, span: owner.span }, null, true)
      this.#out.boxes.push(box)
    }
    this.#method(box, file, box.isStatic ? decl : { ...decl, isStatic: true })
  }
}

/**
 * Compares how often the text has words that begin a declaration with how many declarations stand at top level and in boxes.
 * Comments and strings can only add to the first, so equality means that none is nested, and the search for them is saved. The word
 * `include`, which that search looks for too, asks for it as well.
 */
function mayHaveNested(unit: SourceUnit): boolean {
  let known = 0
  for (const item of unit.program.items) {
    if (item.kind === "EnumDecl" || item.kind === "InterfaceDecl" || (item.kind === "FunctionDecl" && item.keyword !== null)) known++
    if (item.kind !== "BoxDecl") continue
    known++
    for (const member of item.members) {
      const list = member.kind === "VisibilityMember" ? member.items : [member]
      for (const one of list) if (one.kind === "MethodMember" && (one.keyword === "function" || one.keyword === "fn")) known++
    }
  }
  if (/\binclude\b/.test(unit.source.text)) return true
  let found = 0
  for (const _ of unit.source.text.matchAll(/(?<![\p{L}\p{N}_])(?:box|flow|enum|function|fn)[\s]+[\p{L}_]/gu)) if (++found > known) return true
  return false
}

function isPair(a: MethodSymbol["form"], b: MethodSymbol["form"]): boolean {
  return (a === "birth" && b === "same-name") || (a === "same-name" && b === "birth")
}

/** A routine without captures. */
export function makeRoutine(kind: Routine["kind"], box: BoxSymbol | null, hasMe: boolean, file: number, parent: Routine | null = null): Routine {
  return { kind, parent, box, hasMe, file, captures: new Set(), capturesMe: false }
}

function emptyBox(name: string, place: Place, decl: BoxDecl | null, isStatic: boolean): BoxSymbol {
  const box = {
    kind: "box",
    name,
    className: libraryClass(name) === undefined ? name : `${name}$`,
    place,
    decl,
    isStatic,
    parents: [],
    libraryParent: null,
    interfaces: [],
    lineage: [],
    libraryBase: null,
    heirs: [],
    fields: new Map(),
    properties: new Map(),
    methods: new Map(),
    methodsByName: new Map(),
    constructors: [],
    staticInits: [],
    table: new Map(),
    layout: [],
    allProperties: new Map(),
    undeclared: new Map(),
    hasPublic: false,
  }
  const symbol = box as unknown as BoxSymbol
  Object.assign(box, { routine: makeRoutine("initializers", symbol, true, place.file), lineage: [symbol] })
  return symbol
}

/** Links heritage, then derives what depends on it. */
class Linker {
  readonly #out: Declarations
  readonly #report: Reporter

  constructor(out: Declarations, report: Reporter) {
    this.#out = out
    this.#report = report
  }

  run(): void {
    const { boxes } = this.#out
    for (const box of boxes) this.#heritage(box)
    this.#breakCycles()
    for (const box of boxes) {
      fillOwnMethods(box)
      box.lineage = lineageOf(box)
      for (const ancestor of box.lineage) if (ancestor !== box) ancestor.heirs.push(box)
      box.libraryBase = box.lineage.find((one) => one.libraryParent !== null)?.libraryParent ?? null
    }
    for (const box of boxes) {
      deriveTable(box)
      deriveLayout(box)
    }
    for (const box of boxes) {
      this.#overrides(box)
      this.#interfaces(box)
    }
  }

  #heritage(box: BoxSymbol): void {
    const file = box.place.file
    for (const ref of box.decl?.parents ?? []) {
      const place = { file, span: ref.name.span }
      const found = this.#find(file, ref.name.text)
      if (found !== undefined) this.#out.files[file]?.note(ref.name.span, found, "read")
      if (found?.kind === "box" && !found.isStatic) {
        if (!box.parents.includes(found)) box.parents.push(found)
      } else if (found?.kind === "box") this.#report.add("HK3111", place, [ref.name.text, "a static box"])
      else if (found?.kind === "enum") this.#report.add("HK3111", place, [ref.name.text, "an enum"])
      else if (found?.kind === "interface") box.interfaces.push(found)
      else if (found !== undefined) this.#report.add("HK3111", place, [ref.name.text, "no box"])
      else if (isLibraryBox(ref.name.text)) {
        if (box.libraryParent === null) box.libraryParent = { kind: "library-box", name: ref.name.text }
        else this.#report.add("HK3111", place, [ref.name.text, "a second box of the library"])
      } else this.#unknownBox(place, ref.name.text)
    }
    for (const name of box.decl?.interfaces ?? []) {
      const found = this.#find(file, name.text)
      if (found !== undefined) this.#out.files[file]?.note(name.span, found, "read")
      if (found?.kind === "interface") box.interfaces.push(found)
      else this.#unknownBox({ file, span: name.span }, name.text)
    }
  }

  #find(file: number, name: string): TopLevelSymbol | NamespaceSymbol | undefined {
    return this.#out.files[file]?.aliases.get(name) ?? this.#out.topLevel.get(name)
  }

  #unknownBox(place: Place, name: string): void {
    const known = [...this.#out.boxes.map((box) => box.name), ...this.#out.interfaces.map((one) => one.name), ...libraryBoxNames()]
    this.#report.add("HK2005", place, [name, rankNames(name, known, 5).join(", ")], suggestion(place, nearestName(name, known)))
  }

  /** Reports each cycle once and removes the edge that closes it. */
  #breakCycles(): void {
    const state = new Map<BoxSymbol, "open" | "done">()
    const path: BoxSymbol[] = []
    const visit = (box: BoxSymbol): void => {
      state.set(box, "open")
      path.push(box)
      for (const parent of [...box.parents]) {
        const seen = state.get(parent)
        if (seen === undefined) visit(parent)
        else if (seen === "open") {
          const cycle = [...path.slice(path.indexOf(parent)), parent]
          const secondary = cycle.slice(1, -1).map((one) => this.#report.label(one.place, `${one.name} leads on`))
          this.#report.add("HK3022", parent.place, [cycle.map((one) => one.name).join(" -> ")], { secondary })
          box.parents.splice(box.parents.indexOf(parent), 1)
        }
      }
      path.pop()
      state.set(box, "done")
    }
    for (const box of this.#out.boxes) if (!state.has(box)) visit(box)
  }

  #overrides(box: BoxSymbol): void {
    const ancestors = box.lineage.slice(1)
    for (const overloads of box.methodsByName.values()) {
      for (const method of overloads) {
        const name = method.name
        const above = ancestors.find((ancestor) => ancestor.methodsByName.has(name))
        const isMarked = "isOverride" in method.decl && method.decl.isOverride
        const library = box.libraryBase !== null && libraryHasMethod(box.libraryBase.name, name) ? box.libraryBase.name : null
        if (isMarked && above === undefined && library === null) {
          const near = nearestName(name, ancestors.flatMap((ancestor) => [...ancestor.methodsByName.keys()]))
          this.#report.add("HK3021", method.place, [name], suggestion(method.place, near))
        }
        const replaced = above?.methods.get(methodKey(name, method.arity.max))
        if (!isMarked && above !== undefined && replaced !== undefined && !method.isStatic) {
          const start = method.place.span.start
          // With a keyword before the name, `override` has another place.
          const isPlain = method.decl.span.start === start
          this.#report.add("HK3106", method.place, [name, above.name], {
            secondary: [this.#report.label(replaced.place, "overrides this")],
            ...(isPlain ? { help: { text: "add 'override'", edit: { span: { start, end: start }, replacement: "override " } } } : {}),
          })
        }
      }
    }
    for (const constructor of box.constructors) {
      const isMarked = "isOverride" in constructor.decl && constructor.decl.isOverride
      if (isMarked && ancestors.length === 0 && box.libraryBase === null) this.#report.add("HK3021", constructor.place, [constructor.name])
    }
  }

  #interfaces(box: BoxSymbol): void {
    for (const one of box.lineage.flatMap((ancestor) => ancestor.interfaces)) {
      for (const wanted of one.decl.methods) {
        const arity = arityOf(wanted.params).max
        if (!box.table.has(methodKey(wanted.name.text, arity)) && !(box.libraryBase !== null && libraryHasMethod(box.libraryBase.name, wanted.name.text))) {
          const secondary = [this.#report.label({ file: one.place.file, span: wanted.name.span }, "promised here")]
          this.#report.add("HK3026", box.place, [box.name, `${one.name}.${wanted.name.text}`, arity], { secondary })
        }
      }
    }
  }
}

/** Exact argument counts first; then those that defaults allow, where no overload has them. */
function fillOwnMethods(box: BoxSymbol): void {
  for (const overloads of box.methodsByName.values()) {
    for (const method of overloads) box.methods.set(methodKey(method.name, method.arity.max), method)
    for (const method of overloads) {
      for (let argc = method.arity.min; argc < method.arity.max; argc++) {
        const key = methodKey(method.name, argc)
        if (!box.methods.has(key)) box.methods.set(key, method)
      }
    }
  }
}

function lineageOf(box: BoxSymbol): BoxSymbol[] {
  const out: BoxSymbol[] = []
  const visit = (one: BoxSymbol): void => {
    if (out.includes(one)) return
    out.push(one)
    for (const parent of one.parents) visit(parent)
  }
  visit(box)
  return out
}

function deriveTable(box: BoxSymbol): void {
  const table = new Map<string, MethodSymbol>()
  for (const one of box.lineage) for (const [key, method] of one.methods) if (!table.has(key)) table.set(key, method)
  box.table = table
}

/** Ancestors of a box and the box itself, each after its parents. */
export function oldestFirst(box: BoxSymbol): BoxSymbol[] {
  const out: BoxSymbol[] = []
  const visit = (one: BoxSymbol): void => {
    if (out.includes(one)) return
    for (const parent of one.parents) visit(parent)
    out.push(one)
  }
  visit(box)
  return out
}

/** Derives layout and properties; called again when fields set without a declaration are known. */
export function deriveLayout(box: BoxSymbol): void {
  const fields = new Map<string, FieldSymbol>()
  const properties = new Map<string, PropertySymbol>()
  for (const one of oldestFirst(box)) {
    for (const field of one.fields.values()) {
      properties.delete(field.name)
      fields.delete(field.name)
      fields.set(field.name, field)
    }
    for (const property of one.properties.values()) {
      fields.delete(property.name)
      properties.set(property.name, property)
    }
    for (const field of one.undeclared.values()) if (!fields.has(field.name) && !properties.has(field.name)) fields.set(field.name, field)
  }
  box.layout = [...fields.values()]
  box.allProperties = properties
}

const cleanPath = (name: string): string => name.replaceAll("\\", "/").replace(/^(\.\/)+/, "").replace(/^\//, "")

/** A dotted name means folders, unless it is a file's name with its ending. */
function undotted(target: string): string {
  return /^[^/]*$/.test(target) && !target.endsWith(".hako") ? target.replaceAll(".", "/") : target
}

/** The names of files, relative to the program's folder, that a `using` of `target` in the file `from` may mean; the first that exists is meant. */
export function fileNamesFor(from: string, target: string): string[] {
  const folder = cleanPath(from).replace(/[^/]*$/, "")
  const wanted = cleanPath(target)
  const dotted = undotted(wanted)
  return [...new Set([folder + wanted, wanted, folder + dotted, dotted].flatMap((name) => [name, `${name}.hako`, `${name}.nyash`]).map(normalizePath))]
}

/** Finds the unit that a `using` or `include` in a file names, or null. */
export function resolveFile(units: readonly SourceUnit[], from: number, target: string): number | null {
  for (const name of fileNamesFor(units[from]?.name ?? "", target)) {
    const at = units.findIndex((unit) => normalizePath(cleanPath(unit.name)) === name)
    if (at >= 0) return at
  }
  const dotted = undotted(cleanPath(target))
  const last = dotted.split("/").at(-1) ?? dotted
  const byBase = units.findIndex((unit) => [last, `${last}.hako`, `${last}.nyash`].includes(cleanPath(unit.name).split("/").at(-1) ?? ""))
  return byBase >= 0 ? byBase : null
}

function normalizePath(path: string): string {
  const out: string[] = []
  for (const part of path.split("/")) {
    if (part === "..") out.pop()
    else if (part !== "." && part !== "") out.push(part)
  }
  return out.join("/")
}
