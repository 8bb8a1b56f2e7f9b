import { describe, expect, it } from "vitest"
import { compile } from "./compile.ts"
import { tracePasses } from "./passes.ts"
import { PIPELINE } from "../opt/pipeline.ts"
import { printFunc } from "../mir/print.ts"

const SOURCE = `
function twice(x) { return x * 2 }
function fact(n) {
  if n < 2 { return 1 }
  return n * fact(n - 1)
}
local i = 0
local sum = 0
loop(i < 10) { sum = sum + twice(i)  i = i + 1 }
print(sum + fact(5))
`

function trace(optimise: 0 | 1 | 2, skip: readonly string[] = []) {
  return tracePasses(compile([{ name: "main.hako", text: SOURCE }], { optimise, skip }), () => 0)
}

describe("the trace of the passes", () => {
  it("lists every step of the level, and ends with what engines get", () => {
    for (const level of [0, 1, 2] as const) {
      const { steps, functions } = trace(level)
      expect(steps.map((step) => step.pass)).toEqual(["typed", ...PIPELINE.filter((row) => row.level <= level).map((row) => row.pass)])
      const compilation = compile([{ name: "main.hako", text: SOURCE }], { optimise: level })
      const lines = compilation.sources.map((source) => source.lines)
      const counted = compilation.counted()
      for (const [name, func] of counted.funcs) expect(functions.find((row) => row.name === name)?.states.at(-1)?.body?.text).toBe(printFunc(func, { lines }).text)
      for (const row of functions) if (!counted.funcs.has(row.name)) expect(row.states.at(-1)?.body).toBeNull()
    }
  })

  it("keeps a state only where a pass changed something, and says which functions those are", () => {
    const { steps, functions } = trace(2)
    for (const { name, states } of functions) {
      expect(states.map((state) => state.step)).toEqual(steps.flatMap((step, at) => (step.changed.includes(name) ? [at] : [])))
      states.slice(1).forEach((state, i) => expect(state.body?.text).not.toBe(states[i]?.body?.text))
    }
  })

  it("lists passes that are left out, which then change nothing", () => {
    const { steps } = trace(2, ["gvn", "rc"])
    expect(steps.map((step) => step.pass)).toEqual(trace(2).steps.map((step) => step.pass))
    for (const step of steps) expect(step.skipped).toBe(step.pass === "gvn")
    expect(steps.find((step) => step.pass === "rc")?.required).toBe(true)
  })

  it("can end early, which leaves out all but required steps", () => {
    const { steps } = tracePasses(compile([{ name: "main.hako", text: SOURCE }], { optimise: 2, steps: 5 }), () => 0)
    for (const step of steps) expect(step.skipped).toBe(!step.required && step.position > 5)
    expect(steps.at(-1)?.position).toBe(PIPELINE.length)
  })

  it("follows blocks through renumbering", () => {
    const { steps, functions } = trace(2)
    const at = steps.findIndex((step) => step.pass === "renumber")
    const main = functions.find((row) => row.name === "main")
    const [before, after] = [main?.states.findLast((state) => state.step < at)?.body?.blocks ?? [], main?.states.find((state) => state.step === at)?.body?.blocks ?? []]
    expect(after.length).toBeGreaterThan(2)
    expect(after.map((block) => block.key)).toEqual(before.map((block) => block.key))
    expect(after.map((block) => block.label)).toEqual(after.map((_, i) => `bb${i}`))
    const keys = new Set(after.map((block) => block.key))
    for (const block of after) for (const edge of block.edges) expect(keys.has(edge.to)).toBe(true)
  })

  it("says why calls are left", () => {
    const { remarks } = trace(2)
    expect(remarks.map(({ remark }) => remark)).toContainEqual({ kind: "recursive", callee: "fact/1" })
    expect(remarks.every(({ remark }) => !("callee" in remark) || remark.callee !== "twice/1")).toBe(true)
  })

  it("says why objects are made and loads repeated", () => {
    const source = `
box Node {
  init { value, next }
  birth(v, n) {
    me.value = v
    me.next = n
  }
}
function chain(n) {
  local list = null
  for i in 0..n { list = new Node(i, list) }
  return list
}
function grow(items, n) {
  local i = 0
  loop(i < items.length()) {
    if items.length() < n { items.push(i) }
    i = i + 1
  }
  return i
}
local items = [1]
print(grow(items, 9))
print(chain(items.length()).value)
`
    const { steps, remarks } = tracePasses(compile([{ name: "main.hako", text: source }], { optimise: 2 }), () => 0)
    const said = (pass: string) => remarks.filter((row) => steps[row.step]?.pass === pass).map(({ remark }) => remark)
    expect(said("sroa")).toContainEqual(expect.objectContaining({ class: "Node" }))
    expect(said("licm")).toContainEqual(expect.objectContaining({ kind: "repeated", what: "length" }))
    for (const { origin } of remarks) expect(origin === null || origin.end > origin.start).toBe(true)
  })

  it("says which accesses need no check of their index, once, by the pass that proved it", () => {
    const source = `
function total(items) {
  local sum = 0
  local i = 0
  loop(i < items.length()) {
    sum = sum + items[i]
    i = i + 1
  }
  return sum
}
local a = [3, 1, 2]
print(total(a))
print(a[total(a)])
`
    const { steps, remarks } = tracePasses(compile([{ name: "main.hako", text: source }], { optimise: 2 }), () => 0)
    const unchecked = remarks.filter(({ remark }) => remark.kind === "unchecked")
    expect(new Set(unchecked.map(({ origin }) => source.slice(origin?.start, origin?.end)))).toEqual(new Set(["items[i]"]))
    for (const { step } of unchecked) expect(steps[step]?.pass).toBe("version-loops")
    expect(new Set(unchecked.map((row) => row.function)).size).toBe(unchecked.length)
  })
})
