/**
 * Patterns of `match`: what a name in a pattern means, and whether the arms are all needed and enough.
 *
 * The one idea: the arms of a match together decide its enum. Names that several enums have are read as the one that all
 * variant patterns share; a name that no enum has may be a type test.
 */
import type { Span } from "../base/source.ts"
import { libraryClass } from "../../runtime/classes.ts"
import type { MatchArm, MatchExpr, Name, Pattern } from "../syntax/ast.ts"
import type { PatternTarget } from "./checked.ts"
import type { Declarations } from "./declare.ts"
import type { Reporter } from "./report.ts"
import { nearestName, suggestion } from "./suggest.ts"
import type { EnumSymbol, Place, Sym, VariantSymbol } from "./symbol.ts"

/** Missing variants that a finding points at; the message names all. */
const MOST_SHOWN = 3

/** Patterns that name something. */
type NamedPattern = Extract<Pattern, { kind: "NamePat" | "TuplePat" | "RecordPat" }>

/** Names of types without a library class of that spelling. */
const TYPE_NAMES: ReadonlySet<string> = new Set([
  "Integer", "Int", "I64", "Float", "F64", "Bool", "Boolean", "String", "Str", "Void", "Unit", "Null", "VoidBox", "Array", "Map", "Function", "Future", "Any", "Range", "Result", "Error",
])

/** Looks up what `using … as` brings into a file. */
type Aliases = (name: string) => Sym | undefined

/** Checks matches and fills the table of pattern meanings. */
export class PatternChecker {
  readonly #declared: Declarations
  readonly #report: Reporter
  readonly #targets: Map<Pattern, PatternTarget>
  readonly #byVariant = new Map<string, VariantSymbol[]>()
  #occurrences: { readonly span: Span; readonly symbol: Sym }[] = []
  #file = 0

  constructor(declared: Declarations, report: Reporter, targets: Map<Pattern, PatternTarget>) {
    this.#declared = declared
    this.#report = report
    this.#targets = targets
    for (const one of declared.enums) {
      for (const variant of one.variants.values()) {
        const list = this.#byVariant.get(variant.name)
        if (list === undefined) this.#byVariant.set(variant.name, [variant])
        else list.push(variant)
      }
    }
  }

  /** Names in patterns bound since the last call. */
  takeOccurrences(): readonly { readonly span: Span; readonly symbol: Sym }[] {
    const taken = this.#occurrences
    this.#occurrences = []
    return taken
  }

  /** Resolves and checks the arms of a match; gives the names each arm binds. */
  match(expr: MatchExpr, file: number, aliases: Aliases): ReadonlyMap<MatchArm, readonly Name[]> {
    this.#file = file
    const named = expr.arms.flatMap((arm) => alternatives(arm.pattern)).filter(isNamed)
    const decided = this.#decideEnum(named, aliases)
    for (const pattern of named) this.#resolve(pattern, decided, aliases)
    this.#coverage(expr)
    const bindings = new Map<MatchArm, readonly Name[]>()
    for (const arm of expr.arms) bindings.set(arm, this.#bindings(arm.pattern))
    return bindings
  }

  #decideEnum(named: readonly NamedPattern[], aliases: Aliases): EnumSymbol | null {
    let shared: readonly EnumSymbol[] = []
    let isFirst = true
    for (const pattern of named) {
      let options: EnumSymbol[]
      if (pattern.owner !== null) {
        const owner = this.#enum(pattern.owner.text, aliases)
        if (owner === null) continue
        options = [owner]
      } else options = (this.#byVariant.get(pattern.name.text) ?? []).map((variant) => variant.enum)
      if (options.length === 0) continue
      const before = shared
      shared = isFirst ? options : options.filter((one) => before.includes(one))
      isFirst = false
      if (shared.length === 0) return null
    }
    return shared.length === 1 ? (shared[0] ?? null) : null
  }

  #enum(name: string, aliases: Aliases): EnumSymbol | null {
    const symbol = aliases(name) ?? this.#declared.topLevel.get(name)
    return symbol?.kind === "enum" ? symbol : null
  }

  #resolve(pattern: NamedPattern, decided: EnumSymbol | null, aliases: Aliases): void {
    const place = { file: this.#file, span: pattern.name.span }
    const name = pattern.name.text
    if (pattern.owner !== null) {
      const owner = this.#enum(pattern.owner.text, aliases)
      if (owner === null) {
        this.#report.add("HK3017", { file: this.#file, span: pattern.owner.span }, [`${pattern.owner.text}::${name}`])
        return
      }
      this.#occurrences.push({ span: pattern.owner.span, symbol: owner })
      const variant = owner.variants.get(name)
      if (variant !== undefined) this.#variant(pattern, variant)
      else {
        const near = nearestName(name, owner.variants.keys())
        this.#report.add("HK3114", place, [owner.name, name], suggestion(place, near))
      }
      return
    }
    const variants = this.#byVariant.get(name) ?? []
    const chosen = variants.find((variant) => variant.enum === decided) ?? (variants.length === 1 ? variants[0] : undefined)
    if (chosen !== undefined) {
      this.#variant(pattern, chosen)
      return
    }
    if (variants.length > 1) {
      this.#report.add("HK3110", place, [name, variants.map((variant) => `${variant.enum.name}::${name}`).join(" or ")], {
        secondary: variants.map((variant) => this.#report.label(variant.place, `of ${variant.enum.name}`)),
      })
      return
    }
    if (pattern.kind === "TuplePat" && pattern.bindings.length === 1) {
      const symbol = aliases(name) ?? this.#declared.topLevel.get(name)
      const isType = symbol?.kind === "box" || symbol?.kind === "enum" || symbol?.kind === "interface"
      if (isType || libraryClass(name) !== undefined || TYPE_NAMES.has(name)) {
        if (symbol !== undefined) this.#occurrences.push({ span: place.span, symbol })
        this.#targets.set(pattern, { kind: "type", name: isType ? (symbol.kind === "box" ? symbol.className : symbol.name) : name })
        return
      }
    }
    const offered = [...(decided?.variants.keys() ?? this.#byVariant.keys())]
    const near = nearestName(name, offered)
    this.#report.add("HK3017", place, [name], suggestion(place, near))
  }

  #variant(pattern: NamedPattern, variant: VariantSymbol): void {
    this.#targets.set(pattern, { kind: "variant", symbol: variant })
    this.#occurrences.push({ span: pattern.name.span, symbol: variant })
    const given = pattern.kind === "RecordPat" ? pattern.fields.map((field) => field.field.text) : []
    const isRight =
      variant.form === "record"
        ? pattern.kind === "RecordPat" && given.length === variant.fields.length && new Set(given).size === given.length && given.every((name) => variant.fields.includes(name))
        : pattern.kind === "TuplePat"
          ? pattern.bindings.length === variant.fields.length
          : pattern.kind === "NamePat" && variant.form === "unit"
    if (isRight) return
    const wanted = variant.form === "record" ? `fields {${variant.fields.join(", ")}}` : variant.fields.length === 0 ? "no payload" : `${variant.fields.length} payload value(s)`
    this.#report.add("HK3020", { file: this.#file, span: pattern.span }, [`${variant.enum.name}::${variant.name}`, wanted], {
      secondary: [this.#report.label(variant.place, "declared here")],
    })
  }

  /** S17 to S20 as far as they concern the arms together. */
  #coverage(expr: MatchExpr): void {
    const covered = new Map<VariantSymbol, Place>()
    const enums = new Set<EnumSymbol>()
    let isEnumOnly = true
    let defaultAt: Place | null = null
    let hasError = false
    for (const arm of expr.arms) {
      const place: Place = { file: this.#file, span: arm.pattern.span }
      if (defaultAt !== null) this.#report.add("HK3107", place, [], { secondary: [this.#report.label(defaultAt, "fits everything")] })
      for (const pattern of alternatives(arm.pattern)) {
        if (pattern.kind === "WildcardPat") {
          if (arm.guard !== null && pattern.spelling === "_") this.#report.add("HK3108", { file: this.#file, span: pattern.span }, [])
          defaultAt ??= { file: this.#file, span: pattern.span }
          continue
        }
        if (pattern.kind === "ErrorPat") {
          hasError = true
          continue
        }
        const target = this.#targets.get(pattern)
        if (isNamed(pattern) && target === undefined) hasError = true
        if (target?.kind !== "variant") {
          isEnumOnly = false
          continue
        }
        enums.add(target.symbol.enum)
        if (arm.guard !== null) continue
        const first = covered.get(target.symbol)
        const at = { file: this.#file, span: pattern.span }
        if (first === undefined) covered.set(target.symbol, at)
        else this.#report.add("HK3113", at, [`${target.symbol.enum.name}::${target.symbol.name}`], { secondary: [this.#report.label(first, "first arm")] })
      }
    }
    if (defaultAt !== null || hasError) return
    const only = [...enums][0]
    const place: Place = { file: this.#file, span: { start: expr.span.start, end: expr.subject.span.end } }
    if (!isEnumOnly || only === undefined || enums.size !== 1) {
      this.#report.add("HK3018", place, [])
      return
    }
    const missing = [...only.variants.values()].filter((variant) => !covered.has(variant))
    if (missing.length > 0)
      this.#report.add("HK3019", place, [only.name, missing.map((variant) => variant.name).join(", ")], {
        secondary: missing.slice(0, MOST_SHOWN).map((variant) => this.#report.label(variant.place, "not covered")),
      })
  }

  #bindings(pattern: Pattern): readonly Name[] {
    const lists = alternatives(pattern).map(boundNames)
    const first = lists[0] ?? []
    for (const names of lists) {
      const seen = new Map<string, Name>()
      for (const name of names) {
        const twice = seen.get(name.text)
        if (twice !== undefined) {
          const place = { file: this.#file, span: name.span }
          const first = { file: this.#file, span: twice.span }
          this.#report.add("HK2003", place, [name.text, this.#report.line(first)], { secondary: [this.#report.label(first, "first bound here")] })
        }
        seen.set(name.text, name)
      }
    }
    const all = lists.flat()
    const partial = [...new Set(all.map((name) => name.text))].filter((text) => lists.some((names) => !names.some((name) => name.text === text)))
    if (partial.length > 0) this.#report.add("HK3109", { file: this.#file, span: pattern.span }, [partial.map((name) => `'${name}'`).join(", ")])
    return partial.length > 0 || lists.length > 1 ? all : first
  }
}

/** A pattern's alternatives; itself if it has none. */
export function alternatives(pattern: Pattern): readonly Pattern[] {
  return pattern.kind === "OrPat" ? pattern.alternatives.flatMap(alternatives) : [pattern]
}

function isNamed(pattern: Pattern): pattern is NamedPattern {
  return pattern.kind === "NamePat" || pattern.kind === "TuplePat" || pattern.kind === "RecordPat"
}

/** The names an alternative binds; `_` binds nothing. */
export function boundNames(pattern: Pattern): readonly Name[] {
  const names = ((): readonly (Name | null)[] => {
    switch (pattern.kind) {
      case "TuplePat":
        return pattern.bindings
      case "RecordPat":
        return pattern.fields.map((field) => field.binding ?? field.field)
      case "ArrayPat":
        return [...pattern.elements, pattern.rest]
      case "MapPat":
        return pattern.entries.map((entry) => entry.binding)
      default:
        return []
    }
  })()
  return names.filter((name): name is Name => name !== null && name.text !== "_")
}
