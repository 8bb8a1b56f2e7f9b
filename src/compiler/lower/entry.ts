/**
 * The entry of the module: `global` initialisers in order, then where the program starts (LANGUAGE.md 3.4, 4.14).
 */
import { methodKey } from "../check/symbol.ts"
import { construct, staticObject } from "./call.ts"
import { lowerHandled, registersFini } from "./cleanup.ts"
import { lowerInitialiser } from "./body.ts"
import type { FunctionLowering } from "./func.ts"
import type { ModuleLowering } from "./module.ts"
import { lowerBlock, lowerStmts } from "./stmt.ts"
import type { Block, Stmt } from "../syntax/ast.ts"

/** Lowers `main`. */
export function lowerEntry(module: ModuleLowering): void {
  const { checked } = module
  const { entry, script } = checked
  module.request("main", () => {
    const f = module.start({ name: "main", display: "main", routine: script.routine, self: null, span: null, synthetic: entry.kind !== "script" })
    if (entry.kind === "script") lowerGlobals(f)
    else f.shownAs("globals", () => lowerGlobals(f))
    if (entry.kind === "script") lowerScript(f, script.statements)
    else {
      const symbol = entry.kind === "method" ? entry.method : entry.symbol
      f.useFile(symbol.place.file)
      const origin = f.at(symbol.place.span)
      const argc = symbol.arity.min
      const args = argc === 0 ? [] : [f.library("program.arguments", [], origin)]
      if (entry.kind === "function") f.builder.ret(f.call(module.functionName(entry.symbol, argc), args, origin), origin)
      else if (entry.method.isStatic) f.builder.ret(f.call(module.methodFunction(entry.method, null, argc), args, origin), origin)
      else {
        const object = entry.box.isStatic ? staticObject(f, entry.box, origin) : construct(f, entry.box, [], origin)
        const method = entry.box.table.get(methodKey("main", argc)) ?? entry.method
        f.builder.ret(f.call(module.methodFunction(method, entry.box, argc), [object, ...args], origin), origin)
      }
    }
    f.finish()
  })
}

function lowerGlobals(f: FunctionLowering): void {
  for (const global of f.checked.globals) {
    f.within(global.routine, () => {
      const { init } = global.decl
      if (init === null) return
      const origin = f.at(global.decl.span)
      f.builder.perform("global.set", [f.any(lowerInitialiser(f, init), origin)], global.name, origin)
      f.endExpression(origin)
    })
  }
}

/** The statements of the first file, as one scope. */
function lowerScript(f: FunctionLowering, stmts: readonly Stmt[]): void {
  const start = stmts[0]?.span.start ?? 0
  const body: Block = { kind: "Block", span: { start, end: stmts.at(-1)?.span.end ?? start }, stmts }
  f.useFile(0)
  const origin = f.at(body.span)
  lowerHandled(
    f,
    registersFini(body),
    null,
    () => {
      f.openScope()
      lowerStmts(f, stmts)
      f.closeScope(origin)
    },
    (block) => lowerBlock(f, block),
    origin,
  )
  if (!f.builder.isEnded) f.builder.ret(f.null(origin), origin)
}
