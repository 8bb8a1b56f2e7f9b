/**
 * The architecture, checked: which folder may import which, what only one file may touch, how large a file may grow, how things are named.
 *
 * The one idea: the arrows are a table; every import of every file is looked up in it. A file belongs to the row with the longest
 * matching folder, may import from its own row and from the rows or files it lists. `type` imports count: a layer that needs
 * another's types depends on it.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { describe, expect, it } from "vitest"

const SRC = import.meta.dirname

/** Folder to what it may import: folders, files without their extension, or `folder/*` for the files directly in a folder. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "compiler/base": [],
  "compiler/diagnostics": ["compiler/base"],
  // The ABI speaks of values by their MIR types and of calls by their MIR effects: data, no code.
  runtime: ["compiler/base", "compiler/mir/ir", "compiler/mir/ops"],
  "compiler/syntax": ["compiler/base", "compiler/diagnostics"],
  "compiler/check": ["compiler/syntax", "compiler/diagnostics", "compiler/base", "runtime/prelude", "runtime/prelude-source", "runtime/classes", "runtime/traps"],
  "compiler/mir": ["runtime", "compiler/base"],
  "compiler/lower": ["compiler/check", "compiler/syntax/ast", "compiler/mir", "runtime", "compiler/diagnostics", "compiler/base"],
  "compiler/opt": ["compiler/mir", "runtime", "compiler/base"],
  "compiler/backend": ["compiler/mir", "runtime", "compiler/base"],
  "compiler/backend/vm": ["compiler/backend/*", "compiler/backend/object-layout", "compiler/mir", "runtime", "compiler/base"],
  "compiler/backend/wasm": ["compiler/backend/*", "compiler/backend/object-layout", "compiler/mir", "runtime", "compiler/base"],
  "compiler/backend/tiered": ["compiler/backend/*", "compiler/backend/object-layout", "compiler/backend/vm", "compiler/backend/wasm", "compiler/mir", "runtime", "compiler/base"],
  "compiler/backend/llvm": ["compiler/backend/*", "compiler/backend/object-layout", "compiler/mir", "runtime", "compiler/base"],
  "compiler/driver": ["compiler", "runtime"],
  // Pure: what measurements say. The command line and the page measure and show.
  compare: [],
  "compare/engines": ["llvm", "compare", "compiler/driver", "compiler/backend", "compiler/base"],
  // Pure: what a program draws, and pixels for hosts that have no canvas.
  canvas: [],
  protocol: ["compare/*", "compiler/base", "compiler/diagnostics", "compiler/driver/views", "compiler/driver/options"],
  debug: ["canvas/commands", "compiler/driver", "compiler/backend", "compiler/syntax", "compiler/mir/ir", "runtime", "protocol", "compiler/diagnostics", "compiler/base"],
  worker: ["llvm", "debug", "canvas/commands", "compare", "compiler/driver", "compiler/backend", "compiler/mir/ir", "runtime", "protocol", "compiler/diagnostics", "compiler/base"],
  // LLVM compiled to WebAssembly: a system for it in memory, its commands, and what a program needs besides the binary.
  llvm: ["compiler/backend", "compiler/mir/ir", "compiler/base"],
  native: ["canvas", "compare/*", "compiler/driver", "compiler/backend", "runtime", "setup", "compiler/base"],
  cli: ["debug", "canvas", "compare", "native", "compiler/driver", "compiler/backend", "runtime", "protocol", "compiler/diagnostics", "compiler/base"],
  // The table of processes is for the storm that kills them.
  server: ["native", "setup/processes", "compiler/driver", "compiler/backend", "runtime", "protocol", "compiler/diagnostics", "compiler/base"],
  app: ["compare/*", "protocol", "compiler/base", "compiler/diagnostics", "examples", "tour", "compiler/syntax/tokens", "runtime/prelude", "compiler/driver/views", "compiler/driver/options", "worker"],
  examples: [],
  tour: [],
  conformance: ["canvas", "llvm", "native", "setup", "compiler/driver", "compiler/backend", "runtime", "runtime/build", "compiler/diagnostics", "compiler/base", "cli", "examples", "tour"],
  fuzz: ["conformance", "compiler/driver", "compiler/backend", "compiler/opt", "compiler/mir", "compiler/syntax", "runtime", "compiler/base"],
  bench: ["llvm", "native", "conformance", "fuzz/reference", "compare", "compiler/driver", "compiler/backend", "compiler/syntax", "compiler/check", "runtime", "compiler/diagnostics", "compiler/base", "examples", "setup"],
  build: [],
  setup: ["build"],
  "runtime/build": ["runtime", "compiler/mir/ir", "compiler/backend/llvm/types", "llvm", "setup", "build"],
}

/** Packages (and Node's own modules, as `node:`) to the folders or files that may import them. Those not named are for tests and tools. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@jridgewell/sourcemap-codec": ["compiler/driver/source-map"],
  "node:": ["cli", "server", "native", "build", "setup", "runtime/build", "conformance", "fuzz", "bench"],
  binaryen: ["runtime/build/shrink"],
  "monaco-editor": ["app/editor"],
  react: ["app"],
  "react-dom": ["app"],
  "react-resizable-panels": ["app"],
  zustand: ["app"],
  "idb-keyval": ["app"],
  fflate: ["app", "protocol", "canvas/png"],
  hono: ["server"],
  "@hono/node-server": ["server"],
  valibot: ["server/requests"],
  pg: ["server/postgres-snippets"],
  "@redis/client": ["server/rates"],
  "rate-limiter-flexible": ["server/rates"],
  vite: ["build", "setup"],
  "fast-check": ["setup/fixed-seed"],
  "@yowasp/clang": ["runtime/build"],
  "playwright-core": ["bench"],
}

/** Text that may stand only in some places. */
const RESTRICTED: readonly { readonly what: RegExp; readonly inside: string; readonly except: readonly string[] }[] = [
  { what: /\bprocess\.env\b/, inside: "", except: ["cli/main", "server/main", "setup", "build", "runtime/build", "bench", "fuzz/main"] },
  { what: /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bperformance\.now\b/, inside: "compiler", except: [] },
  { what: /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bperformance\.now\b/, inside: "runtime", except: ["runtime/build"] },
  { what: /\b(document|window|navigator|localStorage|process)\.|\bconsole\./, inside: "compiler", except: [] },
  { what: /\b(document|window|navigator|localStorage|process)\.|\bconsole\./, inside: "runtime", except: ["runtime/build"] },
]

const LONGEST_FILE = 900
/** Tables and pure data declarations, which are read by looking up and not from top to bottom. */
const TABLES = new Set([
  "compiler/diagnostics/catalog.ts",
  "compiler/mir/ops.ts",
  "compiler/syntax/ast.ts",
  "compiler/syntax/nodes.ts",
  "runtime/abi.ts",
  "runtime/prelude.ts",
  "app/messages/en.ts",
  "tour/en.ts",
  "tour/lessons.ts",
])

const BANNED_WORDS = new Set(["util", "utils", "helper", "helpers", "common", "misc", "manager", "new", "old", "legacy", "compat", "final", "temp", "tmp", "impl"])

interface SourceFile {
  /** Path below `src`, with `/`. */
  readonly path: string
  readonly text: string
}

const isScript = (path: string) => /\.tsx?$/.test(path)
/** Tests and the benchmarks beside the code they measure, which may use what a host may. */
const isTest = (path: string) => /(\.test\.tsx?|\/bench\.ts)$/.test(path) || path.startsWith("conformance/")
const isGenerated = (path: string) => /\.gen\.\w+$/.test(path)
const isIn = (path: string, place: string) => place === "" || path === place || path.startsWith(`${place}/`) || path.replace(/\.\w+$/, "") === place
const rowOf = (path: string) => Object.keys(ARROWS).filter((folder) => isIn(path, folder)).sort((a, b) => b.length - a.length)[0]
/** Whether an arrow to `place` covers the file `target`. The runtime's build scripts are no part of the runtime. */
const reaches = (place: string, target: string) =>
  place.endsWith("/*") ? dirname(target) === place.slice(0, -2) : isIn(target, place) && (place === "runtime/build" || rowOf(target) !== "runtime/build")
/** Source without comments; strings stay. Good enough for searching, not for parsing. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1")

const IMPORT = /(?:^|[;\n])\s*(?:import|export)\s+(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|new URL\(\s*["'](\.[^"']+\.tsx?)["']/g

function importsOf(file: SourceFile): string[] {
  return [...withoutComments(file.text).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "")
}

function arrowProblems(file: SourceFile): string[] {
  const row = rowOf(file.path)
  if (row === undefined) return file.path.includes("/") ? [`${file.path}: its folder is in no row of the table`] : []
  const test = isTest(file.path)
  const problems: string[] = []
  for (const specifier of importsOf(file)) {
    const bare = specifier.replace(/[?#].*$/, "")
    if (bare.startsWith(".")) {
      const target = normalize(join(dirname(file.path), bare)).replaceAll("\\", "/")
      if (target.startsWith("..") || rowOf(target) === row) continue
      if ((ARROWS[row] ?? []).some((place) => reaches(place, target))) continue
      // A test may build its input with the stages before the one it tests.
      if (test && isIn(file.path, "compiler") && (isIn(target, "compiler") || isIn(target, "runtime") || isIn(target, "examples"))) continue
      if (test && isIn(file.path, "runtime") && isIn(target, "runtime/build")) continue
      // What the page makes of a compiled program is tested on compiled programs.
      if (test && isIn(file.path, "app") && isIn(target, "compiler/driver")) continue
      if (test && (isIn(target, "conformance") || isIn(target, "setup"))) continue
      problems.push(`${file.path} imports ${target}: no arrow from ${row}`)
    } else {
      const name = bare.startsWith("node:") ? "node:" : bare.split("/").slice(0, bare.startsWith("@") ? 2 : 1).join("/")
      if (test) continue
      if (!(PACKAGES[name] ?? []).some((place) => isIn(file.path, place))) problems.push(`${file.path} imports ${bare}: not for ${row}`)
    }
  }
  return problems
}

function restrictionProblems(file: SourceFile): string[] {
  if (isTest(file.path)) return []
  const text = withoutComments(file.text).replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
  return RESTRICTED.filter((rule) => isIn(file.path, rule.inside) && !rule.except.some((place) => isIn(file.path, place))).flatMap((rule) => {
    const found = rule.what.exec(text)
    return found === null ? [] : [`${file.path} uses ${found[0]}, which only ${rule.except.join(", ") || "hosts"} may`]
  })
}

const wordsOf = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/)

function nameProblems(file: SourceFile): string[] {
  const names = [file.path, ...[...withoutComments(file.text).matchAll(/^export (?:async )?(?:const|let|function\*?|class|interface|type) ([\w$]+)/gm)].map((match) => match[1] ?? "")]
  return names.flatMap((name) => {
    // `new` is a word of the language, so the compiler has names for it.
    const banned = wordsOf(name).find((word) => BANNED_WORDS.has(word) && !(word === "new" && isIn(file.path, "compiler")))
    return banned === undefined ? [] : [`${file.path}: "${banned}" in the name ${name}`]
  })
}

function sizeProblems(file: SourceFile): string[] {
  if (isGenerated(file.path) || TABLES.has(file.path)) return []
  const lines = file.text.split("\n").length
  return lines > LONGEST_FILE ? [`${file.path} has ${lines} lines; at most ${LONGEST_FILE}: look for the second concept in it`] : []
}

const names = (readdirSync(SRC, { recursive: true }) as string[]).map((name) => name.replaceAll("\\", "/")).sort()
const files: readonly SourceFile[] = names.filter((name) => /\.(tsx?|mjs|c|h|css)$/.test(name)).map((path) => ({ path, text: readFileSync(join(SRC, path), "utf8") }))
const scripts = files.filter((file) => isScript(file.path))

const planted = (path: string, text: string): SourceFile => ({ path, text })

describe("the architecture", () => {
  it("has only the arrows of its table", () => {
    expect(scripts.flatMap(arrowProblems)).toEqual([])
  })

  it("keeps environment, clock, random numbers and output in the hosts", () => {
    expect(scripts.flatMap(restrictionProblems)).toEqual([])
  })

  it("has no file that hides two concepts", () => {
    expect(files.flatMap(sizeProblems)).toEqual([])
  })

  it("names things by what they are", () => {
    expect(scripts.filter((file) => !file.path.endsWith("layers.test.ts")).flatMap(nameProblems)).toEqual([])
  })
})

describe("the check of the architecture", () => {
  it.each([
    ["compiler/mir/verify.ts", 'import { run } from "../backend/vm/engine.ts"'],
    ["compiler/mir/verify.ts", 'import type { Engine } from "../backend/backend.ts"'],
    ["compiler/backend/vm/select.ts", 'import { lower } from "../wasm/lower.ts"'],
    ["compiler/lower/expr.ts", 'import { parse } from "../syntax/parser/expr.ts"'],
    ["compiler/check/infer.ts", 'import { ABI } from "../../runtime/abi.ts"'],
    ["compiler/check/infer.ts", 'export { ABI } from "../../runtime/abi.ts"'],
    ["app/panes/Console.tsx", 'const m = await import("../../compiler/driver/compile.ts")'],
    ["app/panes/Console.tsx", 'import * as monaco from "monaco-editor/editor"'],
    ["compiler/opt/gvn.ts", 'import binaryen from "binaryen"'],
    ["compiler/opt/gvn.ts", 'import { readFileSync } from "node:fs"'],
    ["nowhere/at-all.ts", 'import { x } from "../compiler/base/bug.ts"'],
  ])("finds a planted arrow: %s %s", (path, text) => {
    expect(arrowProblems(planted(path, text))).toHaveLength(1)
  })

  it.each([
    ["compiler/lower/expr.ts", 'import type { Expr } from "../syntax/ast.ts"\nimport { x } from "./stmt.ts"'],
    ["compiler/driver/compile.ts", 'import { parse } from "../syntax/parser/module.ts"'],
    ["compiler/opt/gvn.test.ts", 'import { it } from "vitest"\nimport { parse } from "../syntax/parser/module.ts"'],
    ["app/model/state.ts", 'import { VIEWS } from "../../compiler/driver/views.ts"'],
    ["compiler/mir/ir.ts", '// import { x } from "../backend/vm/engine.ts"\n/* import { y } from "node:fs" */'],
  ])("lets %s be", (path, text) => {
    expect(arrowProblems(planted(path, text))).toEqual([])
  })

  it("finds planted text, names and sizes", () => {
    expect(restrictionProblems(planted("compiler/opt/gvn.ts", "const now = Date.now()"))).toHaveLength(1)
    expect(restrictionProblems(planted("app/App.tsx", "process.env.MODE"))).toHaveLength(1)
    expect(restrictionProblems(planted("compiler/opt/gvn.ts", "console.log(1)"))).toHaveLength(1)
    expect(restrictionProblems(planted("compiler/opt/gvn.ts", 'emit("console.log") // Date.now()'))).toEqual([])
    expect(restrictionProblems(planted("cli/main.ts", "process.env.MODE"))).toEqual([])
    expect(nameProblems(planted("compiler/opt/gvn-utils.ts", ""))).toHaveLength(1)
    expect(nameProblems(planted("compiler/opt/gvn.ts", "export function passHelper() {}"))).toHaveLength(1)
    expect(nameProblems(planted("compiler/opt/gvn.ts", "export function renewal() {}"))).toEqual([])
    expect(sizeProblems(planted("compiler/opt/gvn.ts", "\n".repeat(901)))).toHaveLength(1)
    expect(sizeProblems(planted("compiler/opt/gvn.gen.ts", "\n".repeat(901)))).toEqual([])
  })
})
