/** What debuggers see of executables that were built without optimisation and with symbols. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { findLlvm, findProgram } from "../setup/tools.ts"
import { compileOptionsOf, type ExecutableOptions } from "./executable.ts"
import { buildProgram, findToolchain, ownTarget } from "./program.ts"

const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))
const target = ownTarget() ?? "x86_64-linux"
const llvm = findLlvm()
const ready = ownTarget() !== null && llvm !== null && existsSync(join(RUNTIME, target.split("-")[0] as string, "runtime.o"))
const folder = mkdtempSync(join(tmpdir(), "hako-debugging-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TEXT = `box Point { x: Integer = 1
  scaled(by) {
    local d = me.x * by
    return d
  }
}
function half(n) {
  local mixed = n
  if n > 2 { mixed = n / 2.0 }
  local is = n > 2
  return mixed
}
print(half(7))
print(new Point().scaled(3))
`

async function build(options: Partial<ExecutableOptions>): Promise<string> {
  const all: ExecutableOptions = { target, level: "O0", strip: false, ...options }
  const out = join(folder, `program-${all.level}-${all.strip}`)
  writeFileSync(join(folder, "main.hako"), TEXT)
  await buildProgram(compile([{ name: "main.hako", text: TEXT }], compileOptionsOf(all)), out, findToolchain(RUNTIME, target), all)
  return out
}

function dwarf(out: string, ...args: readonly string[]): string {
  return spawnSync(join(dirname(llvm?.clang ?? ""), "llvm-dwarfdump"), [...args, out], { encoding: "utf8", maxBuffer: 64 << 20 }).stdout
}

/** The entry of a function with its parameters and variables: name, and type. */
function variablesOf(out: string, name: string): string[] {
  const entry = dwarf(out, `--name=${name}`, "--show-children")
  return [...entry.matchAll(/DW_TAG_(formal_parameter|variable)\n(?:.*\n)*?\s+DW_AT_name\s+\("(.*)"\)\n(?:.*\n)*?\s+DW_AT_type\s+\(0x\w+ "(.*)"\)/g)].map((m) => `${m[1] === "variable" ? "local" : "parameter"} ${m[2]}: ${m[3]}`)
}

describe.skipIf(!ready)("an executable to debug", () => {
  it("describes functions, lines, columns, and variables with their types", async () => {
    const out = await build({})
    expect(variablesOf(out, "half").sort()).toEqual(["local is: Bool", "local mixed: Any", "parameter n: Integer"])
    expect(variablesOf(out, "Point.scaled").sort()).toEqual(["local d: Integer", "parameter by: Integer", "parameter me: Point *"])
    const lines = dwarf(out, "--debug-line")
    expect(lines).toContain('name: "main.hako"')
    // Address, line, column: the product.
    expect(lines).toMatch(/^0x\w+\s+3\s+15\s/m)
    expect(dwarf(out, "--verify")).toContain("No errors.")
  })

  it("says nothing of itself when it is stripped, and keeps no variables when it is optimised", async () => {
    expect(dwarf(await build({ strip: true }), "--debug-info")).not.toContain("main.hako")
    expect(dwarf(await build({ level: "O2" }), "--debug-info")).not.toContain("DW_TAG_variable")
  })

  // Without gdb (a package of most systems) what it would read is checked above.
  it.skipIf(findProgram("gdb") === null)("shows the values at a line in gdb", async () => {
    const out = await build({})
    const ran = spawnSync("gdb", ["-q", "-nx", "-batch", "-ex", "break main.hako:4", "-ex", "break main.hako:11", "-ex", "run", "-ex", "print n", "-ex", "print mixed.tag", "-ex", "print is", "-ex", "continue", "-ex", "backtrace", "-ex", "print d", "-ex", "print *me", out], { encoding: "utf8", cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C", HOME: folder } })
    expect(ran.stdout).toMatch(/\$1 = 7\n\$2 = 2\n\$3 = true/)
    expect(ran.stdout).toMatch(/#0 {2}Point\.scaled\S* \(me=0x\w+, by=3\) at main\.hako:4\n#1 .* main \(\) at main\.hako:14/)
    expect(ran.stdout).toMatch(/\$4 = 3\n\$5 = \{x = 1\}/)
  })
})
