/**
 * The programs outside npm that parts of the project use, where to find them and which Debian packages bring them.
 *
 * The one idea: a tool is a row: how to find it, what to install for it, what it is for. Finding only looks at the file
 * system, so that a look at all rows takes milliseconds.
 *
 * Left to others: installing (`setup.ts`).
 */
import { accessSync, constants, existsSync, readdirSync } from "node:fs"
import { join } from "node:path"

/** One installed LLVM: absolute paths of its programs. */
export interface Llvm {
  readonly version: number
  readonly clang: string
  readonly lld: string
  readonly opt: string
  readonly llc: string
  readonly lli: string
  readonly llvmLink: string
  readonly llvmAs: string
  readonly llvmDis: string
}

/** LLVM versions that are accepted, the preferred one first. */
export const LLVM_VERSIONS = [22, 19, 16] as const

/** A tool of the table. */
export type ToolName = "llvm" | "chromium" | "qemu" | "bubblewrap" | "postgresql" | "redis"

interface Tool {
  /** What it is for, as a phrase after "needed for". */
  readonly purpose: string
  /** Where it is, or null. */
  readonly find: () => string | null
  /** Debian packages that bring it, one list an alternative, the preferred one first. */
  readonly packages: readonly (readonly string[])[]
}

/** Absolute path of a program on the search path, or null. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(":")) {
    if (folder === "" || folder.includes("node_modules")) continue
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** The best complete LLVM on this machine, or null. Complete means: compiler, linker, tools and the sanitizer runtime. */
export function findLlvm(): Llvm | null {
  for (const version of LLVM_VERSIONS) {
    const bin = `/usr/lib/llvm-${version}/bin`
    const llvm: Llvm = {
      version,
      clang: join(bin, "clang"),
      lld: join(bin, "ld.lld"),
      opt: join(bin, "opt"),
      llc: join(bin, "llc"),
      lli: join(bin, "lli"),
      llvmLink: join(bin, "llvm-link"),
      llvmAs: join(bin, "llvm-as"),
      llvmDis: join(bin, "llvm-dis"),
    }
    const programs = Object.values(llvm).filter((value) => typeof value === "string")
    const sanitizers = join(`/usr/lib/llvm-${version}/lib/clang/${version}/lib/linux`)
    if (programs.every((path) => existsSync(path)) && existsSync(sanitizers)) return llvm
  }
  return null
}

/** Path of a Chromium that the operating system brings, or null. */
export function findChromium(): string | null {
  for (const name of ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]) {
    const path = findProgram(name)
    if (path !== null) return path
  }
  return null
}

const POSTGRES_FOLDERS = "/usr/lib/postgresql"

/** Folder of PostgreSQL's programs, or null. */
export function findPostgres(): string | null {
  const versions = existsSync(POSTGRES_FOLDERS) ? readdirSync(POSTGRES_FOLDERS).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => join(POSTGRES_FOLDERS, version, "bin")).find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
  return found ?? null
}

/** Path of the Redis server or of one that speaks its language, or null. */
export function findRedis(): string | null {
  return findProgram("redis-server") ?? findProgram("valkey-server")
}

/** The table. */
export const TOOLS: Record<ToolName, Tool> = {
  llvm: {
    purpose: "the C runtime's tests under sanitizers and for native code",
    find: () => findLlvm()?.clang ?? null,
    packages: LLVM_VERSIONS.map((version) => [`clang-${version}`, `lld-${version}`, `llvm-${version}`, `libclang-rt-${version}-dev`]),
  },
  chromium: {
    purpose: "the tests of the page",
    find: findChromium,
    // A minimal system has no font at all, and text without a font has no size.
    packages: [["chromium", "fonts-dejavu-core"]],
  },
  qemu: {
    purpose: "running AArch64 programs in tests",
    find: () => findProgram("qemu-aarch64-static"),
    packages: [["qemu-user-static"]],
  },
  bubblewrap: {
    purpose: "running programs in a sandbox",
    find: () => findProgram("bwrap"),
    packages: [["bubblewrap"]],
  },
  postgresql: {
    purpose: "the tests of the store that several servers share",
    find: findPostgres,
    packages: [["postgresql"]],
  },
  redis: {
    purpose: "the tests of rates that several servers share",
    find: findRedis,
    packages: [["redis-server"], ["valkey-server"]],
  },
}
