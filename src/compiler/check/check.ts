/**
 * Names and static rules: trees → checked program.
 *
 * The one idea: two passes. `declare` finds what the program declares in all files; `resolve` walks the bodies. Both report to
 * one list, which reaches the sink in the order of the text. The result is complete whatever the sink holds, for the editor;
 * lowering takes it only if there is no error.
 */
import type { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import type { CheckedProgram, Entry, SourceUnit } from "./checked.ts"
import { type Declarations, declare, deriveLayout } from "./declare.ts"
import type { Stmt } from "../syntax/ast.ts"
import { Reporter } from "./report.ts"
import { resolve } from "./resolve.ts"
import { type BoxSymbol, type FieldSymbol, type MethodSymbol, methodKey } from "./symbol.ts"

/** Checks a program: the first file and all it uses. */
export function check(files: readonly SourceUnit[], sink: DiagnosticSink): CheckedProgram {
  const report = new Reporter(files)
  const declared = declare(files, report)
  const resolution = resolve(files, declared, report)
  addUndeclaredFields(declared, resolution.looseFields, report)
  const entry = findEntry(declared, report)
  report.flush(sink)
  return {
    files: declared.files,
    entry,
    boxes: declared.boxes,
    enums: declared.enums,
    interfaces: declared.interfaces,
    functions: declared.functions,
    globals: declared.globals,
    used: declared.used,
    script: { statements: declared.statements, routine: resolution.scriptRoutine },
    topLevel: declared.topLevel,
    symbols: declared.symbols,
    targets: resolution.targets,
    patterns: resolution.patterns,
    lambdas: resolution.lambdas,
    usesWeak: resolution.usesWeak,
    usesFini: resolution.usesFini,
    usesTaskScopes: resolution.usesTaskScopes,
    madeStatics: resolution.madeStatics,
  }
}

/** Gives every box the fields that code sets on objects of unknown boxes and that no box declares. */
function addUndeclaredFields(declared: Declarations, loose: ReadonlyMap<string, { readonly file: number; readonly span: FieldSymbol["place"]["span"] } | null>, report: Reporter): void {
  for (const [name, place] of loose) {
    const isKnown = declared.boxes.some((box) => box.fields.has(name) || box.properties.has(name) || box.undeclared.has(name))
    if (isKnown) continue
    if (place !== null) report.add("HK3102", place, [name, "any box"])
    for (const box of declared.boxes) {
      const symbol: FieldSymbol = { kind: "field", name, place: place ?? box.place, box, decl: null, isWeak: false, isPublic: false, isPrivate: false }
      box.undeclared.set(name, symbol)
    }
  }
  for (const box of declared.boxes) if (box.lineage.some((one) => one.undeclared.size > 0)) deriveLayout(box)
}

/** Finds where the program starts (LANGUAGE.md 3.4). */
function findEntry(declared: Declarations, report: Reporter): Entry {
  const entry = chooseEntry(declared, report)
  const ignore = (file: number, statements: readonly Stmt[], shown: string): void => {
    const first = statements.find((stmt) => stmt.kind !== "AttributeStmt" && stmt.kind !== "ErrorStmt")
    if (first !== undefined) report.add("HK3103", { file, span: first.span }, [shown])
  }
  const start = entry.kind === "script" ? (declared.files[0]?.name ?? "") : entry.kind === "method" ? `${entry.box.name}.${entry.method.name}` : entry.symbol.name
  if (entry.kind !== "script") ignore(0, declared.statements, start)
  for (const [file, statements] of declared.idle) ignore(file, statements, start)
  return entry
}

function chooseEntry(declared: Declarations, report: Reporter): Entry {
  const main = declared.topLevel.get("Main")
  const mainMethod = main?.kind === "box" ? entryMethod(main) : null
  if (main?.kind === "box" && main.isStatic && mainMethod !== null) return { kind: "method", box: main, method: mainMethod }
  const fn = declared.topLevel.get("main")
  if (fn?.kind === "function" && fn.arity.min <= 1) return { kind: "function", symbol: fn }
  const others: { readonly box: BoxSymbol; readonly method: MethodSymbol }[] = []
  for (const box of declared.boxes) {
    const method = entryMethod(box)
    if (method !== null && (box.isStatic || box.name === "Main")) others.push({ box, method })
  }
  const only = others.length === 1 ? others[0] : undefined
  if (only === undefined) return { kind: "script" }
  report.add("HK3104", only.method.place, [`${only.box.name}.main`])
  return { kind: "method", box: only.box, method: only.method }
}

function entryMethod(box: BoxSymbol): MethodSymbol | null {
  return box.table.get(methodKey("main", 0)) ?? box.table.get(methodKey("main", 1)) ?? null
}
