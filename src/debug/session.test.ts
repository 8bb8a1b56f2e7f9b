import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import type { BreakpointState, DebugEvent, DebugMove, DebugStop, ShownValue, ShownWatch } from "../protocol/debug.ts"
import { debugImage } from "./image.ts"
import { DebugSession } from "./session.ts"

let machine: WebAssembly.Module
beforeAll(async () => {
  machine = await WebAssembly.compile(readFileSync(fileURLToPath(new URL("../../dist/runtime/vm.wasm", import.meta.url))))
})

/** A session that is driven like the page drives it. */
class Driver {
  readonly session: DebugSession
  readonly events: DebugEvent[] = []
  clock = 1000

  constructor(source: string, options: { readonly stdin?: string; readonly budget?: number; readonly breathe?: () => void } = {}) {
    const compilation = compile([{ name: "main.hako", text: source }], { optimise: 0, points: true })
    expect(compilation.diagnostics.map(({ diagnostic }) => diagnostic.message)).toEqual([])
    const host = { now: () => this.clock++, seed: () => 7n, report: (event: DebugEvent) => void this.events.push(event), breathe: async () => options.breathe?.() }
    this.session = new DebugSession(machine, debugImage(compilation), options.stdin ?? "", host, options.budget)
  }

  get stop(): DebugStop {
    const found = this.events.findLast((event) => event.type === "stopped")
    if (found?.type !== "stopped") throw new Error("it has not stopped")
    return found.stop
  }

  /** Everything the page shows of the output. */
  get output(): string {
    let shown = ""
    for (const event of this.events) {
      if (event.type !== "output") continue
      shown = (event.isWhole ? "" : shown) + event.chunks.map(({ text }) => text).join("")
    }
    return shown
  }

  get breakpoints(): readonly BreakpointState[] {
    const found = this.events.findLast((event) => event.type === "breakpoints")
    return found?.type === "breakpoints" ? found.breakpoints : []
  }

  break(...lines: (number | [number, string])[]): void {
    this.session.setBreakpoints(lines.map((one) => (typeof one === "number" ? { file: "main.hako", line: one, condition: "" } : { file: "main.hako", line: one[0], condition: one[1] })))
  }

  watch(...texts: string[]): readonly ShownWatch[] {
    this.session.setWatches(texts, 0)
    const found = this.events.findLast((event) => event.type === "watches")
    return found?.type === "watches" ? found.watches : []
  }

  parts(value: ShownValue | undefined): Record<string, string> {
    this.session.expand(value?.ref ?? -1)
    const found = this.events.findLast((event) => event.type === "parts")
    return found?.type === "parts" ? Object.fromEntries(found.parts.map((part) => [part.name, part.line])) : {}
  }

  /** Where it stands: reason, line and the variables of the innermost frame. */
  get here(): string {
    const { reason, frames } = this.stop
    const frame = frames[0]
    return `${reason} ${frame === undefined ? "-" : `${frame.function}:${frame.line}`} ${(frame?.variables ?? []).map(({ name, line }) => `${name}=${line}`).join(" ")}`.trim()
  }

  async moves(...moves: DebugMove[]): Promise<string[]> {
    const places: string[] = []
    for (const move of moves) {
      await this.session.move(move)
      places.push(this.here)
    }
    return places
  }
}

const COUNTING = `function twice(n) {
  local m = n * 2
  return m
}
local total = 0
local i = 0
loop(i < 3) {
  total = total + twice(i)
  i = i + 1
}
print(total)
`

describe("stepping", () => {
  it("goes into, over and out of calls, and shows what variables hold", async () => {
    const driver = new Driver(COUNTING)
    await driver.session.start(true)
    expect(driver.here).toBe("entry main:5")
    expect(await driver.moves("over", "over", "over")).toEqual(["step main:6 total=0", "step main:7 i=0 total=0", "step main:8 i=0 total=0"])
    expect(await driver.moves("into", "over", "out")).toEqual(["step twice:2 n=0", "step twice:3 m=0 n=0", "step main:9 i=0 total=0"])
    expect(driver.stop.frames).toHaveLength(1)
    await driver.moves("over", "over", "into")
    expect(driver.stop.frames.map((frame) => `${frame.function}:${frame.line}`)).toEqual(["twice:2", "main:8"])
    expect(driver.stop.frames[1]?.variables.map(({ name, line }) => `${name}=${line}`)).toEqual(["i=1", "total=0"])
    expect((await driver.moves("continue"))[0]).toBe("end -")
    expect(driver.stop.exitCode).toBe(0)
    expect(driver.output).toBe("6\n")
  })

  it("goes back the way it came, exactly", async () => {
    const driver = new Driver(COUNTING)
    await driver.session.start(true)
    const way = [driver.here]
    for (let n = 0; n < 30 && driver.stop.reason !== "end"; n++) way.push(...(await driver.moves("over")))
    expect(way.at(-1)).toBe("end -")
    const back: string[] = []
    while (driver.stop.time > 1) back.push(...(await driver.moves("back")))
    const places = (list: string[]): string[] => list.map((place) => place.replace(/^\w+ /, ""))
    expect(places(back)).toEqual(places(way.slice(0, -1)).reverse())
    expect(driver.output).toBe("")
    expect(await driver.moves("back")).toEqual(["oldest main:5"])
    await driver.moves("continue")
    expect(driver.output).toBe("6\n")
  })
})

describe("breakpoints", () => {
  it("stop forwards and backwards, on the next line with code", async () => {
    const driver = new Driver(COUNTING)
    driver.break(1, 10, 99)
    expect(driver.breakpoints.map(({ at }) => at)).toEqual([2, 11, null])
    await driver.session.start(false)
    expect(driver.here).toBe("breakpoint twice:2 n=0")
    expect(await driver.moves("continue", "continue", "continue")).toEqual(["breakpoint twice:2 n=1", "breakpoint twice:2 n=2", "breakpoint main:11 i=3 total=6"])
    expect(await driver.moves("runBack", "runBack", "runBack", "runBack")).toEqual(["breakpoint twice:2 n=2", "breakpoint twice:2 n=1", "breakpoint twice:2 n=0", "oldest main:5"])
  })

  it("with a condition stop where it holds, and a wrong one says so and lets the program run", async () => {
    const driver = new Driver(COUNTING)
    driver.break([2, "n == 1"], [3, "n +"], [8, "missing > 1"])
    expect(driver.breakpoints[1]?.problem).toBeTruthy()
    await driver.session.start(false)
    expect(driver.here).toBe("breakpoint twice:2 n=1")
    expect(driver.breakpoints[2]?.problem).toBe("no variable `missing` is in sight here")
    expect(await driver.moves("continue")).toEqual(["end -"])
    expect(await driver.moves("runBack")).toEqual(["breakpoint twice:2 n=1"])
  })
})

describe("values", () => {
  const SOURCE = `box P { x: IntegerBox  name: StringBox  birth(x, name) { me.x = x  me.name = name } }
enum Shape { Dot, Circle(r) }
global limit = 10
local list = [1, 2.5, "three", null, true]
local map = %{ "a" => 1, "b" => [2, 3] }
local p = new P(7, "seven")
local shape = Shape::Circle(2)
local count = 0
local add = fn(n) { count = count + n  return count }
add(5)
print(count)
`

  it("are shown in one line, with their parts and types", async () => {
    const driver = new Driver(SOURCE)
    driver.break(11)
    await driver.session.start(false)
    const variables = driver.stop.frames[0]?.variables ?? []
    expect(Object.fromEntries(variables.map(({ name, line }) => [name, line]))).toEqual({
      list: '[1, 2.5, "three", null, true]',
      map: '{a: 1, b: [2, 3]}',
      p: 'P { x: 7, name: "seven" }',
      shape: "Shape::Circle(2)",
      count: "5",
      add: "fn/1",
    })
    const named = (name: string): ShownValue | undefined => variables.find((variable) => variable.name === name)
    expect(driver.parts(named("p"))).toEqual({ x: "7", name: '"seven"' })
    expect(driver.parts(named("map"))).toEqual({ a: "1", b: "[2, 3]" })
    expect(driver.parts(named("add"))).toEqual({ count: "5" })
    expect(driver.stop.globals.map(({ name, line }) => `${name}=${line}`)).toEqual(["limit=10"])
    const watches = driver.watch("p.x * 2 + limit", 'map["b"][1]', "list[9]", 'p.name + "!"', "print(1)", "p.y", "count > 4 and p.x == 7", "local q = 1")
    expect(watches.map(({ value, problem }) => value?.line ?? problem)).toEqual(["24", "3", "null", '"seven!"', expect.stringContaining("calls are not made"), "P has no field `y`", "true", expect.stringContaining("only an expression")])
  })
})

describe("an uncaught error", () => {
  it("shows every variable in sight, also those that are not used any more", async () => {
    const driver = new Driver("local list = [1, [2, 3]]\nlocal text = \"a\" + list.length()\nprint(text)\nprint(10 / (list.length() - 2))\n")
    await driver.session.start(true)
    expect(await driver.moves("continue")).toEqual(['error main:4 text="a2" list=[1, [2, 3]]'])
  })

  it("stops at the moment it was raised, with every frame, and can be walked back from", async () => {
    const driver = new Driver(`function risky(list, n) {
  local found = list[n]
  return found / (n - 2)
}
local data = [10, 20, 30]
local sum = 0
for n in 0..5 {
  sum = sum + risky(data, n)
}
`)
    await driver.session.start(false)
    expect(driver.here).toBe("error risky:3 found=30 n=2 list=[10, 20, 30]")
    expect(driver.stop.error?.kind).toBe("DivisionByZero")
    expect(driver.stop.frames.map((frame) => `${frame.function}:${frame.line}`)).toEqual(["risky:3", "main:8"])
    expect(driver.stop.frames[1]?.variables.map(({ name, line }) => `${name}=${line}`)).toEqual(["n=2", "sum=-25", "data=[10, 20, 30]"])
    expect(await driver.moves("back", "back", "back")).toEqual(["step risky:3 found=30 n=2 list=[10, 20, 30]", "step risky:2 n=2 list=[10, 20, 30]", "step main:8 n=2 sum=-25 data=[10, 20, 30]"])
    expect((await driver.moves("continue"))[0]).toMatch(/^error risky:3/)
  })
})

describe("the world", () => {
  it("is seen once: input, clock and random numbers are the same on the way back", async () => {
    const driver = new Driver(`local console = new ConsoleBox()
local a = console.readLine()
local t = new TimeBox().now()
local r = new RandomBox().randInt(0, 1000000)
print(a + t + r)
local b = console.readLine()
print(b)
`, { stdin: "given\n" })
    driver.break(5)
    await driver.session.start(false)
    const first = driver.here
    await driver.moves("continue")
    expect(driver.stop.reason).toBe("input")
    expect(driver.stop.frames[0]?.line).toBe(6)
    const output = driver.output
    expect(output).toMatch(/^given/)
    await driver.session.input("typed")
    expect(driver.stop.reason).toBe("end")
    expect(driver.output).toBe(`${output}typed\n`)
    expect((await driver.moves("runBack"))[0]).toBe(first)
    expect(driver.output).toBe("")
    await driver.moves("continue")
    expect(driver.stop.reason).toBe("end")
    expect(driver.output).toBe(`${output}typed\n`)
  })

  it("a stop inside a method that the runtime calls back can be left both ways", async () => {
    const driver = new Driver(`box P {
  n: IntegerBox
  birth(n) { me.n = n }
  str() {
    local text = "P" + me.n
    return text
  }
}
print("start")
print(new P(3))
print("end")
`)
    driver.break(5)
    await driver.session.start(false)
    expect(driver.here).toBe("breakpoint P.str:5 me=P { n: 3 }")
    expect(driver.output).toBe("start\n")
    expect(driver.stop.frames.map((frame) => frame.function)).toEqual(["P.str", "main"])
    expect((await driver.moves("over"))[0]).toBe('step P.str:6 text="P3" me=P { n: 3 }')
    expect((await driver.moves("back"))[0]).toBe("step P.str:5 me=P { n: 3 }")
    expect((await driver.moves("out"))[0]).toBe("step main:11")
    expect((await driver.moves("continue"))[0]).toBe("end -")
    expect(driver.output).toBe("start\nP3\nend\n")
  })
})

describe("long runs", () => {
  const LOOP = `local i = 0
local keep = []
loop(i < 2000000) {
  i = i + 1
  if i % 2000 == 0 { keep.push("item " + i) }
}
print(i)
`

  it("can be paused, and say how far back they can go once snapshots are dropped", async () => {
    let turns = 0
    const driver: Driver = new Driver(LOOP, { budget: 400_000, breathe: () => {
      if (++turns === 1) driver.session.pause()
    } })
    await driver.session.start(false)
    expect(driver.stop.reason).toBe("pause")
    const paused = driver.here
    await driver.moves("over", "back")
    expect(driver.here.replace(/^\w+ /, "")).toBe(paused.replace(/^\w+ /, ""))
    await driver.moves("continue")
    expect(driver.stop.reason).toBe("end")
    expect(driver.stop.oldest).toBeGreaterThan(1)
    await driver.moves("runBack")
    expect(driver.stop.reason).toBe("oldest")
    expect(driver.stop.time).toBe(driver.stop.oldest)
    await driver.moves("continue")
    expect(driver.output).toBe("2000000\n")
  })
})
