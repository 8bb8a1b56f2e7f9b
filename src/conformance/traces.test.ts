/** An error's trace names every call, whatever the level inlines and whichever engine runs the program. */
import { describe, expect, it } from "vitest"
import { compile, type InputFile } from "../compiler/driver/compile.ts"
import { type EngineName, execute } from "./execute.ts"
import { findLlvm } from "../setup/tools.ts"

/** What of a trace is compared: function, line and, where it is not the main file, the file; innermost first. */
async function traceOf(text: string, engine: EngineName, optimise: 0 | 1 | 2, others: readonly InputFile[] = []): Promise<readonly string[]> {
  const compilation = compile([{ name: "main.hako", text }, ...others], { optimise })
  const { result } = await execute(compilation, { stdin: [], args: [] }, engine)
  if (result.kind !== "trap") throw new Error("the program did not fail")
  return result.trace.map((entry) => {
    const { file, line } = compilation.positionOf(entry.origin)
    return `${entry.function}:${line}${file === "main.hako" ? "" : ` ${file}`}`
  })
}

const WAYS: readonly { readonly engine: EngineName; readonly level: 0 | 1 | 2 }[] = [
  ...(["wasm", "vm"] as const).flatMap((engine) => ([0, 1, 2] as const).map((level) => ({ engine, level }))),
  ...(findLlvm() === null ? [] : ([0, 2] as const).map((level) => ({ engine: "aot" as const, level }))),
]

const NESTED = `function inner(n) {
  return 10 / n
}
function middle(n) {
  return inner(n - 1) + 1
}
box Meter {
  read(n) { return middle(n) }
}
static box Main {
  main() {
    local m = new Meter()
    print(m.read(3))
    print(m.read(1))
  }
}
`

const DISPATCHED = `box A { half(n) { return 1 / n } }
box B { half(n) { return 2 / n } }
function all(list, n) {
  for x in list {
    print(x.half(n))
  }
}
all([new A(), new B()], 1)
all([new B(), new A()], 0)
`

const RECURSIVE = `function down(n) {
  if n == 0 { return 1 / n }
  return down(n - 1) + 1
}
function twice(n) {
  return down(n) * 2
}
print(twice(3))
`

const PASSED_ON = `function fail(n) {
  return 1 / n
}
function between(n) {
  {
    return fail(n)
  } cleanup {
    print("done")
  }
}
between(0)
`

const USING = `using "meter.hako" as M
function read(n) {
  return M.ratio(1, n)
}
print(read(1))
print(read(0))
`

const USED: readonly InputFile[] = [
  { name: "meter.hako", text: 'using "parts/divide.hako" as D\nstatic box Meter {\n  ratio(a, b) {\n    return D.divide(a, b)\n  }\n}\n' },
  { name: "parts/divide.hako", text: "static box Divider {\n  divide(a, b) { return a / b }\n}\n" },
]

describe.each(WAYS)("on $engine at level $level a trace", ({ engine, level }) => {
  it("names the functions that called each other", async () => {
    expect(await traceOf(NESTED, engine, level)).toEqual(["inner:2", "middle:5", "Meter.read:8", "Main.main:14"])
  })

  it("names the method that was chosen at run time", async () => {
    expect(await traceOf(DISPATCHED, engine, level)).toEqual(["B.half:2", "all:5", "main:9"])
  })

  it("names each call of a function that calls itself", async () => {
    expect(await traceOf(RECURSIVE, engine, level)).toEqual(["down:2", "down:3", "down:3", "down:3", "twice:6", "main:8"])
  })

  it("goes through the files of the program", async () => {
    expect(await traceOf(USING, engine, level, USED)).toEqual(["Divider.divide:2 parts/divide.hako", "Meter.ratio:4 meter.hako", "read:3", "main:6"])
  })

  it("goes on where an error is passed on", async () => {
    expect(await traceOf(PASSED_ON, engine, level)).toEqual(["fail:2", "between:6", "main:11"])
  })
})
