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
  /** What to do about it, where the place that finds it has nothing more exact to say. */
  readonly help?: (...parameters: never[]) => string
}

/** All diagnostics by code. */
export const CATALOG = {
  // ── lexical ──
  HK1001: {
    rule: 'L1',
    severity: 'error',
    title: 'unterminated comment',
    message: () => 'Unterminated comment',
    help: () => `end it with '*/'`,
  },
  HK1002: { rule: 'L2', severity: 'error', title: 'unterminated string', message: () => 'Unterminated string literal', help: () => 'end it with the quote it begins with' },
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
    help: () => `delete it, or write it as an escape such as '\\u202E' in a string`,
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
    help: () => `put one of the ranges in parentheses, or use 'new RangeBox(start, end, step)'`,
  },
  HK1025: {
    rule: null,
    severity: 'error',
    title: 'if-expression without else',
    message: () => `An 'if' used as a value needs an 'else'`,
    help: () => `add 'else { … }'`,
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
    help: () => `write '(call() catch (e) { … }).method()'`,
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
    help: (name: string) => `declare it with 'local ${name}' where all of its uses can see it`,
  },
  HK2002: {
    rule: 'S2',
    severity: 'error',
    title: 'variable declared twice',
    message: (name: string, line: number) =>
      `[freeze:contract][local/redeclare_same_scope] '${name}' is already declared in this scope (line ${line})`,
    help: (name: string) => `assign with '${name} = …', or choose another name`,
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
  HK2008: {
    rule: 'S8',
    severity: 'error',
    title: "'me' outside a box",
    message: () => `'me' is only valid inside a box`,
    help: () => 'make the function a method of a box, or pass the object as an argument',
  },

  // ── static rules ──
  HK3006: {
    rule: 'S6',
    severity: 'error',
    title: 'jump outside a loop',
    message: () => 'break/continue is only allowed inside a loop',
    help: () => `use 'return' to leave a function or a lambda`,
  },
  HK3007: {
    rule: 'S7',
    severity: 'error',
    title: 'not assignable',
    message: () => 'Invalid assignment target',
    help: () => `assign to a variable, a field 'o.f' or an element 'a[i]'`,
  },
  HK3009: {
    rule: 'S9',
    severity: 'error',
    title: 'exit from a fini block',
    message: () => 'fini block must not contain return/break/continue/throw (non-local exits)',
    help: () => `a loop that lies wholly inside the block may use 'break' and 'continue'`,
  },
  HK3010: {
    rule: 'S10',
    severity: 'error',
    title: 'return inside cleanup',
    message: (word: string) => `${word} is not allowed inside cleanup block`,
    help: () => `a 'return' in 'catch' turns an error into a result`,
  },
  HK3011: {
    rule: 'S11',
    severity: 'error',
    title: 'fini on several bindings',
    message: () => `'local ... fini' requires exactly one binding`,
    help: () => `write one 'local' for each`,
  },
  HK3012: {
    rule: 'S12',
    severity: 'error',
    title: 'block expression without a value',
    message: () => 'BlockExpr must end with an expression',
    help: () => 'end the block with the expression that is its value',
  },
  HK3013: {
    rule: 'S13',
    severity: 'error',
    title: 'exit from a block expression',
    message: () => 'exit statements are not allowed inside a block expression',
    help: () => 'leave the function in a statement before, or give the block a value for that case',
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
    help: () => 'assign a stored field that the property uses',
  },
  HK3017: {
    rule: 'S17',
    severity: 'error',
    title: 'unknown pattern',
    message: (name: string) => `Unknown pattern '${name}'`,
    help: () => `write '_' for anything else, or 'Integer(n)' to test for a kind`,
  },
  HK3018: {
    rule: 'S18',
    severity: 'error',
    title: 'match without a default arm',
    message: () => `match requires a default arm '_'`,
    help: () => `add an arm '_ => …' at the end`,
  },
  HK3019: {
    rule: 'S19',
    severity: 'error',
    title: 'enum match not exhaustive',
    message: (name: string, missing: string) => `non-exhaustive enum match for \`${name}\`; missing variant(s): ${missing}`,
    help: (_name: string, missing: string) => `add arms for ${missing}, or '_ => …' at the end`,
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
    help: () => `remove 'override', or correct the name`,
  },
  HK3022: {
    rule: 'S22',
    severity: 'error',
    title: 'circular delegation',
    message: (path: string) => `Circular delegation: ${path}`,
    help: () => 'move what the boxes share into a box of its own',
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
    help: () => 'compute one of them without reading the others',
  },
  HK3026: {
    rule: 'S26',
    severity: 'error',
    title: 'interface not implemented',
    message: (box: string, method: string, arity: number) => `Box '${box}' does not implement '${method}'/${arity}`,
    help: (_box: string, method: string, arity: number) => `add a method '${method.slice(method.indexOf('.') + 1)}' with ${arity} parameter(s)`,
  },
  HK3027: {
    rule: 'S27',
    severity: 'warning',
    title: 'instance of a static box',
    message: (name: string) => `Cannot instantiate static box '${name}'`,
    help: (name: string) => `use '${name}' itself, or drop 'static'`,
  },
  HK3028: {
    rule: 'S28',
    severity: 'error',
    title: 'duplicate handler',
    message: (where: string) => `duplicate postfix catch/cleanup after ${where}`,
    help: () => 'handle both cases in one handler, or nest the blocks',
  },
  HK3029: {
    rule: 'S29',
    severity: 'error',
    title: 'duplicate constructor',
    message: (name: string, line: number) => `Duplicate declaration of '${name}' (first at line ${line})`,
    help: () => 'constructors are told apart by their number of parameters only',
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
    help: () => `make an object with 'new' and use that, or declare the method 'static'`,
  },
  HK3102: {
    rule: null,
    severity: 'warning',
    title: 'undeclared field',
    message: (field: string, box: string) => `Field '${field}' is not declared in ${box}`,
    help: (field: string) => `declare '${field}' in the box`,
  },
  HK3103: {
    rule: null,
    severity: 'warning',
    title: 'top-level statement ignored',
    message: (entry: string) => `Top-level statements do not run because the program starts at ${entry}`,
    help: (entry: string) => `move them into ${entry}, or declare a 'global'`,
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
    help: (name: string) => `write 'override ${name}(…)'`,
  },
  HK3107: {
    rule: 'S17',
    severity: 'warning',
    title: 'unreachable arm',
    message: () => `This arm is never reached after '_'`,
    help: () => `move '_' to the end`,
  },
  HK3108: {
    rule: 'S17',
    severity: 'error',
    title: 'guard on _',
    message: () => `'_' takes no guard`,
    help: () => `test the condition inside the arm, or write 'Integer(n) if …'`,
  },
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
    help: (parent: string) => `call its methods as '${parent}.m()', or keep a value of it in a field`,
  },
  HK3112: {
    rule: 'S23',
    severity: 'error',
    title: "'from' outside a box",
    message: () => `'from' is only valid inside a box with parents`,
    help: () => `call a method of an object as 'object.m()'`,
  },
  HK3113: {
    rule: 'S20',
    severity: 'error',
    title: 'duplicate arm',
    message: (variant: string) => `duplicate arm for enum variant \`${variant}\``,
    help: (variant: string) => `remove one of the arms for '${variant}', or give the first a guard`,
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
    help: () => 'choose another name if that is not on purpose',
  },
  HK3116: {
    rule: null,
    severity: 'error',
    title: 'box name used as a value',
    message: (name: string, what: string) => `'${name}' is ${what} and has no value of its own`,
  },

  // ── modules ──
  HK4001: {
    rule: null,
    severity: 'error',
    title: 'using not found',
    message: (target: string) => `[using] not found: ${target}`,
    help: () => `check the spelling and the list of the project's files`,
  },

  // ── limits ──
  HK5001: {
    rule: null,
    severity: 'error',
    title: 'nesting too deep',
    message: (limit: number) => `Nesting is deeper than ${limit} levels`,
    help: () => `give inner parts names with 'local', or move them into functions`,
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
    help: () => 'read large data from the input instead',
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
  const help = extras.help ?? (row.help === undefined ? undefined : { text: worded(row.help, parameters) })
  return {
    code,
    severity: row.severity,
    message: worded(row.message, parameters),
    primary: { span, text: extras.label ?? '' },
    secondary: extras.secondary ?? [],
    notes: extras.notes ?? [],
    ...(help === undefined ? {} : { help }),
  }
}

function worded(text: (...parameters: never[]) => string, parameters: readonly unknown[]): string {
  return (text as (...parameters: readonly unknown[]) => string)(...parameters)
}
