/**
 * Where a walk through bodies is: the routine, the scope, what jumps meet on their way out.
 *
 * The one idea: what a rule needs from the context is two chains. Scopes say which names are visible and which routine they
 * belong to, `Jump` says what stands between a `break` or `return` and where it goes.
 */
import type { Span } from "../base/source.ts"
import type { DiagnosticExtras } from "../diagnostics/catalog.ts"
import type { Block, Expr, Name, Pattern, PropertyMember } from "../syntax/ast.ts"
import type { PatternTarget, ScopeRegion, SourceUnit, Target } from "./checked.ts"
import { type Declarations, makeRoutine } from "./declare.ts"
import { FileRecord } from "./file-record.ts"
import type { Reporter } from "./report.ts"
import { Scope } from "./scope.ts"
import type { BoxSymbol, Routine, Sym, VariableSymbol } from "./symbol.ts"

/** What a jump out of a statement meets on its way, innermost first. */
export interface Jump {
  readonly kind: "routine" | "loop" | "fini" | "cleanup" | "block-expr"
  readonly parent: Jump | null
  /** The block that nothing may leave, where findings point at it. */
  readonly block: Block | null
}

/** What the walk fills. */
export interface Resolution {
  readonly targets: Map<Expr, Target>
  readonly patterns: Map<Pattern, PatternTarget>
  readonly lambdas: Map<Expr, Routine>
  readonly scriptRoutine: Routine
  usesWeak: boolean
  usesFini: boolean
  usesTaskScopes: boolean
  readonly madeStatics: Set<BoxSymbol>
  /** Fields that are set on objects of unknown boxes. */
  readonly looseFields: Map<string, { readonly file: number; readonly span: Span } | null>
}

/** The position of the walk and what is found on it. */
export class BodyContext {
  readonly units: readonly SourceUnit[]
  readonly declared: Declarations
  readonly report: Reporter
  readonly out: Resolution
  /** `birth_once` properties → those their body reads. */
  readonly birthOnce = new Map<string, Set<string>>()
  /** The property whose body is walked, for the cycle rule. */
  property: PropertyMember | null = null
  file = 0
  scope: Scope
  jump: Jump = { kind: "routine", parent: null, block: null }
  checkedFile: FileRecord

  constructor(units: readonly SourceUnit[], declared: Declarations, report: Reporter) {
    this.units = units
    this.declared = declared
    this.report = report
    this.out = {
      targets: new Map(),
      patterns: new Map(),
      lambdas: new Map(),
      scriptRoutine: makeRoutine("script", null, false, 0),
      usesWeak: false,
      usesFini: false,
      usesTaskScopes: false,
      madeStatics: new Set(),
      looseFields: new Map(),
    }
    this.scope = new Scope(null, this.out.scriptRoutine, { start: 0, end: 0 })
    this.checkedFile = declared.files[0] ?? new FileRecord(units[0] as SourceUnit)
  }

  /** Goes to a file. */
  setFile(file: number): void {
    this.file = file
    this.checkedFile = this.declared.files[file] as FileRecord
  }

  /** Walks a body of its own: no jump leaves it. */
  enterRoutine(routine: Routine, span: Span, walk: () => void): void {
    const scope = this.scope
    const jump = this.jump
    const file = this.file
    this.setFile(routine.file)
    this.scope = new Scope(routine.parent === null ? null : scope, routine, span)
    this.jump = { kind: "routine", parent: null, block: null }
    walk()
    this.#closeScope()
    this.scope = scope
    this.jump = jump
    this.setFile(file)
  }

  /** Walks what has a scope of its own. */
  inScope(span: Span, walk: () => void): void {
    const outer = this.scope
    this.scope = new Scope(outer, outer.routine, span)
    walk()
    this.#closeScope()
    this.scope = outer
  }

  #closeScope(): void {
    const scope = this.scope
    const variables = scope.variables
    if (variables.length === 0) return
    const region: ScopeRegion = { span: scope.span, variables, routine: scope.routine }
    this.checkedFile.scopes.push(region)
  }

  /** Walks what a jump may meet. */
  inJump(kind: Jump["kind"], walk: () => void, block: Block | null = null): void {
    const outer = this.jump
    this.jump = { kind, parent: outer, block }
    walk()
    this.jump = outer
  }

  /** Reports a second parameter of a name. */
  duplicate(name: Name, first: VariableSymbol): void {
    this.report.add("HK2003", { file: this.file, span: name.span }, [name.text, this.report.line(first.place)], {
      secondary: [this.report.label(first.place, "first declared here")],
    })
  }

  /** Declares a variable in the current scope. */
  declare(name: Name, role: VariableSymbol["role"], visibleFrom: number = name.span.end): VariableSymbol {
    const symbol: VariableSymbol = {
      kind: "variable",
      role,
      name: name.text,
      place: { file: this.file, span: name.span },
      routine: this.scope.routine,
      visibleFrom,
      isCaptured: false,
      isReassigned: false,
    }
    this.scope.add(symbol)
    this.bind(name, name.span, symbol, "definition")
    return symbol
  }

  /** Declares a `local`; a second one in the same scope is S2. */
  declareLocal(name: Name, role: VariableSymbol["role"], visibleFrom: number): void {
    const first = this.scope.own(name.text)
    if (first !== undefined) {
      this.report.add("HK2002", { file: this.file, span: name.span }, [name.text, this.report.line(first.place)], {
        secondary: [this.report.label(first.place, "first declared here")],
      })
    }
    this.declare(name, role, visibleFrom)
  }

  /** Binds a node to its symbol. */
  bind(node: object, span: Span, symbol: Sym, role: "definition" | "read" | "write"): void {
    this.declared.symbols.set(node, symbol)
    this.checkedFile.note(span, symbol, role)
  }

  /** Notes that the current routine uses a variable: those between it and the variable's routine capture it. */
  useVariable(symbol: VariableSymbol): void {
    for (let routine: Routine | null = this.scope.routine; routine !== null && routine !== symbol.routine; routine = routine.parent) {
      routine.captures.add(symbol)
      symbol.isCaptured = true
    }
  }

  /** Notes a use of `me`; lambdas capture it. */
  useMe(span: Span): void {
    let routine: Routine | null = this.scope.routine
    while (routine !== null && routine.kind === "lambda") {
      routine.capturesMe = true
      routine = routine.parent
    }
    if (routine === null || !routine.hasMe) this.report.add("HK2008", { file: this.file, span }, [])
  }

  /** The box whose object `me` is, or null. */
  meBox(): BoxSymbol | null {
    let routine: Routine | null = this.scope.routine
    while (routine !== null && routine.kind === "lambda") routine = routine.parent
    return routine?.hasMe === true ? routine.box : null
  }

  /** Checks that a jump may leave where it stands. */
  exit(word: "return" | "break" | "continue", span: Span): void {
    const place = { file: this.file, span }
    for (let at: Jump | null = this.jump; at !== null; at = at.parent) {
      switch (at.kind) {
        case "loop":
          if (word !== "return") return
          break
        case "fini":
          this.report.add("HK3009", place, [], this.#leaving(at))
          return
        case "block-expr":
          this.report.add("HK3013", place, [], this.#leaving(at))
          return
        case "cleanup":
          if (word === "return") {
            this.report.add("HK3010", place, [word], this.#leaving(at))
            return
          }
          break
        case "routine":
          if (word !== "return") this.report.add("HK3006", place, [])
          return
      }
    }
  }

  /** `?` may return, so it stands where `return` may. */
  propagate(span: Span): void {
    for (let at: Jump | null = this.jump; at !== null; at = at.parent) {
      if (at.kind === "fini") this.report.add("HK3009", { file: this.file, span }, [], this.#leaving(at))
      else if (at.kind === "cleanup") this.report.add("HK3010", { file: this.file, span }, ["return"], this.#leaving(at))
      if (at.kind === "fini" || at.kind === "cleanup" || at.kind === "routine") return
    }
  }

  /** Points at the block that a jump would leave. */
  #leaving(jump: Jump): DiagnosticExtras {
    if (jump.block === null) return {}
    const { start } = jump.block.span
    return { secondary: [this.report.label({ file: this.file, span: { start, end: start + 1 } }, "would leave this block")] }
  }
}
