/**
 * Builds the runtime for LLVM in the browser: `runtime.o`, which a program's own object is linked with, and `hot.bc`, the bitcode of the
 * functions worth inlining into it.
 *
 * The one idea: the same as for native programs (`native.ts`), for WebAssembly and with the LLVM that npm brings, so it needs no system
 * package. The tools that cut functions out of bitcode are not among what npm brings; the text form of LLVM IR is plain enough to do it here.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { WASM32 } from "../../compiler/backend/llvm/types.ts"
import { FEATURES } from "../../llvm/build.ts"
import { type CommandResult, runCommand } from "../../llvm/wasi.ts"
import { builtBytes, RUNTIME_FOLDER, RuntimeBuildError, runTool } from "./build.ts"
import { exposed, forInliningOnly, HOT_FUNCTIONS, withoutProcessor } from "./native.ts"
import { COMPILE_FLAGS, hashOf, readSources, WASM_FLAGS } from "./sources.ts"

/** LLVM as npm brings it. */
export const LLVM_BINARY = fileURLToPath(new URL("../../../node_modules/@yowasp/clang/gen/llvm.core.wasm", import.meta.url))

const OPTIMISE: readonly string[] = ["-O2", "-Xclang", "-disable-lifetime-markers"]
const LIBRARIES: readonly string[] = ["-L/usr/lib/wasm32-wasip1", "-L/usr/lib/wasm32-unknown-wasip1", "-lc", "-lclang_rt.builtins"]

/** What a build gives. */
export interface LinkableRuntime {
  readonly folder: string
  readonly hash: string
  /** False if the result of an earlier build still fits. */
  readonly fresh: boolean
}

/** The LLVM IR of some functions; of everything else only what they refer to, as declarations. */
export function extracted(ir: string, wanted: readonly string[]): string {
  const out: string[] = []
  const declarations = new Map<string, string>()
  let inside = false
  for (const line of ir.split("\n")) {
    const defined = /^define .*?@([\w.]+)\(/.exec(line)
    if (defined !== null) {
      inside = wanted.includes(defined[1] as string)
      if (!inside) declarations.set(defined[1] as string, line.replace(/^define /, "declare ").replace(/\s*\{$/, ""))
    }
    const global = /^@([\w.]+) = (.*?\b(?:global|constant) )(.*)$/.exec(line)
    const declared = /^declare .*?@([\w.]+)\(/.exec(line)
    if (inside) out.push(line)
    else if (global !== null) declarations.set(global[1] as string, `@${global[1]} = external ${(global[2] as string).replace(/\b(?:private|internal|unnamed_addr|local_unnamed_addr|external) /g, "")}${leadingType(global[3] as string)}`)
    else if (declared !== null) declarations.set(declared[1] as string, line)
    else if (defined === null && /^(?:target |%|attributes |!)/.test(line)) out.push(line)
    if (line === "}") inside = false
  }
  const used = new Set([...out.join("\n").matchAll(/@([\w.]+)/g)].map(([, name]) => name as string))
  const isDefined = new Set(wanted)
  return [...out.filter((line) => !line.startsWith("!llvm.")), ...[...declarations].filter(([name]) => used.has(name) && !isDefined.has(name)).map(([, text]) => text), ""].join("\n")
}

/** The type that a text begins with. */
function leadingType(text: string): string {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const c = text[at] as string
    if ("[{<(".includes(c)) depth++
    else if ("]}>)".includes(c)) depth--
    else if (depth === 0 && (c === " " || c === ",")) return text.slice(0, at)
  }
  return text
}

/** Builds into `folder` if what is there does not fit the sources. */
export async function buildLinkable(folder: string = join(RUNTIME_FOLDER, "llvm")): Promise<LinkableRuntime> {
  const sources = readSources("hk_all.c")
  const flags = [...OPTIMISE, ...WASM_FLAGS, ...COMPILE_FLAGS]
  const version = readFileSync(fileURLToPath(new URL("../../../node_modules/@yowasp/clang/package.json", import.meta.url)), "utf8").match(/"version": "([^"]+)"/)?.[1] ?? ""
  const hash = hashOf({ ...sources, script: readFileSync(fileURLToPath(import.meta.url), "utf8") }, [...flags, version, ...FEATURES, ...HOT_FUNCTIONS])
  const record = join(folder, "runtime.json")
  if (existsSync(record) && existsSync(join(folder, "runtime.o")) && existsSync(join(folder, "hot.bc")) && readFileSync(record, "utf8") === `${JSON.stringify({ hash })}\n`) return { folder, hash, fresh: false }

  const bitcode = builtBytes(await runTool("clang", [...flags, "-c", "-emit-llvm", "hk_all.c", "-o", "all.bc"], { ...sources }), "all.bc")
  const llvm = new WebAssembly.Module(readFileSync(LLVM_BINARY))
  const convert = (from: string, bytes: Uint8Array, to: string, args: readonly string[]): Uint8Array => {
    const made: CommandResult = runCommand(llvm, ["clang", "-cc1", "-triple", WASM32.triple, ...FEATURES, ...args, "-x", "ir", `/${from}`, "-o", `/${to}`], new Map([[from, bytes]]))
    const result = made.files.get(to)
    if (made.code !== 0 || result === undefined) throw new RuntimeBuildError(`LLVM did not make ${to} of ${from}:\n${made.output}`)
    return result
  }
  const text = new TextDecoder().decode(convert("all.bc", bitcode, "all.ll", ["-emit-llvm", "-disable-llvm-passes"]))
  const ir = exposed(text)
  const encode = (part: string): Uint8Array => new TextEncoder().encode(part)
  // The IR is optimised already: what is left is machine code.
  const object = convert("runtime.ll", encode(withoutProcessor(ir)), "all.o", ["-emit-obj", "-O2", "-disable-llvm-passes", "-ffunction-sections", "-fdata-sections"])
  const linked = builtBytes(await runTool("wasm-ld", ["-r", "all.o", ...LIBRARIES, "-o", "runtime.o"], { "all.o": object }), "runtime.o")
  const hot = convert("hot.ll", encode(forInliningOnly(extracted(withoutProcessor(ir), HOT_FUNCTIONS))), "hot.bc", ["-emit-llvm-bc", "-disable-llvm-passes"])

  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of [["runtime.o", linked], ["hot.bc", hot], ["runtime.json", encode(`${JSON.stringify({ hash })}\n`)]] as const) {
    const unique = join(folder, `${name}.${process.pid}`)
    writeFileSync(unique, bytes)
    renameSync(unique, join(folder, name))
  }
  return { folder, hash, fresh: true }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const start = performance.now()
  const built = await buildLinkable()
  console.log(`${built.folder}: ${built.fresh ? "built" : "up to date"}, ${Math.round(performance.now() - start)} ms`)
}
