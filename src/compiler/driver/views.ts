/**
 * TABLE of the views: stages of a compilation that can be shown as text. Metadata only; `render-view.ts` makes the texts.
 */

/** One view. */
export interface ViewRow {
  /** Name of the tab and of the section in golden files. */
  readonly title: string
  /** Language of the text, for highlighting and file extensions. */
  readonly language: "text" | "mir" | "wat" | "llvm"
  readonly extension: string
  /** The stage that must succeed first. */
  readonly stage: "syntax" | "lower" | "optimise"
  readonly doc: string
}

/** The views, in the order of the pipeline. */
export const VIEWS = {
  tokens: { title: "Tokens", language: "text", extension: "tokens.txt", stage: "syntax", doc: "the words of the source, one a line" },
  ast: { title: "Syntax tree", language: "text", extension: "ast.txt", stage: "syntax", doc: "what the parser understood" },
  "mir-built": { title: "MIR (built)", language: "mir", extension: "built.mir", stage: "lower", doc: "the middle representation as lowering makes it, every operation dynamic" },
  mir: { title: "MIR", language: "mir", extension: "mir", stage: "optimise", doc: "the middle representation that every engine gets: typed, optimised, counted" },
  bytecode: { title: "Bytecode", language: "text", extension: "vm.txt", stage: "optimise", doc: "what the VM interprets: instructions on registers, with jump targets and edges" },
  wat: { title: "Wasm", language: "wat", extension: "wat", stage: "optimise", doc: "the WebAssembly that this browser runs, without the runtime library" },
  llvm: { title: "LLVM IR", language: "llvm", extension: "ll", stage: "optimise", doc: "the LLVM IR that executables are built from" },
} as const satisfies Record<string, ViewRow>

/** Name of a view. */
export type ViewId = keyof typeof VIEWS
