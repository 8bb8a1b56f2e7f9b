/** The cache believes no entry that does not prove itself, and keeps within its size. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { ArtifactCache, keyOf } from "./artifact-cache.ts"

const folder = mkdtempSync(join(tmpdir(), "hako-cache-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const content = new TextEncoder().encode("an executable, more or less")
let used = 0
const fresh = (bytes = 1 << 20): { readonly cache: ArtifactCache; readonly at: string } => {
  used++
  const at = join(folder, String(used))
  return { cache: new ArtifactCache(at, bytes), at }
}
const key = keyOf(["one"])

describe("the cache", () => {
  it("gives back what was kept, also to another process", () => {
    const { cache, at } = fresh()
    expect(cache.get(key)).toBeNull()
    expect(cache.put(key, content)).toBe(true)
    expect(cache.get(key)).toEqual(content)
    expect(new ArtifactCache(at, 1 << 20).get(key)).toEqual(content)
    expect(readdirSync(at)).toEqual([key])
  })

  it("believes no entry of which any bit was changed, and removes it", () => {
    const { cache, at } = fresh()
    fc.assert(
      fc.property(fc.nat(32 * 8 + content.length * 8 - 1), (bit) => {
        cache.put(key, content)
        const path = join(at, key)
        const bytes = readFileSync(path)
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        writeFileSync(path, bytes)
        expect(cache.get(key)).toBeNull()
        expect(readdirSync(at)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it.each([0, 5, 32, 40])("believes no entry that ends after %i bytes, unless that is all there was", (length) => {
    const { cache, at } = fresh()
    cache.put(key, content)
    truncateSync(join(at, key), length)
    expect(cache.get(key)).toBeNull()
  })

  it("keeps nothing when the disk does not take it", () => {
    const { cache, at } = fresh()
    rmSync(at, { recursive: true })
    writeFileSync(at, "no folder")
    expect(cache.put(key, content)).toBe(false)
    expect(cache.get(key)).toBeNull()
  })

  it("removes what was not used longest when it grows too large", () => {
    const { cache, at } = fresh(200)
    const keys = [0, 1, 2].map((n) => keyOf([String(n)]))
    keys.forEach((one, n) => {
      cache.put(one, content)
      utimesSync(join(at, one), 1000 + n, 1000 + n)
    })
    cache.get(keys[0] as string)
    cache.put(keyOf(["3"]), content)
    expect(cache.get(keys[1] as string)).toBeNull()
    expect(cache.get(keys[0] as string)).toEqual(content)
  })

  it("sweeps what a dead process had begun to write", () => {
    const at = join(folder, "swept")
    mkdirSync(at)
    writeFileSync(join(at, `.${key}.0123`), "half")
    utimesSync(join(at, `.${key}.0123`), 1000, 1000)
    expect(new ArtifactCache(at, 100).get(key)).toBeNull()
    expect(readdirSync(at)).toEqual([])
  })

  it("names different parts differently, wherever their borders are", () => {
    fc.assert(fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => (keyOf(a) === keyOf(b)) === (JSON.stringify(a.map((x) => [...Buffer.from(x)])) === JSON.stringify(b.map((x) => [...Buffer.from(x)])))))
    expect(keyOf(["ab", "c"])).not.toBe(keyOf(["a", "bc"]))
    expect(keyOf(["1:a"])).not.toBe(keyOf(["", "a"]))
  })
})
