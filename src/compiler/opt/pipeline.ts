/**
 * TABLE of passes, in the order they run, and why they stand in this order. Level 0 passes are required; level 1 makes
 * code decent quickly, level 2 does everything. A pass may stand in the table more than once.
 */
import { printModule } from "../mir/print.ts"
import { renumber } from "../mir/build.ts"
import type { Func, Module } from "../mir/ir.ts"
import { verify } from "../mir/verify.ts"
import { removeDeadValues, removeUnreachable } from "./dce.ts"
import { removeDeadArgs } from "./dead-args.ts"
import { removeDeadStores } from "./dead-stores.ts"
import { inferFailing, resolveHandlers } from "./handlers.ts"
import { type PassReport, type PassRun, type RunOptions, runPass } from "./pass.ts"
import { inlineCalls } from "./inline.ts"
import { holdPoints } from "./hold-points.ts"
import { hoistInvariants } from "./licm.ts"
import { numberValues } from "./gvn.ts"
import { insertCounts } from "./rc.ts"
import { propagateConstants } from "./sccp.ts"
import { simplifyCfg } from "./simplify-cfg.ts"
import { replaceObjects } from "./sroa.ts"
import { insertStackChecks } from "./stack-check.ts"
import { versionLoops } from "./version-loops.ts"

/** The passes by name. */
export const PASSES = {
  "tree-shake": { doc: "functions, classes and globals that main cannot reach", scope: "module", run: removeUnreachable },
  "simplify-cfg": { doc: "known branches, chains of jumps, unreachable blocks", scope: "func", run: simplifyCfg },
  dce: { doc: "values that nothing needs", scope: "func", run: removeDeadValues },
  sccp: { doc: "constants along edges that can be taken", scope: "func", run: propagateConstants },
  gvn: { doc: "one computation per value, loads between writes, branches decided before", scope: "module", run: numberValues },
  inline: { doc: "small callees and only calls, callees first", scope: "module", run: inlineCalls },
  "dead-args": { doc: "parameters that no function needs", scope: "module", run: removeDeadArgs },
  sroa: { doc: "objects that never leave the function become values", scope: "func", run: replaceObjects },
  "dead-stores": { doc: "stores that are overwritten or change nothing", scope: "func", run: removeDeadStores },
  licm: { doc: "what a loop need not repeat", scope: "module", run: hoistInvariants },
  "version-loops": { doc: "loops over arrays twice: with all indices known to be in range, and as they were", scope: "module", run: versionLoops },
  "stack-check": { doc: "counts calls of recursive functions", scope: "module", run: insertStackChecks },
  handlers: { doc: "errors that no handler can see end the program where they happen", scope: "module", run: resolveHandlers },
  failing: { doc: "calls that cannot fail lose their error edges", scope: "module", run: inferFailing },
  "hold-points": { doc: "what a debugger shows stays until an error has left the statement", scope: "module", run: holdPoints },
  rc: {
    doc: "retain and release by last use and the ownership columns of the ABI",
    scope: "module",
    run: (module: Module): boolean => {
      insertCounts(module)
      return true
    },
  },
  renumber: {
    doc: "blocks and values in layout order",
    scope: "func",
    run: (func: Func): boolean => {
      renumber(func)
      return true
    },
  },
} as const satisfies Record<string, PassRun & { readonly doc: string }>

/** Name of a pass. */
export type PassName = keyof typeof PASSES

/** One step of the pipeline. */
export interface Step {
  readonly pass: PassName
  readonly level: 0 | 1 | 2
}

/** The pipeline: typed → counted. */
export const PIPELINE: readonly Step[] = [
  { pass: "tree-shake", level: 1 },
  { pass: "simplify-cfg", level: 1 },
  { pass: "sccp", level: 1 },
  { pass: "gvn", level: 1 },
  { pass: "dce", level: 1 },
  { pass: "simplify-cfg", level: 1 },
  { pass: "inline", level: 2 },
  { pass: "tree-shake", level: 2 },
  { pass: "dead-args", level: 2 },
  { pass: "stack-check", level: 0 },
  { pass: "handlers", level: 1 },
  { pass: "failing", level: 1 },
  { pass: "simplify-cfg", level: 1 },
  { pass: "gvn", level: 2 },
  { pass: "dce", level: 2 },
  { pass: "sroa", level: 2 },
  { pass: "sccp", level: 2 },
  { pass: "gvn", level: 2 },
  { pass: "dead-stores", level: 2 },
  { pass: "licm", level: 2 },
  { pass: "gvn", level: 2 },
  { pass: "version-loops", level: 2 },
  { pass: "dce", level: 1 },
  { pass: "simplify-cfg", level: 2 },
  { pass: "tree-shake", level: 1 },
  { pass: "hold-points", level: 0 },
  { pass: "rc", level: 0 },
  { pass: "renumber", level: 1 },
]

/** Some occurrence of the first stands before every occurrence of the second, for the reason given. */
export const ORDER: readonly (readonly [first: PassName, second: PassName, reason: string])[] = [
  ["stack-check", "handlers", "the check is one more error that must end the program where nothing handles it"],
  ["handlers", "failing", "a function whose errors are fatal does not fail"],
  ["failing", "rc", "every error edge that is gone needs no releases"],
  ["stack-check", "rc", "new error edges need their releases"],
  ["sccp", "gvn", "folded branches expose equal values"],
  ["gvn", "dce", "replaced values leave dead ones behind"],
  ["dce", "inline", "small bodies are counted after tidying"],
  ["inline", "stack-check", "a function that was unrolled or inlined away needs fewer checks"],
  ["inline", "rc", "a count that crosses a call can only be saved when there is no call"],
  ["inline", "dead-args", "inlined bodies show what they do not use"],
  ["inline", "sroa", "an argument of a call has left the function"],
  ["gvn", "sroa", "conversions there and back would count as leaving"],
  ["dce", "sroa", "so would views that nothing uses"],
  ["gvn", "dead-stores", "forwarded stores have no loads left"],
  ["failing", "licm", "error edges split loops"],
  ["licm", "version-loops", "what the loop does not change is known by being in front of it"],
  ["version-loops", "rc", "counts would hide that the copy leaves arrays alone"],
  ["stack-check", "hold-points", "new error edges are held, too"],
  ["hold-points", "rc", "counts go by last uses, and holding is one"],
  ["rc", "renumber", "counting makes blocks"],
  ["gvn", "rc", "gvn does not know that a retain belongs to its load"],
  ["dce", "rc", "a dead value would be counted"],
]

/** Runs the pipeline on a module in phase `typed`; it is then `counted`. */
export function runPipeline(module: Module, options: RunOptions): { readonly reports: readonly PassReport[] } {
  if (options.verify === true) verify(module, "opt/input")
  const reports: PassReport[] = []
  if (options.snapshots === true) {
    const snapshot = printModule(module, options.lines === undefined ? {} : { lines: options.lines })
    reports.push({ name: "typed", ms: 0, changed: true, snapshot })
  }
  options.observe?.(reports[0] ?? { name: "typed", ms: 0, changed: true, snapshot: null }, module)
  PIPELINE.forEach(({ pass, level }, at) => {
    if (level > options.level || (level > 0 && (options.skip?.has(pass) === true || at >= (options.steps ?? PIPELINE.length)))) return
    const report = runPass(module, pass, PASSES[pass], options)
    reports.push(report)
    options.observe?.(report, module)
  })
  return { reports }
}
