/** Builds whose tools hang, crash, flood or answer nothing: each has a stated answer, and leaves nothing behind. */
import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findLlvm } from "../setup/tools.ts"
import { type ExecutableOptions, ToolError } from "./executable.ts"
import { buildIsolated, type Isolation, ToolLimitError } from "./isolated.ts"
import { findToolchain, ownTarget } from "./program.ts"
import { findSandbox, hasSandbox, type SandboxLimits } from "./sandbox.ts"

const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))
const llvm = findLlvm()
const ready = ownTarget() === "x86_64-linux" && llvm !== null && hasSandbox() && existsSync(join(RUNTIME, "x86_64", "runtime.o"))
const folder = mkdtempSync(join(tmpdir(), "hako-tools-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Programs that stand in for the compiler, each without any library. */
const TOOLS: Readonly<Record<string, string>> = {
  hangs: "for (;;) __asm__ volatile(\"\");",
  "hangs without work": "for (;;) call(34, 0, 0, 0);",
  crashes: "*(volatile int *)8 = 1;",
  floods: "for (;;) call(1, 1, (word)block, sizeof block);",
  "complains without end and fails": "for (int i = 0; i < 8; i++) call(1, 2, (word)block, sizeof block); call(231, 1, 0, 0);",
  "dies after half of its answer": "call(1, 1, (word)block, 100); call(231, 3, 0, 0);",
  "says nothing": "call(231, 0, 0, 0);",
  "gives no object": "call(1, 1, (word)block, 100); call(231, 0, 0, 0);",
  "takes all memory": "for (;;) { word p = call6(9, 0, 16 << 20, 3, 34, -1, 0); if (p < 0) call(231, 9, 0, 0); for (word i = 0; i < 16 << 20; i += 4096) ((volatile char *)p)[i] = 1; }",
  "starts another process": "if (call(57, 0, 0, 0) != -1) for (;;) call(1, 1, (word)block, 1); call(231, 7, 0, 0);",
}
/** All of them as one program, which looks at the digit its name ends with. */
const SOURCE = `typedef long word;
static char block[65536];
static word call6(word n, word a, word b, word c, word d, word e, word f) {
  register word r10 __asm__("r10") = d; register word r8 __asm__("r8") = e; register word r9 __asm__("r9") = f; word result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
static word call(word n, word a, word b, word c) { return call6(n, a, b, c, 0, 0, 0); }
void start_c(word *stack) {
  const char *name = ((char **)(stack + 1))[0];
  while (name[1]) name++;
  switch (*name) {
${Object.values(TOOLS).map((body, i) => `    case '${i}': ${body} break;`).join("\n")}
  }
}
__asm__(".globl _start; _start: movq %rsp, %rdi; andq $-16, %rsp; call start_c");
`
const pathOf = (name: string): string => `tool${Object.keys(TOOLS).indexOf(name)}`

const limits: SandboxLimits = { wall: 10_000, cpu: 5000, memory: 256 << 20, output: 1 << 20, messages: 4096, disk: 1 << 20 }
const options: ExecutableOptions = { target: "x86_64-linux", level: "O0", strip: true }

describe.skipIf(!ready)("a build whose compiler", () => {
  // The sandbox shows the runtime's folder, so that is where the stand-ins are.
  const runtime = join(folder, "runtime")
  beforeAll(() => {
    mkdirSync(join(runtime, "x86_64"), { recursive: true })
    for (const name of readdirSync(join(RUNTIME, "x86_64"))) writeFileSync(join(runtime, "x86_64", name), readFileSync(join(RUNTIME, "x86_64", name)))
    const tool = join(folder, "tool")
    writeFileSync(`${tool}.c`, SOURCE)
    execFileSync(llvm?.clang ?? "", ["-O1", "-nostdlib", "-static", "-fno-stack-protector", "-fuse-ld=lld", "-Wno-everything", "-fno-builtin", "-mno-sse", `${tool}.c`, "-o", tool])
    for (const name of Object.keys(TOOLS)) copyFileSync(tool, join(runtime, pathOf(name)))
  })

  const build = (name: string, wall: number): Promise<unknown> => {
    const real = findToolchain(RUNTIME, "x86_64-linux")
    const isolation: Isolation = { sandbox: findSandbox(), toolchain: { llvm: { ...real.llvm, clang: `/runtime/${pathOf(name)}` }, runtime }, toolLimits: { ...limits, wall }, programLimits: limits }
    return buildIsolated("; no program is needed\n", isolation, options)
  }
  const processes = (name: string): string[] =>
    readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(`\0/runtime/${pathOf(name)}\0`)
      } catch {
        return false
      }
    })

  it.each(["hangs", "hangs without work", "floods"])("%s needs more than it may have", async (name) => {
    await expect(build(name, 400)).rejects.toThrow(ToolLimitError)
    expect(processes(name)).toEqual([])
  })

  it.each(Object.keys(TOOLS).filter((name) => !["hangs", "hangs without work", "floods"].includes(name)))("%s fails, and nothing of it is taken for a result", async (name) => {
    const error = await build(name, limits.wall).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ToolError)
    expect(error).not.toBeInstanceOf(ToolLimitError)
    expect((error as Error).message.length).toBeLessThan(3000)
    expect(processes(name)).toEqual([])
  })
})
