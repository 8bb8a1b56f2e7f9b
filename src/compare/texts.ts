/**
 * The English texts of a comparison, part of the page's catalogue (`app/messages/en.ts`) and what the command line prints.
 * `{name}` marks a parameter.
 */
export const COMPARE_TEXTS = {
  "compare.engine.wasm": "WebAssembly",
  "compare.engine.vm": "Interpreter",
  "compare.engine.tiered": "Tiered JIT",
  "compare.engine.llvm-wasm": "LLVM in the browser",
  "compare.engine.llvm-jit": "LLVM JIT",
  "compare.engine.aot": "Ahead of time (AOT)",

  "compare.column.engine": "Engine",
  "compare.column.coldCompile": "Compile, cold",
  "compare.column.compile": "Compile, warm",
  "compare.column.coldFirst": "First output, cold",
  "compare.column.first": "First output, warm",
  "compare.column.coldRun": "Run, cold",
  "compare.column.run": "Run, warm",
  "compare.column.interval": "95 % interval",
  "compare.column.spread": "Spread (MAD)",
  "compare.column.runs": "Runs",
  "compare.column.share": "% of {reference}",
  "compare.column.verdict": "Verdict",
  "compare.column.memory": "Peak memory",
  "compare.column.code": "Code size",
  "compare.column.dynamic": "Optimises while running",
  "compare.column.distributed": "To distribute",
  "compare.column.lines": "Back end, lines",
  "compare.column.output": "Output",

  "compare.verdict.reference": "reference",
  "compare.verdict.same": "no difference",
  "compare.verdict.faster": "{factor}× faster",
  "compare.verdict.slower": "{factor}× slower",
  "compare.output.same": "identical",
  "compare.output.differs": "differs",
  "compare.output.varies": "varies from run to run",
  "compare.output.world": "differs, since the program reads the clock or draws random numbers, which are not fixed here",
  "compare.output.unknown": "not compared",
  "compare.dynamic.yes": "yes",
  "compare.dynamic.no": "no",
  "compare.distributes.module": "a .wasm file of {size}, for any browser",
  "compare.distributes.bytecode": "bytecode and the VM, {size}",
  "compare.distributes.compiler": "the program and LLVM",
  "compare.distributes.file": "one file of {size}",
  "compare.memory.linear": "{size} linear memory",
  "compare.memory.resident": "{size} resident",
  "compare.nothing": "–",

  "compare.state.waiting": "waiting",
  "compare.state.measuring": "measuring",
  "compare.state.absent": "not available: {reason}",
  "compare.state.stopped": "stopped: {reason}",

  "compare.breakEven.same": "{reference} and {engine}: no difference in running time, so whichever starts sooner wins.",
  "compare.breakEven.after": "{reference} wins over {engine} after {time} of work on {engine}.",
  "compare.breakEven.always": "{reference} wins over {engine} from the start.",
  "compare.breakEven.never": "{engine} wins over {reference} from the start.",
  "compare.breakEven.until": "{engine} wins over {reference} after {time} of work on {reference}.",

  "compare.note.compilesInRun": "{engine}: every run compiles; its compile time is part of its run time.",
  "compare.note.method": "Times are {clock}. Intervals hold the true median with 95 % confidence; intervals that overlap count as no difference.",
  "compare.note.machine": "Measured on {machine}.",
  "compare.note.fixed": "The clock advances 1 ms each time the program reads it and random numbers have a fixed seed, except on native engines.",
  "compare.note.native": "Native engines run in a sandbox of the server; starting a process is part of their time.",
  "compare.clock.wall": "wall-clock time",
  "compare.clock.cpu": "CPU time of the thread or process that runs the program",
} as const

/** Name of one of the texts. */
export type CompareText = keyof typeof COMPARE_TEXTS

/** Looks a text up and fills its parameters in. */
export type Say = (key: CompareText, params?: Readonly<Record<string, string | number>>) => string

/** The texts in English. */
export const sayInEnglish: Say = (key, params = {}) => COMPARE_TEXTS[key].replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(params, name) ? String(params[name]) : whole))
