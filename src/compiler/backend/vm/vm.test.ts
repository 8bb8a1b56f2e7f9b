import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Interpreter } from "../../mir/interpret.ts"
import type { Module } from "../../mir/ir.ts"
import { parseModule } from "../../mir/parse.ts"
import { printModule } from "../../mir/print.ts"
import { runPipeline } from "../../opt/pipeline.ts"
import { randomModule } from "../../opt/random-mir.ts"
import type { Host, RunResult } from "../backend.ts"
import { compileVm } from "./compile.ts"
import { disassemble } from "./disassemble.ts"
import { runVm } from "./engine.ts"
import { encodeProgram } from "./program.ts"
import { verifyProgram } from "./verify.ts"
import { loadImage } from "./load-image.ts"

const MACHINE = fileURLToPath(new URL("../../../../dist/runtime/vm.wasm", import.meta.url))
const LIMITS = { maxDepth: 1000, maxMemory: 1 << 28, countLeaks: true }

function host(lines: string[] = []): Host {
  return { arguments: [], write: (_stream, bytes) => void lines.push(new TextDecoder().decode(bytes)), readLine: () => null, now: () => 0, seed: () => 1n, clear: () => {} }
}

const compileText = (text: string) => compileVm(parseModule(text), { lineOf: () => 1 })
const code = (text: string): string => disassemble(compileText(text).program).text

const LOOP = `phase counted
define i64 @main() {
bb0:
  %0: i64 = const.i64 0
  %1: i64 = const.i64 1000
  br label bb1(%0, %0)
bb1(%2: i64, %3: i64):
  %4: bool = i64.lt %2, %1
  br %4, label bb2, label bb3
bb2:
  %5: i64 = i64.add %3, %2
  %6: i64 = const.i64 1
  %7: i64 = i64.add %2, %6
  br label bb1(%7, %5)
bb3:
  ret %3
}
`

describe("selection", () => {
  it("keeps a loop's variables in place and closes the loop with its test", () => {
    expect(code(LOOP)).toMatchInlineSnapshot(`
      "main: 0 parameter registers, 5 registers, 7 words
           0  int            r0, 0
           1  int            r1, 0
           2  if.i64.ge.n    r0, 1000, -> 6
        loop 0:
           3  i64.add        r1, r1, r0
           4  i64.add.n      r0, r0, 1
           5  if.i64.lt.n.loop r0, 1000, -> 3
           6  ret            r1
      "
    `)
  })

  it("computes arguments where the callee finds them", () => {
    expect(
      code(`phase counted
define i64 @twice(i64 %0) {
bb0:
  %1: i64 = i64.add %0, %0
  ret %1
}
define i64 @main() {
bb0:
  %0: i64 = const.i64 3
  %1: i64 = const.i64 4
  %2: i64 = i64.mul %0, %1
  %3: i64 = call @twice(%2)
  %4: i64 = i64.sub %3, %1
  ret %4
}
`),
    ).toMatchInlineSnapshot(`
      "twice: 1 parameter register, 4 registers, 2 words
           0  i64.add        r0, r0, r0
           1  ret            r0

      main: 0 parameter registers, 5 registers, 6 words
           0  int            r0, 3
           1  i64.mul.n      r4, r0, 4
           2  call           r0, frame r1, twice
           4  i64.add.n      r0, r0, -4
           5  ret            r0
      "
    `)
  })

  it("exchanges two variables of a loop", () => {
    expect(
      code(`phase counted
define i64 @main() {
bb0:
  %0: i64 = const.i64 1
  %1: i64 = const.i64 2
  br label bb1(%0, %1)
bb1(%2: i64, %3: i64):
  %4: bool = i64.lt %2, %3
  br %4, label bb1(%3, %2), label bb2
bb2:
  ret %2
}
`),
    ).toMatchInlineSnapshot(`
      "main: 0 parameter registers, 6 registers, 8 words
           0  int            r0, 1
           1  int            r1, 2
        loop 0:
           2  if.i64.lt      r0, r1, -> 4
           3  ret            r0
           4  mov            r5, r1
           5  mov            r1, r0
           6  mov            r0, r5
           7  jump.loop      -> 2
      "
    `)
  })
})

/** A module of `random-mir` whose errors are as large as the runtime's, since the runtime writes their traces. */
function randomProgram(seed: number, level: 0 | 1 | 2): Module {
  const module = randomModule(seed)
  const box = module.classes.get("ErrorBox")
  if (box !== undefined) for (let i = 0; i < 32; i++) box.fields.push({ name: `room${i}`, type: "i64", isPublic: false, isHidden: true })
  runPipeline(module, { level })
  return module
}

function interpreted(module: Module): string {
  const outcome = new Interpreter(module).call("main", [])
  return outcome.kind === "value" ? `${Number(BigInt.asIntN(32, outcome.value as bigint))}` : "error"
}

function shown(result: RunResult): string {
  if (result.kind === "trap") return "error"
  return result.leaked === 0 ? `${result.code}` : `${result.code} and a leak of ${result.leaked}`
}

describe.skipIf(!existsSync(MACHINE))("the interpreter", () => {
  const machine = existsSync(MACHINE) ? new WebAssembly.Module(readFileSync(MACHINE)) : (null as unknown as WebAssembly.Module)
  const run = (text: string, limits: Partial<typeof LIMITS> = {}): RunResult => runVm(machine, compileText(text), host(), { ...LIMITS, ...limits })

  it("runs a loop", () => {
    expect(run(LOOP)).toMatchObject({ kind: "exit", code: 499_500, leaked: 0 })
  })

  it.each([0, 1, 2] as const)("computes what MIR means, for random programs at level %i", (level) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const module = randomProgram(seed, level)
        const artifact = compileVm(module, { lineOf: () => 1 })
        expect(verifyProgram(artifact.program)).toBeNull()
        const got = shown(runVm(machine, artifact, host(), LIMITS))
        const want = interpreted(module)
        if (got !== want) throw new Error(`seed ${seed}: got ${got}, want ${want}\n${printModule(module).text}\n${disassemble(artifact.program).text}`)
      }),
      { numRuns: 60 },
    )
  })

  it("moves its stack while it is deep in calls, and keeps values across them", () => {
    const text = `phase counted
define i64 @down(i64 %0) {
bb0:
  %1: i64 = const.i64 0
  %2: bool = i64.eq %0, %1
  br %2, label bb1, label bb2
bb1:
  ret %1
bb2:
  %3: i64 = const.i64 1
  %4: i64 = i64.sub %0, %3
  %5: i64 = call @down(%4)
  %6: i64 = i64.add %5, %0
  ret %6
}
define i64 @main() {
bb0:
  %0: i64 = const.i64 60000
  %1: i64 = call @down(%0)
  ret %1
}
`
    expect(run(text)).toMatchObject({ kind: "exit", code: Number(BigInt.asIntN(32, 60_000n * 60_001n / 2n)) })
  })

  it("ends endless recursion that counts itself with the error of every engine", () => {
    const text = `phase counted
define i64 @down(i64 %0) fails as "Main.down" {
bb0:
  stack.enter -> error bb3
  br label bb1
bb1:
  %1: i64 = call @down(%0) -> error bb2
  br label bb4
bb4:
  stack.leave
  ret %1
bb2:
  stack.leave
  raise
bb3:
  raise
}
define i64 @main() fails {
bb0:
  %0: i64 = const.i64 0
  %1: i64 = call @down(%0) -> error bb1
  br label bb2
bb1:
  raise
bb2:
  ret %1
}
`
    expect(run(text, { maxDepth: 100 })).toMatchObject({ kind: "trap", error: "StackOverflow", message: "vm call stack depth exceeded (max_depth=100, fn=Main.down)" })
  })

  it("refuses a program with any bit changed", () => {
    const { program, sites } = compileText(LOOP)
    const good = encodeProgram(program)
    fc.assert(
      fc.property(fc.nat(good.length * 8 - 1), (bit) => {
        const bytes = good.slice()
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(() => runVm(machine, { program, sites, bytes }, host(), LIMITS)).toThrow(/refuses the program/)
      }),
      { numRuns: 300 },
    )
  })

  it("never loads code whose numbers are out of bounds, even if the checksum fits", () => {
    const { program } = compileVm(randomProgram(7, 1), { lineOf: () => 1 })
    let refused = 0
    fc.assert(
      fc.property(fc.nat(program.code.length - 1), fc.nat(0xffff), (at, value) => {
        const damaged = { ...program, code: program.code.slice() }
        damaged.code[at] = value
        const found = verifyProgram(damaged)
        const answer = loadImage(machine, encodeProgram(damaged))
        // Both checks, the one in TypeScript and the one in C, come to the same end.
        expect(answer === 0).toBe(found === null)
        if (answer !== 0) refused++
      }),
      { numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(100)
  })
})
