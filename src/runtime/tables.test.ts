import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { OPS } from "../compiler/mir/ops.ts"
import { FIRST_USER_CLASS } from "../compiler/mir/ir.ts"
import { ABI, abiRow } from "./abi.ts"
import { abiHeader } from "./build/abi-header.ts"
import { unicodeHeader } from "./build/unicode-header.ts"
import { CLASSES } from "./classes.ts"
import { FUNCTIONS, INSTANCE_METHODS, LIBRARY, type LibraryBox, type LibraryMember, type LibraryOverload, libraryBox, libraryFunction, libraryMethod, libraryMethodArities, UNIVERSAL } from "./prelude.ts"
import { TRAPS } from "./traps.ts"

function native(name: string): string {
  return readFileSync(fileURLToPath(new URL(`native/${name}`, import.meta.url)), "utf8")
}

const RESULTS: { readonly [type: string]: readonly string[] } = {
  i64: ["Integer"], f64: ["Float"], bool: ["Bool"], str: ["String"], arr: ["Array"], map: ["Map"], unit: ["Void"],
}
const PARAMS: { readonly [type: string]: readonly string[] } = {
  i64: ["Integer"], f64: ["Number", "Float"], bool: ["Bool"], str: ["String"], arr: ["Array"], map: ["Map"],
}

function checkMember(where: string, member: LibraryMember | LibraryOverload, receiver: boolean, arity: number | "*"): string[] {
  const problems: string[] = []
  const code = member.impl
  if ("op" in code) {
    if (!Object.hasOwn(OPS, code.op)) problems.push(`${where}: no operation ${code.op}`)
    return problems
  }
  if (arity !== "*" && !("params" in member && member.params.length === arity)) problems.push(`${where}: ${member.params.length} parameter types`)
  if (!("abi" in code)) return problems
  const row = abiRow(code.abi)
  if (row === undefined) return [`${where}: no ABI row ${code.abi}`]
  const fixed = (receiver ? 1 : 0) + (code.prefix?.length ?? 0)
  if (code.pack === true) {
    if (row.params.length !== fixed + 1 || row.params[fixed]?.[1] !== "arr") problems.push(`${where}: packs into ${code.abi}`)
  } else if (arity !== "*") {
    if (row.params.length !== fixed + arity) problems.push(`${where}: ${code.abi} takes ${row.params.length}`)
    member.params.forEach((type, i) => {
      const expected = row.params[fixed + i]?.[1]
      if (expected === undefined || expected === "any" || expected === "obj") return
      const names = PARAMS[expected] ?? [`Box:${expected.slice(4, -1)}`]
      if (!names.includes(type)) problems.push(`${where}: parameter ${i} is ${type}, ${code.abi} takes ${expected}`)
    })
  }
  if (row.result !== "any" && row.result !== "obj") {
    const names = RESULTS[row.result] ?? [`Box:${row.result.slice(4, -1)}`]
    if (!names.includes(member.result)) problems.push(`${where}: result ${member.result}, ${code.abi} gives ${row.result}`)
  }
  return problems
}

function checkTable(where: string, table: { readonly [key: string]: LibraryMember }, receiver: boolean): string[] {
  const problems: string[] = []
  for (const [key, member] of Object.entries(table)) {
    const text = key.slice(key.lastIndexOf("/") + 1)
    const arity = text === "*" ? "*" : Number(text)
    problems.push(...checkMember(`${where} ${key}`, member, receiver, arity))
    for (const overload of member.overloads ?? []) problems.push(...checkMember(`${where} ${key} overload`, overload, receiver, arity))
    if (member.doc === "") problems.push(`${where} ${key}: no documentation`)
  }
  return problems
}

describe("generated headers", () => {
  test("hk_abi.gen.h is fresh", () => {
    expect(native("hk_abi.gen.h")).toBe(abiHeader())
  })

  test("hk_unicode.gen.h is fresh on an engine of its version", () => {
    const version = process.versions["unicode"] ?? ""
    const text = native("hk_unicode.gen.h")
    if (text.includes(`Unicode ${version}.`)) expect(text).toBe(unicodeHeader(version))
    else expect(text).toMatch(/Unicode \d+\.\d+\./)
  })
})

describe("tables", () => {
  test("class numbers and error numbers are unique", () => {
    const ids = Object.values(CLASSES).map((row) => row.id).filter((id) => id > 0)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.max(...ids)).toBeLessThan(FIRST_USER_CLASS)
    const codes = Object.values(TRAPS).map((row) => row.code)
    expect(codes).toEqual(codes.map((_, i) => i + 1))
  })

  test("rows that never return fail; any results are not marked borrowed", () => {
    for (const [name, row] of Object.entries(ABI)) {
      if ("never" in row) expect(row.fails, name).toBe(true)
      for (const param of row.params) expect(param.length, name).toBe(3)
    }
  })

  test("every library row fits the function that carries it out", () => {
    const problems: string[] = []
    for (const [name, row] of Object.entries(LIBRARY)) {
      const box: LibraryBox = row
      if (!Object.hasOwn(CLASSES, name)) problems.push(`${name} has no class`)
      problems.push(...checkTable(name, box.methods, box.stateless !== true))
      if (box.fields !== undefined) for (const [field, member] of Object.entries(box.fields)) problems.push(...checkMember(`${name}.${field}`, member, true, 0))
      for (const [arity, member] of Object.entries(box.constructors)) problems.push(...checkMember(`new ${name}/${arity}`, member, false, arity === "*" ? "*" : Number(arity)))
      for (const [alias, target] of Object.entries(box.aliases ?? {})) {
        if (libraryMethodArities(name, target).length === 0 && libraryMethod(name, target, 0) === undefined) problems.push(`${name}: alias ${alias} of nothing`)
      }
    }
    problems.push(...checkTable("function", FUNCTIONS, false), ...checkTable("universal", UNIVERSAL, true), ...checkTable("instance", INSTANCE_METHODS, true))
    expect(problems).toEqual([])
  })
})

describe("looking up", () => {
  test("methods by name, arity and alias", () => {
    expect(libraryMethod("StringBox", "find", 2)?.key).toBe("indexOf/2")
    expect(libraryMethod("StringBox", "indexOf", 3)).toBeUndefined()
    expect(libraryMethod("StringBox", "constructor", 0)).toBeUndefined()
    expect(libraryMethodArities("StringBox", "substring")).toEqual([1, 2])
    expect(libraryMethod("ConsoleBox", "println", 1)?.key).toBe("log/1")
    expect(libraryBox("toString")).toBeUndefined()
  })

  test("functions, static calls and constructors", () => {
    expect(libraryFunction("print", 1)?.key).toBe("print/1")
    expect(libraryFunction("print", 3)?.key).toBe("print/*")
    expect(libraryFunction("MathBox.sqrt", 1)?.key).toBe("MathBox.sqrt/1")
    expect(libraryFunction("ArrayBox.push", 1)).toBeUndefined()
    expect(libraryFunction("new ArrayBox", 7)?.key).toBe("new ArrayBox/7")
    expect(libraryFunction("new MapBox", 1)).toBeUndefined()
  })
})
