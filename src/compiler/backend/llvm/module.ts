/**
 * A counted MIR module to LLVM IR text for a target: static data, functions, entry, declarations, debug metadata.
 *
 * The text is checked before it is given away: nothing in it can assemble, link or load anything by itself.
 */
import { invariant } from "../../base/bug.ts"
import type { SourceFile } from "../../base/source.ts"
import type { Module, Origin } from "../../mir/ir.ts"
import { type Carrier, carrierOf, IMMORTAL, isNullable, TAG } from "../object-layout.ts"
import { DebugInfo } from "./debug-info.ts"
import { functionName, type Line, type LlvmContext, lowerFunction } from "./lower.ts"
import { encodeBytes, metadataString, quoted } from "./names.ts"
import type { ErrorSite } from "../sites.ts"
import { Statics, variableName } from "./statics.ts"
import { carriers, resultType, runtimeSignature, TARGETS, type TargetName, WASM32 } from "./types.ts"

/** How to lower. */
export interface LlvmOptions {
  readonly target: TargetName | "wasm32"
  readonly sources: readonly SourceFile[]
  /** Leaves positions and variables out, for a text that people read. */
  readonly withoutDebug?: boolean
  /** Names functions that must not be copied into others; none if it is not given. */
  readonly isApart?: (name: string) => boolean
  /** Names variables that own nothing; none if it is not given. */
  readonly isSlot?: (name: string) => boolean
}

/** LLVM IR with links into the source, and the places that error traces name. */
export interface LlvmText {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly origin: Origin }[]
  readonly sites: readonly ErrorSite[]
}

const INTRINSICS: Readonly<Record<string, string>> = {
  "llvm.fabs.f64": "double @llvm.fabs.f64(double)",
  "llvm.sqrt.f64": "double @llvm.sqrt.f64(double)",
  "llvm.floor.f64": "double @llvm.floor.f64(double)",
  "llvm.ceil.f64": "double @llvm.ceil.f64(double)",
  "llvm.trunc.f64": "double @llvm.trunc.f64(double)",
  "llvm.dbg.declare": "void @llvm.dbg.declare(metadata, metadata, metadata)",
  "llvm.fptosi.sat.i64.f64": "i64 @llvm.fptosi.sat.i64.f64(double)",
}

/** Reference counts, written once and inlined everywhere. */
const COUNTING: Readonly<Record<string, readonly string[]>> = {
  "hk.retain": [
    "define internal void @hk.retain(ptr %p) alwaysinline nounwind {",
    "  %n = load i32, ptr %p, COUNT",
    `  %mortal = icmp ult i32 %n, ${IMMORTAL}`,
    "  br i1 %mortal, label %count, label %done",
    "count:",
    "  %m = add i32 %n, 1",
    "  store i32 %m, ptr %p, COUNT",
    "  br label %done",
    "done:",
    "  ret void",
    "}",
  ],
  "hk.release": [
    "define internal void @hk.release(ptr %p) alwaysinline nounwind {",
    "  %n = load i32, ptr %p, COUNT",
    "  %below = sub i32 %n, 2",
    `  %shared = icmp ult i32 %below, ${IMMORTAL - 2}`,
    "  br i1 %shared, label %count, label %last",
    "count:",
    "  %m = sub i32 %n, 1",
    "  store i32 %m, ptr %p, COUNT",
    "  ret void",
    "last:",
    "  call void @hk_release(ptr %p)",
    "  ret void",
    "}",
  ],
}

function guarded(name: string, params: string, test: string, pointer: string, plain: string): string[] {
  return [`define internal void @${name}(${params}) alwaysinline nounwind {`, `  %is = ${test}`, "  br i1 %is, label %count, label %done", "count:", ...(pointer === "%p" ? [] : [`  %p = ${pointer}`]), `  call void @${plain}(ptr %p)`, "  br label %done", "done:", "  ret void", "}"]
}

/** Lowers a module. */
export function lowerToLlvm(module: Module, options: LlvmOptions): LlvmText {
  const isWasm = options.target === "wasm32"
  const target = options.target === "wasm32" ? WASM32 : TARGETS[options.target]
  const statics = new Statics(module)
  const debug = new DebugInfo(options.sources, statics, isWasm || options.withoutDebug === true ? "none" : module.points === undefined ? "lines" : "variables")
  const used = new Set<string>(["hk_init", "hk_finish", "hk_uncaught"])
  const context: LlvmContext = {
    statics,
    debug,
    // Functions that nothing else may call all end up in `main`, and the back end for WebAssembly takes quadratic time over it.
    isApart: (func) => options.isApart?.(func.name) === true,
    linkage: isWasm ? "hidden " : "internal ",
    use: (symbol) => {
      used.add(symbol)
    },
    lineOf: (origin) => options.sources[origin.file]?.lines.lineOf(origin.start) ?? 0,
  }
  const functions: Line[][] = []
  for (const func of module.funcs.values()) functions.push(lowerFunction(func, context))
  const entry = [...entryLines(module, debug, isWasm), ...(isWasm ? ["", ...teardownLines(statics, options.isSlot ?? (() => false))] : [])]
  if (isWasm) for (const symbol of ["hk_heap_start", "hk_release", "hk_release_any"]) used.add(symbol)
  const data = statics.finish()

  const counting: string[] = []
  for (const op of ["retain", "release"]) {
    const any = used.has(`hk.${op}.any`)
    const opt = used.has(`hk.${op}.opt`)
    if (!any && !opt && !used.has(`hk.${op}`)) continue
    counting.push(...(COUNTING[`hk.${op}`] as readonly string[]).map((line) => line.replace("COUNT", debug.access("count"))), "")
    if (op === "release") used.add("hk_release")
    if (opt) counting.push(...guarded(`hk.${op}.opt`, "ptr %p", "icmp ne ptr %p, null", "%p", `hk.${op}`), "")
    if (any) counting.push(...guarded(`hk.${op}.any`, "i64 %tag, i64 %bits", `icmp eq i64 %tag, ${TAG.ref}`, "inttoptr i64 %bits to ptr", `hk.${op}`), "")
  }
  const declares: string[] = []
  for (const symbol of [...used].sort()) {
    if (symbol.startsWith("hk.")) continue
    const intrinsic = INTRINSICS[symbol]
    if (intrinsic !== undefined) declares.push(`declare ${intrinsic}`)
    else {
      const signature = runtimeSignature(symbol)
      invariant(signature !== null, "backend/llvm", `no runtime function ${symbol}`)
      declares.push(`declare ${signature.result} @${symbol}(${signature.params.join(", ")}) ${signature.attributes}`)
    }
  }
  const lines: Line[] = []
  const plain = (...texts: readonly string[]): void => {
    for (const text of texts) lines.push({ text, origin: null })
  }
  plain(`source_filename = ${quoted(options.sources[0]?.name ?? "program")}`, `target datalayout = "${target.dataLayout}"`, `target triple = "${target.triple}"`, "", ...data.lines, ...(isWasm ? ["@__heap_base = external global i8"] : siteLines(statics.sites, options.sources)), "@hk_pending = external dso_local global ptr", "@hk_depth = external dso_local global i32", "@hk_depth_limit = external dso_local global i32", "")
  for (const func of functions) {
    lines.push(...func)
    plain("")
  }
  plain(...entry.map((line) => line.replace("CLASSES", `ptr ${data.classes}, i32 ${data.count}`)), "", ...callbacks(module), ...counting, ...declares, "", ...debug.lines(), ...(isWasm ? [] : [`!llvm.ident = !{!${debug.lines().length}}`, `!${debug.lines().length} = !{${metadataString("hako")}}`]))
  return assemble(lines, statics.sites)
}

/** The table that the host of a native program reads error traces from: function, file, line (0 if no source shows it), column. */
function siteLines(sites: readonly ErrorSite[], sources: readonly SourceFile[]): string[] {
  const lines: string[] = []
  const texts = new Map<string, string>()
  const text = (value: string): string => {
    let name = texts.get(value)
    if (name === undefined) {
      name = `@site.text.${texts.size}`
      texts.set(value, name)
      const bytes = new TextEncoder().encode(value.replaceAll("\0", "\uFFFD"))
      lines.push(`${name} = private unnamed_addr constant [${bytes.length + 1} x i8] c"${encodeBytes(bytes)}\\00"`)
    }
    return name
  }
  const rows = sites.map(({ function: name, origin }) => {
    const source = origin === null ? undefined : sources[origin.file]
    const at = source === undefined || origin === null ? { line: 0, column: 0 } : source.lines.position(origin.start)
    return `{ ptr, ptr, i32, i32 } { ptr ${text(name)}, ptr ${text(source?.name ?? "")}, i32 ${at.line}, i32 ${at.column} }`
  })
  return [...lines, `@hk_sites = constant [${rows.length} x { ptr, ptr, i32, i32 }] [${rows.join(", ")}]`, `@hk_site_count = constant i32 ${rows.length}`]
}

/** Joins the lines and links each to its origin. */
function assemble(lines: readonly Line[], sites: readonly ErrorSite[]): LlvmText {
  const texts: string[] = []
  const links: { start: number; end: number; origin: Origin }[] = []
  let offset = 0
  for (const { text, origin } of lines) {
    if (origin !== null) links.push({ start: offset + (text.length - text.trimStart().length), end: offset + text.length, origin })
    texts.push(text)
    offset += text.length + 1
  }
  const text = texts.join("\n")
  for (const forbidden of ["module asm", "dependent-libraries", "linker.options"]) invariant(!text.includes(forbidden) || isQuoted(text, forbidden), "backend/llvm", `the text holds ${forbidden}`)
  return { text: `${text}\n`, links, sites }
}

/** True if the words stand only within quotes (as part of a name or a string of the program). */
function isQuoted(text: string, words: string): boolean {
  return !text.replace(/"[^"\n]*"/g, '""').includes(words)
}

/** `hk_main`: sets the runtime up, runs `main`, gives the exit code. */
function entryLines(module: Module, debug: DebugInfo, startsHeap: boolean): string[] {
  const main = module.funcs.get("main")
  invariant(main !== undefined, "backend/llvm", "the module has no main")
  const node = debug.entry("hk_main")
  // Calls without a place would make LLVM drop the places of what it inlines there.
  const at = debug.ofInstruction(node, null)
  const out = [`define i32 @hk_main() nounwind${debug.ofFunction(node)} {`, ...(startsHeap ? ["  call void @hk_heap_start(ptr @__heap_base)"] : []), `  call void @hk_init(CLASSES)${at}`]
  const type = resultType(main.result)
  const name = functionName("main")
  out.push(type === "void" ? `  call void ${name}()${at}` : `  %r = call ${type} ${name}()${at}`)
  const carrier = carrierOf(main.result)
  if (main.fails) {
    if (carrier === "any") out.push("  %t = extractvalue { i64, i64 } %r, 0", `  %failed = icmp eq i64 %t, ${TAG.error}`)
    else if (carrier === "pointer" && !isNullable(main.result)) out.push("  %failed = icmp eq ptr %r, null")
    else out.push(`  %e = load ptr, ptr @hk_pending, ${debug.access("state")}`, "  %failed = icmp ne ptr %e, null")
    out.push("  br i1 %failed, label %uncaught, label %ended", "uncaught:", `  call void @hk_uncaught()${at}`, "  unreachable", "ended:")
  }
  const finish = (tag: string, bits: string): void => {
    out.push(`  %code = call i32 @hk_finish(i64 ${tag}, i64 ${bits})${at}`, "  ret i32 %code", "}")
  }
  switch (carrier) {
    case "unit":
      finish("0", "0")
      break
    case "any":
      out.push("  %tag = extractvalue { i64, i64 } %r, 0", "  %bits = extractvalue { i64, i64 } %r, 1")
      finish("%tag", "%bits")
      break
    case "i64":
      finish(`${TAG.i64}`, "%r")
      break
    case "f64":
      out.push("  %bits = bitcast double %r to i64")
      finish(`${TAG.f64}`, "%bits")
      break
    case "bool":
      out.push("  %bits = zext i1 %r to i64")
      finish(`${TAG.bool}`, "%bits")
      break
    case "pointer":
      out.push("  %null = icmp eq ptr %r, null", `  %tag = select i1 %null, i64 ${TAG.null}, i64 ${TAG.ref}`, "  %bits = ptrtoint ptr %r to i64")
      finish("%tag", "%bits")
      break
  }
  return out
}

/** `hk_teardown`: releases what module variables and immortal objects hold, so that a host can count what is left. */
function teardownLines(statics: Statics, isSlot: (name: string) => boolean): string[] {
  const out: string[] = []
  const release = (carrier: Carrier, places: readonly string[]): void => {
    if (carrier !== "any" && carrier !== "pointer") return
    const type = carrier === "any" ? "i64" : "ptr"
    const values = places.map((place) => {
      const value = `%v${out.length}`
      out.push(`  ${value} = load ${type}, ptr ${place}`)
      return value
    })
    for (const place of places) out.push(`  store ${type} ${carrier === "any" ? "0" : "null"}, ptr ${place}`)
    out.push(`  call void @${carrier === "any" ? "hk_release_any" : "hk_release"}(${values.map((value) => `${type} ${value}`).join(", ")})`)
  }
  for (const [name, def] of statics.module.globals) if (!isSlot(name)) release(carrierOf(def.type), carriers(def.type).map((_, part) => variableName(name, part)))
  for (const [className, object] of statics.objects) {
    for (const field of statics.module.classes.get(className)?.fields ?? []) {
      const { offset, type } = statics.slot({ class: className, field: field.name })
      release(carrierOf(type), carriers(type).map((_, part) => `getelementptr (i8, ptr ${object}, i64 ${offset + part * 8})`))
    }
  }
  return ["define void @hk_teardown() nounwind {", ...out, "  ret void", "}"]
}

/** The callbacks that no class of the program has a method for: they answer null. */
function callbacks(module: Module): string[] {
  const has = (name: string): boolean => [...module.funcs.keys()].some((key) => functionName(key) === `@${name}`)
  const none = (params: string, name: string): string[] => [`define { i64, i64 } @${name}(${params}) nounwind {`, "  ret { i64, i64 } zeroinitializer", "}", ""]
  return [...(has("hk_cb_text") ? [] : none("ptr %object", "hk_cb_text")), ...(has("hk_cb_equals") ? [] : none("ptr %object, i64 %tag, i64 %bits", "hk_cb_equals"))]
}
