/**
 * TABLE of the infix operators: token → precedence, associativity, operator of the tree. The Pratt parser, the parentheses of the
 * formatter and lowering read it.
 *
 * Precedence grows from loose to tight; 1 (`|>`) and 2 (`? :`) are rules of their own in the parser, 15 is prefix and 16 postfix.
 */
import type { AssignOp, BinaryOp, UnaryOp } from './ast.ts'
import { T, TOKEN_ROWS, type TokenKind, type TokenName } from './tokens.ts'

/** One infix operator. */
export interface OperatorRow {
  readonly precedence: number
  /** `none`: does not chain. */
  readonly associativity: 'left' | 'none'
  /** A BinaryExpr of this operator, or a node of its own. */
  readonly node: BinaryOp | 'range' | 'is' | 'as'
}

const left = (precedence: number, node: OperatorRow['node']): OperatorRow => ({ precedence, associativity: 'left', node })

export const PIPE_PRECEDENCE = 1
export const TERNARY_PRECEDENCE = 2
/** The loosest level of the binary operators. */
export const BINARY_PRECEDENCE = 3
export const PREFIX_PRECEDENCE = 15
export const POSTFIX_PRECEDENCE = 16

/** Infix operators by token. */
export const OPERATORS = {
  QuestionQuestion: left(3, 'coalesce'),
  Or: left(4, 'or'),
  PipePipe: left(4, 'or'),
  And: left(5, 'and'),
  AmpAmp: left(5, 'and'),
  Pipe: left(6, 'bitor'),
  Caret: left(7, 'bitxor'),
  Amp: left(8, 'bitand'),
  EqEq: left(9, 'eq'),
  NotEq: left(9, 'ne'),
  Less: left(10, 'lt'),
  LessEq: left(10, 'le'),
  Greater: left(10, 'gt'),
  GreaterEq: left(10, 'ge'),
  Is: left(10, 'is'),
  As: left(10, 'as'),
  DotDot: { precedence: 11, associativity: 'none', node: 'range' },
  Plus: left(12, 'add'),
  Minus: left(12, 'sub'),
  ShiftLeft: left(13, 'shl'),
  ShiftRight: left(13, 'shr'),
  Star: left(14, 'mul'),
  Slash: left(14, 'div'),
  Percent: left(14, 'rem'),
} as const satisfies Partial<Record<TokenName, OperatorRow>>

/** Prefix operators that make a UnaryExpr. */
export const PREFIX_OPERATORS = {
  Minus: 'neg',
  Bang: 'not',
  Not: 'not',
  Tilde: 'bitnot',
} as const satisfies Partial<Record<TokenName, UnaryOp>>

/** Assignment operators by token. */
export const ASSIGN_OPERATORS = {
  Eq: '=',
  PlusEq: '+=',
  MinusEq: '-=',
  StarEq: '*=',
  SlashEq: '/=',
  PercentEq: '%=',
} as const satisfies Partial<Record<TokenName, AssignOp>>

/** Row of an infix token kind, or undefined. */
export const OPERATOR_ROWS: readonly (OperatorRow | undefined)[] = byKind(OPERATORS)

/** Operator of a prefix token kind, or undefined. */
export const PREFIX_ROWS: readonly (UnaryOp | undefined)[] = byKind(PREFIX_OPERATORS)

/** Operator of an assignment token kind, or undefined. */
export const ASSIGN_ROWS: readonly (AssignOp | undefined)[] = byKind(ASSIGN_OPERATORS)

/** Precedence of a token kind as infix operator; 0 for none. */
export const PRECEDENCES: Uint8Array = Uint8Array.from(TOKEN_ROWS, (_, kind) => OPERATOR_ROWS[kind]?.precedence ?? 0)

/** Precedence of a binary operator of the tree. */
export const BINARY_PRECEDENCES: Readonly<Record<BinaryOp, number>> = Object.fromEntries(
  Object.values(OPERATORS)
    .filter((row) => row.node !== 'range' && row.node !== 'is' && row.node !== 'as')
    .map((row) => [row.node, row.precedence]),
) as Record<BinaryOp, number>

function byKind<V>(table: Partial<Record<TokenName, V>>): readonly (V | undefined)[] {
  const rows: (V | undefined)[] = TOKEN_ROWS.map(() => undefined)
  for (const [name, value] of Object.entries(table) as [TokenName, V][]) rows[T[name] as TokenKind] = value
  return rows
}
