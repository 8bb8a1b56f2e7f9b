/**
 * The generator: a seed to a program. It knows the language's rules, but neither the compiler nor what a program should print.
 *
 * Every program is accepted by the checker, ends by itself, prints what it computes, and has no cycle of strong references.
 */
import { policyOf, ProgramWriter } from "./generate/program.ts"
import { Random } from "./random.ts"

/** The program of a seed. */
export function generate(seed: number): string {
  const random = new Random(seed)
  return new ProgramWriter(random, policyOf(random)).program()
}
