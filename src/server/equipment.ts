/**
 * Finds out what this machine has and makes the server's parts of it. What is missing is a reason to tell, never a reason not to serve the
 * page.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { findToolchain } from "../native/program.ts"
import { findSandbox, runSandboxed, SandboxError, type SandboxTools } from "../native/sandbox.ts"
import { ToolError, type Toolchain } from "../native/executable.ts"
import { BUILD_TARGETS } from "../protocol/api.ts"
import { ArtifactCache } from "./artifact-cache.ts"
import { type FrontEndCode, FrontEnds, ownFrontEnd } from "./front-end.ts"
import type { Perhaps } from "./health.ts"
import { JobQueue } from "./job-queue.ts"
import { LIMITS } from "./limits.ts"
import { Workshop } from "./workshop.ts"

/** Names everything that has a part in an executable: the compiler's code, LLVM, the runtime. */
function identityOf(code: FrontEndCode, toolchain: Toolchain): string {
  const hash = createHash("sha256")
  for (const name of (readdirSync(code.folder, { recursive: true }) as string[]).sort()) {
    if (/\.(js|ts)$/.test(name) && !/^page[/\\]|\.test\.ts$/.test(name)) hash.update(name).update(readFileSync(join(code.folder, name)))
  }
  for (const target of BUILD_TARGETS) {
    const folder = join(toolchain.runtime, target.split("-")[0] as string)
    for (const name of ["runtime.o", "hot.bc"]) hash.update(readFileSync(join(folder, name)))
  }
  return hash.update(spawnSync(toolchain.llvm.clang, ["--version"], { encoding: "utf8" }).stdout ?? "").digest("hex")
}

/** Starts a program in the sandbox: whether the kernel lets us is known only then. */
async function proveSandbox(sandbox: SandboxTools, toolchain: Toolchain): Promise<void> {
  const end = await runSandboxed(sandbox, {
    profile: "tool",
    command: [toolchain.llvm.lld, "--version"],
    mounts: [{ from: "/usr/lib", to: "/usr/lib" }, ...(existsSync("/usr/lib64") ? [{ from: "/usr/lib64", to: "/usr/lib64" }] : [])],
    files: [],
    folder: "/",
    input: new Uint8Array(),
    limits: { wall: LIMITS.toolWall, cpu: LIMITS.toolCpu, memory: LIMITS.toolMemory, output: LIMITS.toolOutput, messages: LIMITS.toolMessages, disk: LIMITS.toolDisk },
  })
  if (end.verdict.kind !== "exited" || end.verdict.code !== 0) throw new SandboxError(`the linker does not run in the sandbox: ${new TextDecoder().decode(end.stderr).slice(0, 300)}`)
}

/** What a server builds with. */
export interface Equipment {
  readonly workshop: Perhaps<Workshop>
  readonly llvm: number | null
}

/** The workshop of this machine, or why there is none. `runtime` holds a folder for each processor, `cache` what was built. */
export async function equip(runtime: string, cache: string): Promise<Equipment> {
  try {
    const sandbox = findSandbox()
    const [first, ...rest] = BUILD_TARGETS.map((target) => findToolchain(runtime, target))
    if (first === undefined || rest.some((toolchain) => toolchain.runtime !== runtime)) throw new ToolError("there is no target")
    await proveSandbox(sandbox, first)
    const code = ownFrontEnd()
    const queue = new JobQueue({ running: Math.max(1, availableParallelism()), waiting: LIMITS.queue, perClient: LIMITS.queuePerClient, age: LIMITS.queueAge, retryAfter: LIMITS.retryAfter })
    const workshop = new Workshop({ sandbox, toolchain: first, frontEnds: new FrontEnds(sandbox, code), queue, cache: new ArtifactCache(cache, LIMITS.cacheBytes), identity: identityOf(code, first) })
    return { workshop: { value: workshop }, llvm: first.llvm.version }
  } catch (error) {
    if (!(error instanceof ToolError) && !(error instanceof SandboxError) && (error as NodeJS.ErrnoException).code === undefined) throw error
    return { workshop: { missing: reasonFor(error) }, llvm: null }
  }
}

/** A reason that names no path of this machine. */
function reasonFor(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`native programs: ${message}`)
  if (error instanceof SandboxError) return "the server's machine has no working sandbox"
  if (/LLVM is not installed/.test(message)) return "LLVM is not installed on the server"
  if (/the runtime for/.test(message)) return "the runtime for native programs is not built on the server"
  return "the server's machine is not set up for it"
}
