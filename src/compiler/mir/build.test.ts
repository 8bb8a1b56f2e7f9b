import { describe, expect, it } from "vitest"
import { FuncBuilder } from "./build.ts"
import { Interpreter } from "./interpret.ts"
import type { Module, Type } from "./ir.ts"
import { parseModule } from "./parse.ts"
import { printFunc } from "./print.ts"
import { verify } from "./verify.ts"

function begin(result: Type, fails = false): { module: Module; b: FuncBuilder } {
  const module = parseModule("class ErrorBox box 64 is ErrorBox {}\ndefine i64 @g(i64 %0) fails {\nbb0:\n  %1: i64 = const.i64 0\n  %2: bool = i64.lt %0, %1\n  br %2, label bb1, label bb2\nbb1:\n  %3: box<ErrorBox> = new ErrorBox\n  err.set %3\n  raise\nbb2:\n  ret %0\n}\n")
  const b = new FuncBuilder(module, { name: "f", result, fails, origin: null, display: "f", synthetic: false })
  module.funcs.set("f", b.func)
  return { module, b }
}

const lines = (text: string): string[] => text.trimEnd().split("\n")

describe("the builder", () => {
  it("makes parameters where different values meet, and only there", () => {
    const { module, b } = begin("i64")
    const cond = b.addParam("bool")
    const x = b.declareVariable("i64", "x")
    const y = b.declareVariable("i64", "y")
    b.writeVariable(x, b.constI64(1n))
    b.writeVariable(y, b.constI64(2n))
    const then = b.createBlock()
    const join = b.createBlock()
    b.branch(cond, then, join)
    b.seal(then)
    b.switchTo(then)
    b.writeVariable(x, b.constI64(3n))
    b.jump(join)
    b.seal(join)
    b.switchTo(join)
    b.ret(b.emit("i64.add", [b.readVariable(x), b.readVariable(y)]))
    const func = b.finish()
    verify(module, "test")
    expect(lines(printFunc(func).text)).toEqual([
      "define i64 @f(bool %0) {",
      "bb0:",
      "  %1: i64 = const.i64 1",
      "  %2: i64 = const.i64 2",
      "  br %0, label bb1, label bb2(%1)",
      "bb1:",
      "  %3: i64 = const.i64 3",
      "  br label bb2(%3)",
      "bb2(%4: i64):",
      "  %5: i64 = i64.add %4, %2",
      "  ret %5",
      "}",
    ])
    expect(func.names.get(func.blocks[2]?.params[0] as never)).toBe("x")
  })

  it("carries variables around loops that are read before they are known", () => {
    const { module, b } = begin("i64")
    const n = b.addParam("i64")
    const i = b.declareVariable("i64")
    const sum = b.declareVariable("i64")
    const kept = b.declareVariable("i64")
    for (const v of [i, sum]) b.writeVariable(v, b.constI64(0n))
    b.writeVariable(kept, n)
    const head = b.createBlock()
    const body = b.createBlock()
    const after = b.createBlock()
    b.jump(head)
    b.switchTo(head)
    b.branch(b.emit("i64.lt", [b.readVariable(i), b.readVariable(kept)]), body, after)
    b.seal(body)
    b.switchTo(body)
    b.writeVariable(sum, b.emit("i64.add", [b.readVariable(sum), b.readVariable(i)]))
    b.writeVariable(i, b.emit("i64.add", [b.readVariable(i), b.constI64(1n)]))
    b.jump(head)
    b.seal(head)
    b.seal(after)
    b.switchTo(after)
    b.ret(b.readVariable(sum))
    const func = b.finish()
    verify(module, "test")
    expect(func.blocks[1]?.params.length).toBe(2)
    expect(new Interpreter(module).call("f", [5n])).toEqual({ kind: "value", value: 10n })
  })

  it("gives variables their earlier values on error edges", () => {
    const { module, b } = begin("i64", true)
    const n = b.addParam("i64")
    const x = b.declareVariable("i64", "x")
    b.writeVariable(x, b.constI64(7n))
    const handler = b.createBlock()
    b.writeVariable(x, b.emitFailing("call", [n], "g", null, handler))
    b.ret(b.readVariable(x))
    b.seal(handler)
    b.switchTo(handler)
    b.emit("err.take", [])
    b.ret(b.readVariable(x))
    b.finish()
    verify(module, "test")
    const machine = new Interpreter(module)
    expect(machine.call("f", [3n])).toEqual({ kind: "value", value: 3n })
    expect(machine.call("f", [-3n])).toEqual({ kind: "value", value: 7n })
  })

  it("drops code that cannot be reached, whatever it reads", () => {
    const { module, b } = begin("i64")
    const x = b.declareVariable("i64")
    b.writeVariable(x, b.constI64(1n))
    b.ret(b.readVariable(x))
    const dead = b.createBlock()
    b.seal(dead)
    b.switchTo(dead)
    b.ret(b.readVariable(x))
    expect(b.finish().blocks.length).toBe(1)
    verify(module, "test")
  })

  it("reads through thousands of joins without deep recursion", () => {
    const { module, b } = begin("i64")
    const cond = b.addParam("bool")
    const x = b.declareVariable("i64")
    b.writeVariable(x, b.constI64(1n))
    for (let k = 0; k < 4_000; k++) {
      const then = b.createBlock()
      const join = b.createBlock()
      b.branch(cond, then, join)
      b.seal(then)
      b.switchTo(then)
      b.jump(join)
      b.seal(join)
      b.switchTo(join)
    }
    b.ret(b.readVariable(x))
    const func = b.finish()
    verify(module, "test")
    expect(func.blocks.every((block) => block.params.length === 0)).toBe(true)
  })

  it("refuses mistakes", () => {
    const { b } = begin("i64")
    const x = b.declareVariable("i64")
    expect(() => b.writeVariable(x, b.constBool(true))).toThrow(/is i64, not bool/)
    expect(() => b.emit("no.such", [])).toThrow(/no operation/)
    b.ret(b.constI64(1n))
    expect(() => b.constI64(1n)).toThrow(/after the end/)
    const sealed = b.createBlock()
    b.seal(sealed)
    b.switchTo(b.createBlock())
    expect(() => b.jump(sealed)).toThrow(/sealed/)
  })
})
