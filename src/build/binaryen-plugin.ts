/**
 * The Vite plugin behind `import binaryen from "binaryen"`: the split Binaryen instead of the published script.
 *
 * The one idea: the parts are written once to a folder of their own, named by version, and the import is sent there. In a page or a
 * worker the script streams `binaryen.wasm` (a hashed asset); in a Node bundle it reads `binaryen.wasm` beside the bundle. Either way
 * importing it takes a quarter of the time that the published script takes.
 *
 * Left to others: when to import it (dynamically, so that neither the first paint nor a command that needs no code generation waits).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { Plugin } from "vite"
import { splitBinaryen } from "./split-binaryen.ts"

/** Name of the WebAssembly file beside a Node bundle. */
export const BINARYEN_WASM = "binaryen.wasm"

const IN_PAGE = `import wasmUrl from "./${BINARYEN_WASM}?url";
const __instantiate = async (imports) => (await WebAssembly.instantiateStreaming(fetch(wasmUrl), imports)).instance;
`
const IN_NODE = `import { readFile as __readFile } from "node:fs/promises";
const __instantiate = async (imports) => (await WebAssembly.instantiate(await __readFile(new URL("./${BINARYEN_WASM}", import.meta.url)), imports)).instance;
`

/** Folder with the parts, made if it is not there. */
export function binaryenParts(root: string): string {
  const require = createRequire(join(root, "package.json"))
  const packageFolder = dirname(require.resolve("binaryen"))
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string }
  const folder = join(root, ".cache", `binaryen-${version}`)
  if (existsSync(join(folder, "node.js"))) return folder
  const { script, wasm } = splitBinaryen(readFileSync(join(packageFolder, "index.js"), "utf8"))
  mkdirSync(folder, { recursive: true })
  // Each file appears whole or not at all: test workers may all come here at once. The file that is looked for comes last.
  for (const [name, content] of [[BINARYEN_WASM, wasm], ["page.js", IN_PAGE + script], ["node.js", IN_NODE + script]] as const) {
    const partial = join(folder, `${name}.${process.pid}`)
    writeFileSync(partial, content)
    renameSync(partial, join(folder, name))
  }
  return folder
}

/** See the head of this file. */
export function binaryenPlugin(): Plugin {
  let root = process.cwd()
  return {
    name: "hako:binaryen",
    enforce: "pre",
    configResolved(config) {
      root = config.root
    },
    resolveId(source, _importer, options) {
      if (source !== "binaryen") return null
      return join(binaryenParts(root), options.ssr === true || this.environment.config.consumer === "server" ? "node.js" : "page.js")
    },
  }
}
