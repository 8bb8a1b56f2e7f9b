/**
 * A compiler that has finished when the order returns: runs are deterministic, and the program waits.
 */
import { invariant } from "../../base/bug.ts"
import { type UnitRequest, UnitCompiler } from "./compile.ts"
import type { FinishedUnit, TierCompiler } from "./engine.ts"
import type { TierProgram, VmAddresses } from "./places.ts"

/** See the head of the file. */
export class SynchronousCompiler implements TierCompiler {
  readonly #program: TierProgram
  readonly #clock: () => number
  #compiler: UnitCompiler | null = null
  #finished: FinishedUnit[] = []

  constructor(program: TierProgram, clock: () => number) {
    this.#program = program
    this.#clock = clock
  }

  begin(addresses: VmAddresses): void {
    this.#compiler = new UnitCompiler(this.#program, addresses)
  }

  order(request: UnitRequest): void {
    invariant(this.#compiler !== null, "backend/tiered", "an order came before the addresses")
    const start = this.#clock()
    const unit = this.#compiler.compile(request)
    this.#finished.push({ unit, milliseconds: this.#clock() - start })
  }

  take(): readonly FinishedUnit[] {
    const finished = this.#finished
    this.#finished = []
    return finished
  }

  takeLost(): number {
    return 0
  }
}
