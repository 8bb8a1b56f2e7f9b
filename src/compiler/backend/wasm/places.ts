/**
 * What the lowering asks of the program around the functions that it lowers: addresses, layouts, signatures, error sites, and
 * where variables are. `image.ts` answers for a program that is one module with its data; the tiered engine answers with the
 * addresses of a program that is already running.
 */
import type { AbiRow } from "../../../runtime/abi.ts"
import type { FieldRef, Func, Origin, Type } from "../../mir/ir.ts"
import type { Slot } from "../object-layout.ts"

/** Where one machine part of a variable is. In memory a variable has 8 bytes, pointers and bools zero-extended. */
export type VariablePlace =
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "memory"; readonly address: number }
  /** At an offset from where a pointer in memory points. */
  | { readonly kind: "indirect"; readonly pointer: number; readonly offset: number }

/** See the head of the file. */
export interface ProgramPlaces {
  /** Address of the pointer to the pending error. */
  readonly pendingAddress: number
  /** Address of the greatest depth of calls. */
  readonly depthLimitAddress: number
  /** The counter of calls, 32 bits. */
  readonly depth: VariablePlace
  /** Address of an immortal string with this content. */
  stringAddress(text: string): number
  /** Address of the immortal object of a class. */
  staticAddress(name: string): number
  /** Class number and object size in bytes. */
  classInfo(name: string): { readonly id: number; readonly size: number }
  /** Place of a field. */
  slot(ref: FieldRef): Slot
  /** Type of a variable. */
  globalType(name: string): Type
  /** Place of one part of a variable; dynamic values have two. */
  variable(name: string, part: number): VariablePlace
  /** Row of a runtime function. */
  abi(name: string): AbiRow
  /** What a call of a function of the module needs. */
  functionSignature(name: string): { readonly symbol: string; readonly result: Type; readonly fails: boolean }
  /** Number of an error site, and its line (0 if it has none). */
  site(func: Func, origin: Origin | null): { readonly index: number; readonly line: number }
}
