/**
 * Puts LLVM, compiled to WebAssembly, beside the built page, in pieces: a download that breaks off goes on with the piece it broke off in, and
 * no answer of the server is larger than a few megabytes. A piece is named by its content, so browsers may keep it for ever.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Bytes of a piece. */
const PIECE = 4 << 20

interface FileRow {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

/** What was put there. */
export interface LlvmFiles {
  readonly pieces: readonly FileRow[]
  readonly runtime: FileRow
  readonly hot: FileRow
}

/** Puts the files into `page/assets`. Null if LLVM or the runtime for it is not there. */
export function putLlvmFiles(page: string, binary: string, runtime: string): LlvmFiles | null {
  const object = join(runtime, "runtime.o")
  const bitcode = join(runtime, "hot.bc")
  if (![binary, object, bitcode].every(existsSync)) return null
  mkdirSync(join(page, "assets"), { recursive: true })
  const put = (name: string, bytes: Buffer): FileRow => {
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    const path = `assets/${name}-${sha256.slice(0, 16)}.piece`
    writeFileSync(join(page, path), bytes)
    return { path, size: bytes.length, sha256 }
  }
  const whole = readFileSync(binary)
  const pieces = Array.from({ length: Math.ceil(whole.length / PIECE) }, (_, i) => put(`llvm-${i}`, whole.subarray(i * PIECE, (i + 1) * PIECE)))
  return { pieces, runtime: put("llvm-runtime", readFileSync(object)), hot: put("llvm-hot", readFileSync(bitcode)) }
}

/** Writes the list that the page reads (`protocol/llvm.ts`); the compressed forms are there already. */
export function writeLlvmList(page: string, files: LlvmFiles): void {
  const row = (file: FileRow): FileRow & { readonly download: number } => ({ ...file, download: statSync(join(page, `${file.path}.br`)).size })
  writeFileSync(join(page, "llvm.json"), `${JSON.stringify({ pieces: files.pieces.map(row), runtime: row(files.runtime), hot: row(files.hot) })}\n`)
}
