/**
 * TABLE of everything the compiler can say about a source text: code → severity, rule, title, message.
 *
 * The one idea: a fact stands once. Call sites name a code and its parameters through `diagnose`; wording, severity and the rule of
 * the language it enforces are read from here. Codes are permanent: HK1xxx lexical and syntax, HK2xxx names, HK3xxx types and static
 * rules, HK4xxx modules, HK5xxx limits. Within HK1xxx the rules L1–L6 are HK1001–HK1006 and P1–P8 are HK1011–HK1018; the static rule
 * S<n> is HK2<n> (names) or HK3<n>. S14 and S24 are the parse rules P4 and P7.
 *
 * Wording that users may search for keeps the form known from the language's own implementation.
 */
import type { Span } from '../base/source.ts'
import type { Diagnostic, Help, Label, Severity } from './diagnostic.ts'

interface Row {
  /** The rule of the language, or null for a finding outside the numbered rules. */
  readonly rule: string | null
  readonly severity: Severity
  /** Short name for lists and explanations. */
  readonly title: string
  readonly message: (...parameters: never[]) => string
}

/** All diagnostics by code. */
export const CATALOG = {
  // ── lexical ──
  HK1001: { rule: 'L1', severity: 'error', title: 'unterminated comment', message: () => 'Unterminated comment' },
  HK1002: { rule: 'L2', severity: 'error', title: 'unterminated string', message: () => 'Unterminated string literal' },
  HK1003: {
    rule: 'L3',
    severity: 'error',
    title: 'malformed number',
    message: (text: string) => `Invalid number format: '${text}'`,
  },
  HK1004: {
    rule: 'L4',
    severity: 'error',
    title: 'unexpected character',
    message: (shown: string) => `Unexpected character '${shown}'`,
  },
  HK1005: {
    rule: 'L5',
    severity: 'error',
    title: 'unexpected token',
    message: (found: string, expected: string) => `Unexpected token ${found}, expected ${expected}`,
  },
  HK1006: {
    rule: 'L6',
    severity: 'error',
    title: "'self' is not a name",
    message: () => `Unsupported identifier 'self'; use 'me'`,
  },
  HK1008: {
    rule: null,
    severity: 'warning',
    title: 'hidden bidirectional control',
    message: (shown: string) => `Bidirectional control character ${shown} can make the text read differently from what runs`,
  },

  // ── syntax ──
  HK1011: {
    rule: 'P1',
    severity: 'error',
    title: 'missing bracket',
    message: (found: string, expected: string) => `Unexpected token ${found}, expected ${expected}`,
  },
  HK1012: {
    rule: 'P2',
    severity: 'error',
    title: "'new' without parentheses",
    message: (box: string) => `Expected '(' after new ${box}`,
  },
  HK1013: {
    rule: 'P3',
    severity: 'error',
    title: 'map literal without %',
    message: () => 'Legacy map literal; use %{"k" => v}',
  },
  HK1014: {
    rule: 'P4',
    severity: 'error',
    title: 'weak with parentheses',
    message: () => `Use 'weak expr', not 'weak(expr)'`,
  },
  HK1015: {
    rule: 'P5',
    severity: 'error',
    title: "'finally' does not exist",
    message: () => `'finally' does not exist; use cleanup { }`,
  },
  HK1016: {
    rule: 'P6',
    severity: 'error',
    title: "'throw' is reserved",
    message: () =>
      `[freeze:contract][parser/throw_reserved] 'throw' is reserved/prohibited; return a Result or call panic(message)`,
  },
  HK1017: {
    rule: 'P7',
    severity: 'error',
    title: 'parent constructor without a name',
    message: (parent: string) => `Use 'from ${parent}.birth()' instead of 'from ${parent}()'`,
  },
  HK1018: {
    rule: 'P8',
    severity: 'error',
    title: 'a word of another language',
    message: (word: string, replacement: string) => `'${word}' does not exist; use ${replacement}`,
  },
  HK1019: {
    rule: null,
    severity: 'error',
    title: 'assignment in a condition',
    message: () => `'=' assigns and is not allowed in a condition; use '==' to compare`,
  },
  HK1020: {
    rule: null,
    severity: 'error',
    title: 'operator of another language',
    message: (operator: string, replacement: string) => `'${operator}' does not exist; use '${replacement}'`,
  },
  HK1022: {
    rule: null,
    severity: 'error',
    title: 'keyword as a name',
    message: (word: string, what: string) => `'${word}' is a keyword and cannot name a ${what}`,
  },
  HK1023: {
    rule: null,
    severity: 'error',
    title: 'chained range',
    message: () => `'..' does not chain; put one of the ranges in parentheses`,
  },
  HK1025: {
    rule: null,
    severity: 'error',
    title: 'if-expression without else',
    message: () => `An 'if' used as a value needs an 'else'`,
  },
  HK1026: {
    rule: null,
    severity: 'error',
    title: 'missing comma',
    message: (what: string) => `Missing ',' between ${what}`,
  },
  HK1027: {
    rule: null,
    severity: 'error',
    title: 'not supported in the playground',
    message: (feature: string) => `${feature} is not supported in the playground`,
  },
  HK1030: {
    rule: null,
    severity: 'error',
    title: 'call after a handler',
    message: (found: string) => `Nothing may follow a postfix handler; found ${found}. Put the handled expression in parentheses`,
  },
  HK1032: {
    rule: null,
    severity: 'error',
    title: 'range pattern of mixed literals',
    message: () => 'A range pattern takes two literals of one kind: Integer, Float or one-character String',
  },

  // ── names ──
  HK2001: {
    rule: 'S1',
    severity: 'error',
    title: 'undefined variable',
    message: (name: string) => `Undefined variable: ${name}`,
  },
  HK2002: {
    rule: 'S2',
    severity: 'error',
    title: 'variable declared twice',
    message: (name: string, line: number) =>
      `[freeze:contract][local/redeclare_same_scope] '${name}' is already declared in this scope (line ${line})`,
  },
  HK2003: {
    rule: 'S3',
    severity: 'error',
    title: 'duplicate declaration',
    message: (name: string, line: number) => `Duplicate declaration of '${name}' (first at line ${line})`,
  },
  HK2004: {
    rule: 'S4',
    severity: 'error',
    title: 'unresolved function',
    message: (name: string) => `Unresolved function: '${name}'. Check spelling or add explicit scope qualifier`,
  },
  HK2005: {
    rule: 'S5',
    severity: 'error',
    title: 'unknown box',
    message: (name: string, available: string) => `Unknown Box type: ${name}. Available: ${available}`,
  },
  HK2008: { rule: 'S8', severity: 'error', title: "'me' outside a box", message: () => `'me' is only valid inside a box` },

  // ── static rules ──
  HK3006: {
    rule: 'S6',
    severity: 'error',
    title: 'jump outside a loop',
    message: () => 'break/continue is only allowed inside a loop',
  },
  HK3007: { rule: 'S7', severity: 'error', title: 'not assignable', message: () => 'Invalid assignment target' },
  HK3009: {
    rule: 'S9',
    severity: 'error',
    title: 'exit from a fini block',
    message: () => 'fini block must not contain return/break/continue/throw (non-local exits)',
  },
  HK3010: {
    rule: 'S10',
    severity: 'error',
    title: 'return inside cleanup',
    message: (word: string) => `${word} is not allowed inside cleanup block`,
  },
  HK3011: {
    rule: 'S11',
    severity: 'error',
    title: 'fini on several bindings',
    message: () => `'local ... fini' requires exactly one binding`,
  },
  HK3012: {
    rule: 'S12',
    severity: 'error',
    title: 'block expression without a value',
    message: () => 'BlockExpr must end with an expression',
  },
  HK3013: {
    rule: 'S13',
    severity: 'error',
    title: 'exit from a block expression',
    message: () => 'exit statements are not allowed inside a block expression',
  },
  HK3015: {
    rule: 'S15',
    severity: 'error',
    title: 'strong value in a weak field',
    message: (what: string, field: string) =>
      what.startsWith('Box')
        ? `Cannot assign ${what} to weak field '${field}'. Use 'weak <expr>' to make a weak reference`
        : `Cannot assign ${what} to weak field '${field}'. Weak fields require WeakRef type.`,
  },
  HK3016: {
    rule: 'S16',
    severity: 'error',
    title: 'assignment to a property',
    message: (name: string, storage: string) => `'${name}' is a ${storage} property and cannot be assigned`,
  },
  HK3017: { rule: 'S17', severity: 'error', title: 'unknown pattern', message: (name: string) => `Unknown pattern '${name}'` },
  HK3018: {
    rule: 'S18',
    severity: 'error',
    title: 'match without a default arm',
    message: () => `match requires a default arm '_'`,
  },
  HK3019: {
    rule: 'S19',
    severity: 'error',
    title: 'enum match not exhaustive',
    message: (name: string, missing: string) => `non-exhaustive enum match for \`${name}\`; missing variant(s): ${missing}`,
  },
  HK3020: {
    rule: 'S20',
    severity: 'error',
    title: 'wrong use of an enum variant',
    message: (variant: string, expects: string) => `enum variant \`${variant}\` expects ${expects}`,
  },
  HK3021: {
    rule: 'S21',
    severity: 'error',
    title: 'override of nothing',
    message: (name: string) => `override method '${name}' not found in parent`,
  },
  HK3022: {
    rule: 'S22',
    severity: 'error',
    title: 'circular delegation',
    message: (path: string) => `Circular delegation: ${path}`,
  },
  HK3023: {
    rule: 'S23',
    severity: 'error',
    title: 'call of a box that is no parent',
    message: (box: string, parent: string) => `Class '${box}' does not delegate to '${parent}'. Use 'box ${box} from ${parent}'`,
  },
  HK3025: {
    rule: 'S25',
    severity: 'error',
    title: 'birth_once cycle',
    message: (path: string) => `birth_once cyclic dependency: ${path}`,
  },
  HK3026: {
    rule: 'S26',
    severity: 'error',
    title: 'interface not implemented',
    message: (box: string, method: string, arity: number) => `Box '${box}' does not implement '${method}'/${arity}`,
  },
  HK3027: {
    rule: 'S27',
    severity: 'warning',
    title: 'instance of a static box',
    message: (name: string) => `Cannot instantiate static box '${name}'`,
  },
  HK3028: {
    rule: 'S28',
    severity: 'error',
    title: 'duplicate handler',
    message: (where: string) => `duplicate postfix catch/cleanup after ${where}`,
  },
  HK3029: {
    rule: 'S29',
    severity: 'error',
    title: 'duplicate constructor',
    message: (name: string, line: number) => `Duplicate declaration of '${name}' (first at line ${line})`,
  },
  HK3030: {
    rule: 'S30',
    severity: 'error',
    title: 'wrong argument count',
    message: (name: string, expected: string, found: number) => `'${name}' expects ${expected} argument(s), got ${found}`,
  },
  HK3101: {
    rule: null,
    severity: 'error',
    title: 'method needs an instance',
    message: (method: string, box: string) => `'${method}' needs an instance of ${box}`,
  },
  HK3102: {
    rule: null,
    severity: 'warning',
    title: 'undeclared field',
    message: (field: string, box: string) => `Field '${field}' is not declared in ${box}`,
  },
  HK3103: {
    rule: null,
    severity: 'warning',
    title: 'top-level statement ignored',
    message: (entry: string) => `Top-level statements do not run because the program starts at ${entry}`,
  },
  HK3104: {
    rule: null,
    severity: 'warning',
    title: 'unusual entry point',
    message: (entry: string) => `The program starts at ${entry}; the usual entry is 'main' of 'static box Main'`,
  },
  HK3105: { rule: null, severity: 'warning', title: 'include', message: () => `'include' is abolished; use 'using'` },
  HK3106: {
    rule: 'S21',
    severity: 'warning',
    title: 'override not marked',
    message: (name: string, parent: string) => `Method '${name}' overrides '${parent}.${name}' without 'override'`,
  },
  HK3107: { rule: 'S17', severity: 'warning', title: 'unreachable arm', message: () => `This arm is never reached after '_'` },
  HK3108: { rule: 'S17', severity: 'error', title: 'guard on _', message: () => `'_' takes no guard` },
  HK3109: {
    rule: 'S17',
    severity: 'error',
    title: 'alternatives bind different names',
    message: (names: string) => `The alternatives of a pattern must bind the same names; only some bind ${names}`,
  },
  HK3110: {
    rule: 'S17',
    severity: 'error',
    title: 'ambiguous variant',
    message: (name: string, choices: string) => `Variant '${name}' is ambiguous; write ${choices}`,
  },
  HK3111: {
    rule: 'S22',
    severity: 'error',
    title: 'parent cannot be delegated to',
    message: (parent: string, what: string) => `Cannot delegate to '${parent}': it is ${what}`,
  },
  HK3112: {
    rule: 'S23',
    severity: 'error',
    title: "'from' outside a box",
    message: () => `'from' is only valid inside a box with parents`,
  },
  HK3113: {
    rule: 'S20',
    severity: 'error',
    title: 'duplicate arm',
    message: (variant: string) => `duplicate arm for enum variant \`${variant}\``,
  },
  HK3114: {
    rule: 'S20',
    severity: 'error',
    title: 'unknown variant',
    message: (name: string, variant: string) => `enum \`${name}\` has no variant \`${variant}\``,
  },
  HK3115: {
    rule: null,
    severity: 'warning',
    title: 'box named like a library box',
    message: (name: string) => `Box '${name}' hides the library box of that name`,
  },
  HK3116: {
    rule: null,
    severity: 'error',
    title: 'box name used as a value',
    message: (name: string, what: string) => `'${name}' is ${what} and has no value of its own`,
  },

  // ── modules ──
  HK4001: { rule: null, severity: 'error', title: 'using not found', message: (target: string) => `[using] not found: ${target}` },

  // ── limits ──
  HK5001: {
    rule: null,
    severity: 'error',
    title: 'nesting too deep',
    message: (limit: number) => `Nesting is deeper than ${limit} levels`,
  },
  HK5003: {
    rule: null,
    severity: 'error',
    title: 'expression too long',
    message: (limit: number) => `The expression chains or nests more than ${limit} operations; split it`,
  },
  HK5002: {
    rule: null,
    severity: 'error',
    title: 'source too large',
    message: (limit: number) => `The source is larger than ${limit} characters`,
  },
} as const satisfies Record<string, Row>

/** A code of the catalogue. */
export type DiagnosticCode = keyof typeof CATALOG

/** What a message of a code is made from. */
export type DiagnosticParameters<C extends DiagnosticCode> = Parameters<(typeof CATALOG)[C]['message']>

/** What a call site may add to a diagnostic. */
export interface DiagnosticExtras {
  /** Said at the primary place. */
  readonly label?: string
  readonly secondary?: readonly Label[]
  readonly notes?: readonly string[]
  readonly help?: Help
}

/** Makes a diagnostic of a code: `sink.add(diagnose('HK2001', span, [name]))`. */
export function diagnose<C extends DiagnosticCode>(
  code: C,
  span: Span,
  parameters: DiagnosticParameters<C>,
  extras: DiagnosticExtras = {},
): Diagnostic {
  const row: Row = CATALOG[code]
  return {
    code,
    severity: row.severity,
    message: (row.message as (...parameters: readonly unknown[]) => string)(...parameters),
    primary: { span, text: extras.label ?? '' },
    secondary: extras.secondary ?? [],
    notes: extras.notes ?? [],
    ...(extras.help === undefined ? {} : { help: extras.help }),
  }
}
