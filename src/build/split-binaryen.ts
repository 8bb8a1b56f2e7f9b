/**
 * Takes the published Binaryen module apart into a small script and a WebAssembly file.
 *
 * The one idea: the package is one script with the whole WebAssembly binary (9.9 MB) in a template literal, one character a byte, and it
 * instantiates that binary while it is imported. Here the literal becomes a file of its own, and the import calls the script's own
 * `instantiateWasm` hook with a loader that fits the host: streamed in a page, read from disk in Node.
 *
 * Invariant: the rewritten script exports what the original exports. The rewriting knows the exact shape of the published script and
 * refuses any other, so a new release cannot be half rewritten.
 */

/** The two parts. */
export interface SplitBinaryen {
  /** The script with `__instantiate` left free: `(imports) => Promise<WebAssembly.Instance>`. */
  readonly script: string
  readonly wasm: Uint8Array
}

const LITERAL_START = "`\\0asm"
const TAIL = /var ([\w$]+)=await ([\w$]+)\(\),([\w$]+)=\1;export\{\3 as default\};\s*$/
const NODE_IMPORT = /let\{createRequire:([\w$]+)\}=await import\("node:module"\);var ([\w$]+)=\1\(import\.meta\.url\)/
const NODE_PROBE = 'globalThis.process?.versions?.node&&globalThis.process?.type!="renderer"'

const ESCAPES: Readonly<Record<string, number>> = { "0": 0, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** The bytes that a template literal's body stands for, and the index of its closing backquote. */
function decodeLiteral(text: string, start: number): { readonly bytes: Uint8Array; readonly end: number } {
  const bytes = new Uint8Array(text.length - start)
  let length = 0
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (Number.isNaN(code)) throw new Error("binaryen: the template literal does not end")
    if (code === 0x60) break
    if (code !== 0x5c) {
      // The package's own decoder keeps the low byte of a character; characters above 255 stand for 0.
      bytes[length++] = code > 255 ? 0 : code
      at++
      continue
    }
    const letter = text[at + 1] ?? ""
    if (letter === "x") {
      bytes[length++] = Number.parseInt(text.slice(at + 2, at + 4), 16)
      at += 4
    } else {
      bytes[length++] = ESCAPES[letter] ?? letter.charCodeAt(0)
      at += 2
    }
  }
  return { bytes: bytes.slice(0, length), end: at }
}

/** Splits the text of the published `binaryen/index.js`. */
export function splitBinaryen(source: string): SplitBinaryen {
  const literal = source.indexOf(LITERAL_START)
  if (literal < 0) throw new Error("binaryen: no WebAssembly literal in the published script")
  const { bytes, end } = decodeLiteral(source, literal + 1)
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) throw new Error("binaryen: the decoded literal is not a valid WebAssembly binary")
  const rest = `${source.slice(0, literal)}""${source.slice(end + 1)}`
  if (!rest.includes(NODE_PROBE) || !NODE_IMPORT.test(rest) || !TAIL.test(rest)) throw new Error("binaryen: the published script has an unknown shape")
  const script = rest
    // The hook makes the script independent of its host: it needs neither Node's file system nor its argument list.
    .replace(NODE_PROBE, "false")
    .replace(NODE_IMPORT, "var $2")
    .replace(TAIL, (_tail, _result: string, start: string) => `export default await new Promise((resolve, reject) => {
  // The hook has no way to report a failure, so a binary that cannot be loaded rejects the import from here.
  const instantiateWasm = (imports, receive) => { __instantiate(imports).then(receive).catch(reject) };
  ${start}({ instantiateWasm }).then(resolve, reject);
});
`)
  return { script, wasm: bytes }
}
