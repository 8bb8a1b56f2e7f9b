/**
 * TABLE of the token kinds: name → spelling, keyword-ness, highlight class.
 *
 * The one idea: a kind is a small number, the index of its row, so that the lexer fills typed arrays; everything else about a kind is
 * read from the row. Identifiers, contextual keywords and reserved keywords stand side by side, in this order, so that the questions
 * "may this be an identifier?" and "may this be a member name?" are range tests.
 */

/** How an editor colours a token. */
export type HighlightClass =
  | 'identifier'
  | 'keyword'
  | 'constant'
  | 'number'
  | 'string'
  | 'operator'
  | 'delimiter'
  | 'bracket'
  | 'invalid'
  | 'none'

/** One token kind. */
export interface TokenRow {
  /** The only spelling, or null for kinds with many. */
  readonly text: string | null
  /** What messages call it. */
  readonly label: string
  readonly highlight: HighlightClass
  /** Reserved words name no variable; contextual words are keywords only where the grammar says so. */
  readonly keyword?: 'reserved' | 'contextual'
}

function contextual(text: string): TokenRow {
  return { text, label: `'${text}'`, highlight: 'keyword', keyword: 'contextual' }
}

function reserved(text: string, highlight: HighlightClass = 'keyword'): TokenRow {
  return { text, label: `'${text}'`, highlight, keyword: 'reserved' }
}

function operator(text: string): TokenRow {
  return { text, label: `'${text}'`, highlight: 'operator' }
}

function delimiter(text: string): TokenRow {
  return { text, label: `'${text}'`, highlight: 'delimiter' }
}

function bracket(text: string, label: string): TokenRow {
  return { text, label, highlight: 'bracket' }
}

/** All token kinds; the order is the numbering. */
export const TOKENS = {
  Eof: { text: null, label: 'end of file', highlight: 'none' },
  Invalid: { text: null, label: 'invalid text', highlight: 'invalid' },
  Int: { text: null, label: 'number', highlight: 'number' },
  Float: { text: null, label: 'number', highlight: 'number' },
  Str: { text: null, label: 'string', highlight: 'string' },

  Ident: { text: null, label: 'identifier', highlight: 'identifier' },
  As: contextual('as'),
  Is: contextual('is'),
  Once: contextual('once'),
  BirthOnce: contextual('birth_once'),
  Public: contextual('public'),
  Private: contextual('private'),
  Implements: contextual('implements'),
  Method: contextual('method'),
  Include: contextual('include'),
  Externcall: contextual('externcall'),
  Guard: contextual('guard'),
  TaskScope: contextual('task_scope'),
  Peek: contextual('peek'),
  Repeat: contextual('repeat'),
  Until: contextual('until'),
  Foreach: contextual('foreach'),
  Lock: contextual('lock'),
  Scoped: contextual('scoped'),
  WorkerLocal: contextual('worker_local'),
  SelfType: contextual('Self'),

  Box: reserved('box'),
  Enum: reserved('enum'),
  Static: reserved('static'),
  Interface: reserved('interface'),
  New: reserved('new'),
  From: reserved('from'),
  Me: reserved('me'),
  This: reserved('this'),
  Local: reserved('local'),
  Outbox: reserved('outbox'),
  Global: reserved('global'),
  If: reserved('if'),
  Else: reserved('else'),
  Loop: reserved('loop'),
  While: reserved('while'),
  For: reserved('for'),
  In: reserved('in'),
  Match: reserved('match'),
  Break: reserved('break'),
  Continue: reserved('continue'),
  Return: reserved('return'),
  Function: reserved('function'),
  Fn: reserved('fn'),
  Print: reserved('print'),
  Using: reserved('using'),
  Import: reserved('import'),
  Nowait: reserved('nowait'),
  Await: reserved('await'),
  Try: reserved('try'),
  Catch: reserved('catch'),
  Cleanup: reserved('cleanup'),
  Fini: reserved('fini'),
  Throw: reserved('throw'),
  Not: reserved('not'),
  And: reserved('and'),
  Or: reserved('or'),
  Weak: reserved('weak'),
  True: reserved('true', 'constant'),
  False: reserved('false', 'constant'),
  Void: reserved('void', 'constant'),
  Null: reserved('null', 'constant'),
  Override: reserved('override'),
  Init: reserved('init'),
  Pack: reserved('pack'),
  Birth: reserved('birth'),
  Flow: reserved('flow'),

  Plus: operator('+'),
  Minus: operator('-'),
  Star: operator('*'),
  Slash: operator('/'),
  Percent: operator('%'),
  EqEq: operator('=='),
  NotEq: operator('!='),
  Less: operator('<'),
  LessEq: operator('<='),
  Greater: operator('>'),
  GreaterEq: operator('>='),
  AmpAmp: operator('&&'),
  PipePipe: operator('||'),
  Bang: operator('!'),
  Amp: operator('&'),
  Pipe: operator('|'),
  Caret: operator('^'),
  Tilde: operator('~'),
  ShiftLeft: operator('<<'),
  ShiftRight: operator('>>'),
  Eq: operator('='),
  PlusEq: operator('+='),
  MinusEq: operator('-='),
  StarEq: operator('*='),
  SlashEq: operator('/='),
  PercentEq: operator('%='),
  PlusPlus: operator('++'),
  Dot: delimiter('.'),
  QuestionDot: operator('?.'),
  ColonColon: operator('::'),
  DotDot: operator('..'),
  DotDotDot: operator('...'),
  FatArrow: operator('=>'),
  ThinArrow: operator('->'),
  PipeGreater: operator('|>'),
  QuestionQuestion: operator('??'),
  Question: operator('?'),
  Colon: delimiter(':'),
  Comma: delimiter(','),
  Semicolon: delimiter(';'),
  At: delimiter('@'),
  LParen: bracket('(', 'LPAREN'),
  RParen: bracket(')', 'RPAREN'),
  LBracket: bracket('[', 'LBRACKET'),
  RBracket: bracket(']', 'RBRACKET'),
  LBrace: bracket('{', 'LBRACE'),
  RBrace: bracket('}', 'RBRACE'),
  MapOpen: bracket('%{', 'map literal'),
} as const satisfies Record<string, TokenRow>

/** Name of a token kind. */
export type TokenName = keyof typeof TOKENS

/** A token kind: the index of its row. */
export type TokenKind = number

/** Rows by kind. */
export const TOKEN_ROWS: readonly TokenRow[] = Object.values(TOKENS)

/** Names by kind. */
export const TOKEN_NAMES: readonly TokenName[] = Object.keys(TOKENS) as TokenName[]

/** Kinds by name: `T.LParen`. */
export const T: Readonly<Record<TokenName, TokenKind>> = Object.freeze(
  Object.fromEntries(TOKEN_NAMES.map((name, index) => [name, index])) as Record<TokenName, TokenKind>,
)

const FIRST_WORD = T.Ident
const LAST_CONTEXTUAL = T.SelfType
const LAST_WORD = T.Flow

/** Identifiers and contextual keywords: what may name a variable. */
export function isIdentifierKind(kind: TokenKind): boolean {
  return kind >= FIRST_WORD && kind <= LAST_CONTEXTUAL
}

/** Identifiers and all keywords: what may name a member. */
export function isWordKind(kind: TokenKind): boolean {
  return kind >= FIRST_WORD && kind <= LAST_WORD
}

/** Reserved keywords. */
export function isReservedKind(kind: TokenKind): boolean {
  return kind > LAST_CONTEXTUAL && kind <= LAST_WORD
}

/** Spelling → kind for all keywords. */
export const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map(
  TOKEN_ROWS.flatMap((row, kind): [string, TokenKind][] =>
    row.keyword !== undefined && row.text !== null ? [[row.text, kind]] : [],
  ),
)
