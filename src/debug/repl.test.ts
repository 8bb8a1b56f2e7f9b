import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import type { ReplAnswer, ReplState } from "../protocol/repl.ts"
import { EMPTY_REPL, MOST_MILLISECONDS, MOST_SEEN, submit } from "./repl.ts"

let machine: WebAssembly.Module
beforeAll(async () => {
  machine = await WebAssembly.compile(readFileSync(fileURLToPath(new URL("../../dist/runtime/vm.wasm", import.meta.url))))
})

class Session {
  state: ReplState = EMPTY_REPL
  readonly lines: string[]
  clock = 100
  /** What the world's clock shows, and by how much it goes on whenever it is looked at, and while a line is typed. */
  time = 0
  tick = 1
  typing = 0
  output = ""
  clears = 0

  constructor(lines: string[] = []) {
    this.lines = lines
  }

  enter(text: string): ReplAnswer {
    this.output = ""
    const answer = submit(machine, this.state, text, {
      write: (_, written) => {
        this.output += written
      },
      clock: () => {
        this.time += this.tick
        return this.time
      },
      readLine: () => {
        this.time += this.typing
        return this.lines.shift() ?? null
      },
      now: () => this.clock++,
      seed: () => BigInt(this.clock++) << 40n,
      clear: () => {
        this.clears++
      },
    })
    if (answer.kind === "done") this.state = answer.state
    return answer
  }

  /** The value of an entry, or what became of it. */
  value(text: string): string | null {
    const answer = this.enter(text)
    return answer.kind === "done" ? answer.value : answer.kind === "wrong" ? (answer.problems[0]?.message ?? "") : answer.kind === "failed" ? answer.error : answer.kind
  }
}

describe("a session", () => {
  it("keeps variables and definitions, and gives the value of an expression", () => {
    const session = new Session()
    expect(session.value("1 + 2")).toBe("3")
    expect(session.value("local list = [1, 2]")).toBeNull()
    expect(session.value("list.push(7)\nlist")).toBe("[1, 2, 7]")
    expect(session.value("function twice(n) { return n * 2 }")).toBeNull()
    expect(session.value("list.map(fn(x) { return twice(x) })")).toBe("[2, 4, 14]")
    expect(session.value("_1 + 1")).toBe("4")
    expect(session.value('print("shown")')).toBeNull()
    expect(session.output).toBe("shown\n")
    expect(session.value('"text"')).toBe("text")
    expect(session.output).toBe("")
  })

  it("never shows or reads anything twice", () => {
    const session = new Session(["first", "second"])
    session.enter("local c = new ConsoleBox()")
    expect(session.value("c.readLine()")).toBe("first")
    session.enter('print("once")\nlocal t = new TimeBox().now()\nlocal r = new RandomBox().randInt(0, 1000000)')
    const before = [session.value("t"), session.value("r")]
    expect(session.value("c.readLine()")).toBe("second")
    expect(session.output).toBe("")
    expect([session.value("t"), session.value("r")]).toEqual(before)
    session.enter("c.clear()")
    session.enter("1")
    expect(session.clears).toBe(1)
  })

  it("is left as it was by an entry that is wrong or fails", () => {
    const session = new Session()
    session.enter("local n = 1")
    expect(session.value("n = 5\nprint(n)\nn / 0")).toBe("DivisionByZero")
    expect(session.output).toBe("5\n")
    expect(session.value("n")).toBe("1")
    expect(session.value("m + 1")).toBe("Undefined variable: m")
    expect(session.enter("local a = )")).toMatchObject({ kind: "wrong", problems: [{ line: 1 }] })
    expect(session.enter("exit(3)")).toEqual({ kind: "exited", code: 3 })
    expect(session.value("n")).toBe("1")
  })

  it("stays the same when its past grows hot and is compiled on the way to a new entry", () => {
    const session = new Session()
    session.enter("function step(n) {\n  if n > 900000 { print(n / (n - 900001)) }\n  return n * 7 % 1000003\n}")
    session.enter("local sum = 0\nlocal i = 0\nloop(i < 30000) {\n  sum = (sum + i % 10) % 1000003\n  i = i + 1\n}\nprint(sum)")
    expect(session.output).toBe("135000\n")
    expect(session.value("sum + i")).toBe("165000")
    expect(session.output).toBe("")
    session.enter("function deep(n) { return n == 0 ? 0 : 1 + deep(n - 1) }")
    expect(session.value("deep(2000)")).toBe("2000")
    expect(session.value("deep(1000000)")).toBe("StackOverflow")
    expect(session.value("sum")).toBe("135000")
  })

  it("waits for the rest of what is incomplete", () => {
    const session = new Session()
    for (const text of ["1 +", "function f(a) {", "function f(a) {\n  return [a,", "if true {", "[1, 2"]) expect(session.enter(text).kind).toBe("incomplete")
    expect(session.value("function f(a) {\n  return [a, a]\n}\nf(2)")).toBe("[2, 2]")
    expect(session.enter("").kind).toBe("done")
  })

  it("lets names be declared again; what came before keeps what it knew", () => {
    const session = new Session()
    session.enter("local x = 1")
    session.enter("function f() { return 10 }")
    session.enter("function g() { return f() + 1 }")
    session.enter("local old = f() + x")
    expect(session.value("local x = 2\nx")).toBe("2")
    session.enter("function f() { return 20 }")
    expect(session.value("[f(), g(), old, x]")).toBe("[20, 11, 11, 2]")
    session.enter('box P { x: IntegerBox  birth(x) { me.x = x } }\nlocal p = new P(1)')
    session.enter('box P { y: StringBox  birth(y) { me.y = y } }')
    expect(session.value('[p.x, new P("new").y]')).toBe("[1, new]")
  })
})

describe("what is repeated", () => {
  it("is bounded in time: an entry that takes too long gives its value and is not kept", () => {
    const session = new Session()
    expect(session.value("local n = 1")).toBeNull()
    session.tick = MOST_MILLISECONDS + 1
    expect(session.enter("n = 7\nn")).toEqual({ kind: "unkept", value: "7", reason: "time", milliseconds: MOST_MILLISECONDS + 1 })
    session.tick = MOST_MILLISECONDS
    expect(session.enter("n")).toMatchObject({ kind: "done", value: "1", milliseconds: MOST_MILLISECONDS })
  })

  it("does not count the time in which a line is typed", () => {
    const session = new Session(["a line"])
    session.typing = MOST_MILLISECONDS * 10
    expect(session.enter("new ConsoleBox().readLine()")).toMatchObject({ kind: "done", value: "a line" })
  })

  it("is bounded in what it reads", () => {
    const session = new Session()
    expect(session.value("local n = 1\nlocal t = new TimeBox()")).toBeNull()
    expect(session.enter(`for i in 0..${MOST_SEEN + 1} { n = t.now() }`)).toMatchObject({ kind: "unkept", reason: "input" })
    expect(session.value("n")).toBe("1")
  })
})
