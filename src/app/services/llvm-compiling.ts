/** Compiles by LLVM in the browser: the compiler worker makes LLVM IR of the program, the LLVM worker makes WebAssembly of that. */
import type { CompilerRequests } from "../../protocol/worker.ts"
import { compiler } from "./compiling.ts"
import { buildWithLlvm } from "./llvm.ts"

/** The program ready to run, as the compiler worker answers for its own engines. Rejects with LlvmStopped if it is stopped. */
export async function compileWithLlvm(input: CompilerRequests["llvm"]["in"]): Promise<CompilerRequests["compile"]["out"]> {
  const { order, ...rest } = await compiler().request("llvm", input)
  if (order === null) return { ...rest, program: null }
  const { program, times } = await buildWithLlvm(order)
  return { ...rest, program, times: [...rest.times, ...times] }
}
