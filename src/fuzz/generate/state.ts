/**
 * What the generator knows while it writes: the declarations of the program, the variables in scope, where control may go, and
 * how often the place it writes runs.
 *
 * Invariants that make every program terminate: a function, method or lambda calls only what was declared before it or itself
 * with a smaller argument; overriding methods, which an earlier declaration may reach, count down a variable; constructors call
 * nothing; loops have counters that nothing else assigns; `load` bounds how many statements a call may run.
 * The invariant that makes programs free of strong cycles: a box holds only boxes declared before its own, containers hold no
 * functions, and functions capture nothing that may hold a function which is not yet made.
 */
import type { Random } from "../random.ts"
import type { Type } from "./types.ts"

/** A variable in scope. */
export interface Variable {
  readonly name: string
  readonly type: Type
  /** Whether statements may assign it; counters and functions may not. */
  readonly isAssignable: boolean
}

/** A function, method or constructor. */
export interface Callable {
  readonly name: string
  readonly params: readonly Type[]
  readonly result: Type
  /** About how many statements one call runs. */
  readonly load: number
  /** Whether the first parameter counts down to the end of the recursion. */
  readonly isRecursive: boolean
}

/** A field, or a property that looks like one. */
export interface Field {
  readonly name: string
  readonly type: Type
  readonly isAssignable: boolean
  readonly isPrivate: boolean
}

/** A box of the program. */
export interface BoxShape {
  readonly name: string
  readonly parent: BoxShape | null
  /** A second parent: a box without parents that is no ancestor of the first, so that nothing is inherited twice. */
  readonly mixin: BoxShape | null
  readonly fields: Field[]
  readonly methods: Callable[]
  readonly statics: Callable[]
  constructorParams: readonly Type[]
  constructorLoad: number
  readonly isStatic: boolean
}

/** The parents in the order of their declaration. */
export function parentsOf(shape: BoxShape): BoxShape[] {
  return [shape.parent, shape.mixin].filter((parent) => parent !== null)
}

/** A variant; a record has names for its payload. */
export interface VariantShape {
  readonly name: string
  readonly payload: readonly Type[]
  readonly names: readonly string[] | null
}

/** An enum of the program. */
export interface EnumShape {
  readonly name: string
  readonly variants: readonly VariantShape[]
}

/** A library box that programs have as a parent. */
export type LibraryParent = "ArrayBox" | "MapBox" | "StringBox" | "ConsoleBox" | "MathBox"

/** What the place being written allows. */
export interface Place {
  /** Type of `return`'s operand, or null where `return` is not allowed. */
  readonly returns: Type | null
  readonly canBreak: boolean
  readonly canContinue: boolean
  /** Inside something that catches errors. */
  readonly isGuarded: boolean
  readonly me: BoxShape | null
  /** Number of lambdas around. */
  readonly lambdaDepth: number
  /** How often the place runs, about, per call of the function. */
  readonly times: number
  /** Most statements that a call may run here, all iterations together. */
  readonly maxLoad: number
  /** Inside a block expression, from which control may not leave. */
  readonly isSealed: boolean
  /** In a constructor, where no function of the program is called. */
  readonly callsNothing: boolean
}

/** Knobs: which parts of the language a program uses. */
export interface Policy {
  readonly statements: number
  readonly functions: number
  readonly boxes: number
  readonly enums: number
  readonly globals: number
  /** Percent of operations that may raise an error, inside and outside of guarded places. */
  readonly risk: number
  readonly wildRisk: number
  readonly useClosures: boolean
  readonly useHandlers: boolean
  readonly useWeak: boolean
  readonly useDynamic: boolean
  readonly useContainers: boolean
  readonly useFloats: boolean
  readonly useStrings: boolean
  readonly useLibrary: boolean
  /** Whether statements may end the program with `exit`. */
  readonly endsEarly: boolean
}

/** The state; the layers of the generator extend it. */
export class State {
  readonly random: Random
  readonly policy: Policy
  readonly functions: Callable[] = []
  readonly boxes: BoxShape[] = []
  readonly statics: BoxShape[] = []
  /** Boxes of the program whose parent is one of the library. */
  readonly libraryHeirs: { readonly name: string; readonly parent: LibraryParent }[] = []
  /** Names of interfaces; the text declares them after the box that has their methods. */
  readonly interfaces: string[] = []
  readonly enums: EnumShape[] = []
  readonly globals: Variable[] = []
  place: Place
  /** Statements that one call of the body being written runs, about. */
  load = 0
  /** Statements still to write. */
  left: number
  #lines: string[] = []
  #indent = 0
  #scopes: Variable[][] = [[]]
  #names = 0

  constructor(random: Random, policy: Policy) {
    this.random = random
    this.policy = policy
    this.left = policy.statements
    this.place = { returns: null, canBreak: false, canContinue: false, isGuarded: false, me: null, lambdaDepth: 0, times: 1, maxLoad: 4000, isSealed: false, callsNothing: false }
  }

  /** A name that is used nowhere else. */
  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  /** Writes a line. */
  line(text: string): void {
    this.#lines.push("  ".repeat(this.#indent) + text)
  }

  /** Writes `head {`, the body, and `}` with the tail. */
  braces(head: string, body: () => void, tail = ""): void {
    this.line(`${head} {`.trimStart())
    this.#indent++
    body()
    this.#indent--
    this.line(`}${tail}`)
  }

  /** What `write` writes, as one text whose lines are indented for the current place. */
  captured(write: () => void): string {
    const before = this.#lines
    this.#lines = []
    try {
      write()
      return this.#lines.join("\n").trimStart()
    } finally {
      this.#lines = before
    }
  }

  /** A scope with the variables. */
  scoped(variables: readonly Variable[], body: () => void): void {
    this.#scopes.push([...variables])
    try {
      body()
    } finally {
      this.#scopes.pop()
    }
  }

  /** Runs with other things allowed. */
  at(change: Partial<Place>, body: () => void): void {
    const before = this.place
    this.place = { ...before, ...change }
    try {
      body()
    } finally {
      this.place = before
    }
  }

  /** Runs with no variables of the surroundings in scope, as in the body of a function. */
  isolated(variables: readonly Variable[], body: () => void): void {
    const before = this.#scopes
    this.#scopes = [[...variables]]
    try {
      body()
    } finally {
      this.#scopes = before
    }
  }

  /** Adds a variable to the innermost scope. */
  declare(variable: Variable): void {
    (this.#scopes.at(-1) as Variable[]).push(variable)
  }

  /** Whether the innermost scope has the name. */
  isDeclaredHere(name: string): boolean {
    return (this.#scopes.at(-1) as Variable[]).some((v) => v.name === name)
  }

  /** Variables in scope, inner ones first, hidden ones left out; then globals. */
  visible(): Variable[] {
    const seen = new Set<string>()
    const out: Variable[] = []
    for (const scope of [...[...this.#scopes].reverse(), this.globals]) {
      for (const variable of [...scope].reverse()) {
        if (seen.has(variable.name)) continue
        seen.add(variable.name)
        out.push(variable)
      }
    }
    return out
  }

  /** Variables declared in the innermost scopes, `depth` of them. */
  nearest(depth: number): Variable[] {
    const names = new Set(this.#scopes.slice(-depth).flat().map((v) => v.name))
    return this.visible().filter((v) => names.has(v.name))
  }

  /** Whether an operation that may raise an error is wanted here. */
  dares(): boolean {
    return this.random.chance(this.place.isGuarded ? this.policy.risk : this.policy.wildRisk)
  }

  /** Whether a call of this load is affordable here. */
  affords(load: number): boolean {
    return load * this.place.times <= this.place.maxLoad && this.load + load * this.place.times <= 4 * this.place.maxLoad
  }

  /** Notes that the place runs something of this load. */
  spend(load: number): void {
    this.load += load * this.place.times
  }

  /** All text written so far. */
  text(): string {
    return `${this.#lines.join("\n")}\n`
  }
}
