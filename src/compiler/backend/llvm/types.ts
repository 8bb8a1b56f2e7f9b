/**
 * MIR types in LLVM. A dynamic value is two values of type i64, tag and payload; as a result it is `{ i64, i64 }`.
 */
import { MACHINE, type MachineType, abiRow } from "../../../runtime/abi.ts"
import type { Type } from "../../mir/ir.ts"
import { carrierOf } from "../object-layout.ts"

/** The LLVM types that carry a value: none, one, or tag and payload. */
export function carriers(type: Type): readonly string[] {
  switch (carrierOf(type)) {
    case "unit":
      return []
    case "i64":
      return ["i64"]
    case "f64":
      return ["double"]
    case "bool":
      return ["i1"]
    case "pointer":
      return ["ptr"]
    case "any":
      return ["i64", "i64"]
  }
}

/** Result type of a function of the program. */
export function resultType(type: Type): string {
  const parts = carriers(type)
  return parts.length === 0 ? "void" : parts.length === 2 ? "{ i64, i64 }" : (parts[0] as string)
}

/** C passes a bool as an int. */
function inC(part: string): string {
  return part === "i1" ? "i32" : part
}

function ofMachine(type: MachineType): readonly string[] {
  switch (type) {
    case "void":
      return []
    case "i32":
    case "i64":
      return [type]
    case "f64":
      return ["double"]
    case "ptr":
      return ["ptr"]
    case "any":
      return ["i64", "i64"]
  }
}

/** The `declare` of a runtime function, without its name: result type and parameter types. Null if there is none. */
export function runtimeSignature(symbol: string): { readonly result: string; readonly params: readonly string[]; readonly attributes: string } | null {
  const row = abiRow(symbol)
  if (row !== undefined) {
    const result = resultType(row.result)
    return { result: inC(result), params: row.params.flatMap(([, type]) => carriers(type).map(inC)), attributes: row.never === true ? "nounwind cold" : "nounwind" }
  }
  if (!Object.hasOwn(MACHINE, symbol)) return null
  const machine = MACHINE[symbol as keyof typeof MACHINE]
  const parts = ofMachine(machine.result)
  const noreturn = "noreturn" in machine && machine.noreturn
  return { result: parts.length === 0 ? "void" : parts.length === 2 ? "{ i64, i64 }" : (parts[0] as string), params: machine.params.flatMap(([, type]) => ofMachine(type)), attributes: noreturn ? "nounwind noreturn cold" : "nounwind" }
}

/** A target: its triple and data layout. */
export interface Target {
  readonly triple: string
  readonly dataLayout: string
}

/** The targets. */
export const TARGETS = {
  "x86_64-linux": { triple: "x86_64-unknown-linux-gnu", dataLayout: "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128" },
  "aarch64-linux": { triple: "aarch64-unknown-linux-gnu", dataLayout: "e-m:e-p270:32:32-p271:32:32-p272:64:64-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32" },
} as const satisfies Record<string, Target>

/** Name of a target. */
export type TargetName = keyof typeof TARGETS

/** WebAssembly, for LLVM in the browser. Its host knows the program's error sites, so the text holds none. */
export const WASM32: Target = { triple: "wasm32-unknown-wasip1", dataLayout: "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20" }
