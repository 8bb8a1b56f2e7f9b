import { readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { fuzzFrontEnd } from "./front-end.ts"
import { generate } from "./generate.ts"
import { fuzzImages } from "./images.ts"
import { WAYS } from "./oracles.ts"
import { Judge } from "./pool.ts"
import { shrink } from "./shrink.ts"

const SEEDS = Array.from({ length: 60 }, (_, i) => 7001 + 17 * i)

describe("generated programs", () => {
  const judge = new Judge(120_000)
  afterAll(() => judge.close())

  it("are the same for the same seed", () => {
    expect(generate(5)).toBe(generate(5))
    expect(generate(5)).not.toBe(generate(6))
  })

  it("do the same in every way of running them", { timeout: 600_000 }, async () => {
    const found: string[] = []
    let referenced = 0
    for (const [i, seed] of SEEDS.entries()) {
      const way = WAYS[i % WAYS.length]
      const report = await judge.ask({ seed, text: null, ways: way === undefined ? [] : [way], formatted: i % 5 === 0 })
      if (report === null) found.push(`seed ${seed} does not end`)
      for (const { way: name, detail } of report?.mismatches ?? []) found.push(`seed ${seed}, ${name}: ${detail}`)
      if (report?.isReferenced === true) referenced++
    }
    expect(found).toEqual([])
    expect(referenced).toBeGreaterThan(SEEDS.length * 0.9)
  })

  it("are told apart by the oracles", { timeout: 120_000 }, async () => {
    const leaking = await judge.ask({ seed: 0, text: "local a = []\na.push(a)\nprint(1)\n", ways: [], formatted: false })
    expect(leaking?.mismatches.map((m) => m.detail)).toEqual(["1 objects leaked"])
    const rejected = await judge.ask({ seed: 0, text: "print(nowhere)\n", ways: [], formatted: false })
    expect(rejected?.mismatches.map((m) => m.way)).toEqual(["check"])
  })
})

describe("shrinking", () => {
  it("keeps what the property needs and little else", async () => {
    const text = "local a = 1\nif a > 0 {\n  print(a + 2)\n  print(\"x\" + (7 / 0))\n}\nfunction f(n) { return n }\nprint(f(3))\n"
    const small = await shrink(text, async (next) => /\/ 0\b/.test(next))
    expect(small.trim()).toBe("7 / 0")
  })
})

describe("the interpreter's loader", () => {
  it("refuses every image with a wrong checksum, and comes to an answer for every other", () => {
    const machine = new WebAssembly.Module(readFileSync(new URL("../../dist/runtime/vm.wasm", import.meta.url)))
    const { bytes } = compileVm(compile([{ name: "main.hako", text: generate(3) }], { optimise: 1 }).counted(), { lineOf: () => 1 })
    const { refused, loaded, breaches } = fuzzImages(machine, [bytes], 7, 600)
    expect(breaches).toEqual([])
    expect(refused).toBeGreaterThan(500)
    expect(refused + loaded).toBe(600)
  })
})

describe("the front end", () => {
  it("reads, checks and formats broken texts soon and without throwing", { timeout: 120_000 }, () => {
    const breaches: string[] = []
    const clock = (): number => process.cpuUsage().user / 1000
    fuzzFrontEnd(42, 2000, clock, ({ seed, what, text }) => breaches.push(`${seed}: ${what} ${JSON.stringify(text.slice(0, 200))}`))
    expect(breaches).toEqual([])
  })
})
