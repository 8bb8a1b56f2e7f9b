/**
 * A function between selection and encoding: operations of the VM over virtual registers, in blocks.
 *
 * A virtual register is one machine register or a pair. A *place* names it in an operand: twice the number, plus one for
 * the second word of a pair. Negative places are words of the outgoing frame (`outgoing`), which has fixed registers.
 */
import type { BlockId, Origin, Type } from "../../mir/ir.ts"
import { type VmOp, vmOp } from "./bytecode.ts"

/** A register operand; see the head of the file. */
export type Place = number

/** The place of word `k` of the outgoing arguments. */
export function outgoing(k: number): Place {
  return -1 - k
}

/** The place of one word of a virtual register. */
export function placeOf(register: number, part = 0): Place {
  return register * 2 + part
}

/** The virtual register of a place. */
export function registerOf(place: Place): number {
  return place >> 1
}

/** An operation that makes a constant: its operand n. */
export interface ConstantSource {
  readonly op: "int" | "const" | "str" | "static" | "null"
  readonly n: number
}

/** Where a value is that a debugger looks at: a place, or how to make it again. */
export interface PointHome {
  readonly type: Type
  readonly at: Place | ConstantSource
}

/** One assignment of an edge. */
export interface EdgeMove {
  /** A virtual register. */
  readonly to: number
  readonly from: Place | ConstantSource
}

/** An edge with the assignments that happen on it, as if all at once. */
export interface Edge {
  readonly to: BlockId
  readonly moves: readonly EdgeMove[]
}

/** One instruction. */
export interface Line {
  op: VmOp
  /** Places or numbers, as the row of the operation says. 32-bit operands stand in `b`. */
  a: number
  b: number
  c: number
  /** Arguments of a call of the runtime. */
  readonly args: readonly Place[]
  /** For runtime calls: registers of the result. */
  readonly resultWords: 0 | 1 | 2
  /** Where it goes on failure. */
  readonly edge: Edge | null
  /** Number of the error site, or NO_SITE. */
  readonly site: number
  readonly origin: Origin | null
  /** For `point`: the values of its variables. */
  readonly homes?: readonly PointHome[]
}

/** How a block ends, if not by a returning line. */
export type LineEnd =
  | { readonly kind: "none" }
  | { readonly kind: "jump"; readonly to: Edge }
  /** `line` is the conditional branch that is taken to `then`; its target is still open. */
  | { readonly kind: "branch"; readonly line: Line; readonly then: Edge; readonly otherwise: Edge }
  /** The first of the tests that holds decides. */
  | { readonly kind: "chain"; readonly tests: readonly { readonly line: Line; readonly to: Edge }[]; readonly otherwise: Edge }
  /** The first edge is for values outside of the table. */
  | { readonly kind: "switch"; readonly line: Line; readonly edges: readonly Edge[] }

/** A block. */
export interface LineBlock {
  readonly id: BlockId
  readonly lines: Line[]
  end: LineEnd
  readonly endOrigin: Origin | null
  /** Virtual registers that edges assign. */
  readonly params: readonly number[]
  readonly loopDepth: number
  readonly isHeader: boolean
}

/** A function. */
export interface LineFunction {
  /** In layout order. */
  readonly blocks: readonly LineBlock[]
  /** Words of each virtual register: 1 or 2. */
  readonly widths: readonly (1 | 2)[]
  /** Virtual registers of the parameters. */
  readonly params: readonly number[]
  /** True if a register is needed for the number of the last point. */
  readonly hasPoints: boolean
  /** Most words of outgoing arguments of a call; -1 if nothing is called. */
  readonly outgoing: number
}

/** Calls `visit` for each register operand: the place, whether it is read and written, and its words. */
export function forEachPlace(line: Line, visit: (place: Place, reads: boolean, writes: boolean, words: number) => void): void {
  const { operands, follows } = vmOp(line.op)
  if (follows === "args" || follows === "args+edge") {
    for (const arg of line.args) visit(arg, true, false, 1)
    if (line.resultWords > 0) visit(line.a, false, true, line.resultWords)
    return
  }
  for (const home of line.homes ?? []) if (typeof home.at === "number") visit(home.at, true, false, 1)
  // What is read comes first, so that a result may take the place of an operand.
  for (const pass of ["read", "write"] as const) {
    for (let i = 0; i < 3; i++) {
      const kind = operands[i] ?? "-"
      const place = i === 0 ? line.a : i === 1 ? line.b : line.c
      const lower = kind.toLowerCase()
      if (pass === "read" && (lower === "r" || lower === "m") && kind !== "-") visit(place, true, false, kind === lower ? 1 : 2)
      if (pass === "write" && (lower === "w" || lower === "m")) visit(place, false, true, kind === lower ? 1 : 2)
    }
  }
}

/** All edges of a block, the failure edge first. */
export function lineEdges(block: LineBlock): readonly Edge[] {
  const edges: Edge[] = []
  for (const line of block.lines) if (line.edge !== null) edges.push(line.edge)
  if (block.end.kind === "jump") edges.push(block.end.to)
  else if (block.end.kind === "branch") edges.push(block.end.then, block.end.otherwise)
  else if (block.end.kind === "chain") edges.push(...block.end.tests.map((t) => t.to), block.end.otherwise)
  else if (block.end.kind === "switch") edges.push(...block.end.edges)
  return edges
}

/** The lines that read registers at the end of a block. */
export function endLines(end: LineEnd): readonly Line[] {
  switch (end.kind) {
    case "branch":
    case "switch":
      return [end.line]
    case "chain":
      return end.tests.map((t) => t.line)
    default:
      return []
  }
}
