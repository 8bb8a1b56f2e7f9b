/**
 * Where the worker scripts are. The bundler recognises `new Worker(new URL(…, import.meta.url))` only as one
 * expression, so the workers are made here and nowhere else.
 */

/** A fresh compiler worker. */
export function makeCompilerWorker(): Worker {
  return new Worker(new URL("../../worker/compiler-main.ts", import.meta.url), { type: "module", name: "compiler" })
}

/** A fresh compare worker. */
export function makeCompareWorker(): Worker {
  return new Worker(new URL("../../worker/compare-main.ts", import.meta.url), { type: "module", name: "compare" })
}

/** A fresh debug worker. */
export function makeDebugWorker(): Worker {
  return new Worker(new URL("../../worker/debug-main.ts", import.meta.url), { type: "module", name: "debug" })
}

/** A fresh LLVM worker. */
export function makeLlvmWorker(): Worker {
  return new Worker(new URL("../../worker/llvm-main.ts", import.meta.url), { type: "module", name: "llvm" })
}

/** A fresh REPL worker. */
export function makeReplWorker(): Worker {
  return new Worker(new URL("../../worker/repl-main.ts", import.meta.url), { type: "module", name: "repl" })
}

/** A fresh run worker. */
export function makeRunWorker(): Worker {
  return new Worker(new URL("../../worker/run-main.ts", import.meta.url), { type: "module", name: "run" })
}
