/**
 * Puts compressed forms beside the files of the built page, so that the server never compresses while a person waits.
 *
 * The one idea: compression at the highest setting is slow but a pure function of the content, so the result is kept in a cache named by
 * the content's hash and a second build of the same page costs nothing.
 */
import { createHash, randomUUID } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { extname, join } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

const COMPRESSIBLE = new Set([".html", ".js", ".css", ".json", ".wasm", ".svg", ".ttf", ".webmanifest", ".txt", ".md", ".piece"])
/** Smaller files gain nothing: they fit into one packet anyway. */
const SMALLEST = 1024
/** Above this size the highest brotli level costs tens of seconds for a last two per cent. */
const LARGE = 2 << 20

function compress(content: Buffer, coding: "br" | "gz"): Promise<Buffer> {
  if (coding === "gz") return promisify(gzip)(content, { level: 9 })
  return promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: content.length > LARGE ? 9 : 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  })
}

/** Compresses every file below `folder` that gains from it, on as many threads as Node has for it. */
export async function precompress(folder: string, cache: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => COMPRESSIBLE.has(extname(name)) && !/(^|\/)\./.test(name))
  await Promise.all(
    names.flatMap((name) => {
      const path = join(folder, name)
      if (!statSync(path).isFile() || statSync(path).size < SMALLEST) return []
      const content = readFileSync(path)
      const hash = createHash("sha256").update(content).digest("hex")
      return (["br", "gz"] as const).map(async (coding) => {
        const kept = join(cache, `${hash}.${coding}`)
        if (!existsSync(kept)) {
          const partial = join(cache, `${hash}.${coding}.${randomUUID()}`)
          writeFileSync(partial, await compress(content, coding))
          renameSync(partial, kept)
        }
        copyFileSync(kept, `${path}.${coding}`)
      })
    }),
  )
}
