import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { findLlvm } from "../setup/tools.ts"
import { buildExecutable, type ExecutableOptions, ToolError } from "./executable.ts"
import { assemblyOf, buildProgram, findToolchain, ownTarget } from "./program.ts"

const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))
const target = ownTarget()
const folder = mkdtempSync(join(tmpdir(), "hako-executable-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ready = target !== null && findLlvm() !== null && existsSync(join(RUNTIME, target.split("-")[0] as string, "runtime.o"))

async function build(text: string, name: string, options: Partial<ExecutableOptions> = {}): Promise<string> {
  const out = join(folder, name)
  const own = target ?? "x86_64-linux"
  await buildProgram(compile([{ name: "main.hako", text }], { optimise: 1 }), out, findToolchain(RUNTIME, own), { target: own, level: "O2", strip: true, ...options })
  return out
}

describe.skipIf(!ready)("an executable", () => {
  it("is small, prints, and asks for no interpreter or library", async () => {
    const out = await build('print("Hello")', "hello")
    expect(statSync(out).size).toBeLessThan(65_536)
    expect(spawnSync(out, { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "Hello\n", stderr: "" })
    expect(readFileSync(out).includes("ld-linux")).toBe(false)
  })

  it("is the same for the same program, wherever it is built", async () => {
    const text = 'static box Main { main() { local m = %{"a" => 1.5}\n print(m.get("a") * 2) } }'
    const first = readFileSync(await build(text, "first", { strip: false }))
    const second = readFileSync(await build(text, join("elsewhere", "second"), { strip: false }))
    expect(first.equals(second)).toBe(true)
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["second"])
  })

  it.each(["O0", "O1", "O2", "O3", "Os"] as const)("says at %s where an uncaught error happened, and ends with 1", async (level) => {
    const out = await build("function half(a) {\n  return 10 / a\n}\nprint(half(0))", `trap-${level}`, { level })
    expect(spawnSync(out, { encoding: "utf8" })).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^\[ERROR\] DivisionByZero: Division by zero\n {2}at half \(main\.hako:2:\d+\)\n/) })
  })

  it("ends endless recursion and endless memory with an error", async () => {
    const deep = await build("function deep(n) { return 1 + deep(n + 1) }\nprint(deep(0))", "deep", { level: "O0" })
    expect(spawnSync(deep, { encoding: "utf8" })).toMatchObject({ status: 1, stderr: expect.stringMatching(/^\[ERROR\] StackOverflow: /) })
    const large = await build('local s = "0123456789"\nlocal i = 0\nloop(i < 60) { s = s + s\n i = i + 1 }\nprint(s.length())', "large")
    expect(spawnSync(large, { encoding: "utf8" })).toMatchObject({ status: 1, stderr: expect.stringMatching(/^\[ERROR\] OutOfMemory: /) })
  })

  it("reads arguments and input, and gives its exit code", async () => {
    const out = await build('static box Main { main(args) { local c = new ConsoleBox()\n print(args.join("|") + " " + c.readLine() + " " + c.readLine())\n return 300 } }', "input")
    const long = "x".repeat(200_000)
    expect(spawnSync(out, ["a b", "ü"], { encoding: "utf8", input: `${long}\r\nlast` })).toMatchObject({ status: 300 & 255, stdout: `a b|ü ${long} last\n` })
  })

  it("is not left half made when a tool fails", async () => {
    const own = target ?? "x86_64-linux"
    const out = join(folder, "bad", "program")
    await expect(buildExecutable("this is no IR", out, findToolchain(RUNTIME, own), { target: own, level: "O0", strip: true })).rejects.toThrow(ToolError)
    expect(readdirSync(join(folder, "bad"))).toEqual([])
  })
})

describe.skipIf(!ready)("the assembly text of a program", () => {
  it.each(["x86_64-linux", "aarch64-linux"] as const)("for %s names the functions and can be assembled", async (system) => {
    const compilation = compile([{ name: "main.hako", text: "function twice(n) { return n * 2 }\nprint(twice(4))" }], { optimise: 1 })
    const toolchain = findToolchain(RUNTIME, system)
    const text = await assemblyOf(compilation, toolchain, { target: system, level: "O0" })
    expect(text).toContain('"hako:twice/1":')
    expect(text).not.toContain(".debug")
    const { status, stderr } = spawnSync(toolchain.llvm.clang, ["-c", "-x", "assembler", `--target=${system}-gnu`, "-", "-o", join(folder, `${system}.o`)], { input: text, encoding: "utf8" })
    expect([status, stderr]).toEqual([0, ""])
  })
})

it("cannot be built without the runtime, and says what to do", () => {
  expect(() => findToolchain(join(folder, "nothing"), "x86_64-linux")).toThrow(/LLVM is not installed|npm run build makes it/)
})
