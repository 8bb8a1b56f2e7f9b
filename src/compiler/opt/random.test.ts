import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Interpreter } from "../mir/interpret.ts"
import type { Module } from "../mir/ir.ts"
import { printModule } from "../mir/print.ts"
import { verify } from "../mir/verify.ts"
import { runPass } from "./pass.ts"
import { PASSES, type PassName, runPipeline } from "./pipeline.ts"
import { randomModule } from "./random-mir.ts"

/** What a run of `main` shows; leaks count in phase `counted`. */
function observe(module: Module): string {
  const machine = new Interpreter(module)
  const outcome = machine.call("main", [])
  if (outcome.kind === "value") machine.release(outcome.value)
  if (outcome.kind === "error" && module.phase === "counted") machine.release(outcome.error)
  if (module.phase === "counted" && outcome.kind !== "fatal") {
    machine.clearGlobals()
    if (machine.alive.length > 0) return `leak of ${machine.alive.map((o) => o.class).join()}`
  }
  // Where no handler is left, an error ends the program at once.
  return outcome.kind === "value" ? String(outcome.value) : "error"
}

function holds(seed: number, change: (module: Module) => void): void {
  const module = randomModule(seed)
  verify(module, "random")
  const before = printModule(module).text
  const want = observe(module)
  try {
    change(module)
    expect(observe(module)).toBe(want)
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${before}\n=>\n${printModule(module).text}`)
  }
}

const RUNS = { numRuns: 200 }

describe("random programs", () => {
  for (const name of Object.keys(PASSES) as PassName[]) {
    it(`compute the same after ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => holds(seed, (module) => void runPass(module, name, PASSES[name], { level: 2, verify: true }))),
        RUNS,
      )
    })
  }
  for (const level of [0, 1, 2] as const) {
    it(`compute the same after the pipeline at level ${level}`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => holds(seed, (module) => void runPipeline(module, { level, verify: true }))),
        RUNS,
      )
    })
  }
})
