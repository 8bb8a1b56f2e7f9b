/** Rates in memory and in Redis: the same answers; without its Redis a server still counts, but starts no work. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest"
import { startRedis } from "../setup/services.ts"
import { findRedis } from "../setup/tools.ts"
import { RATES } from "./limits.ts"
import { clientKey, memoryRates, redisRates, type Rates } from "./rates.ts"

const folder = mkdtempSync(join(tmpdir(), "hako-rates-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {})
})

/** Takes until it is refused; gives how many were given. */
async function taken(rates: Rates, client: string): Promise<number> {
  for (let n = 0; ; n++) {
    try {
      await rates.take("build", client)
    } catch (error) {
      expect(error).toMatchObject({ kind: "rate_limited" })
      expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(0)
      return n
    }
  }
}

/** Waits until work is let through, as it is once Redis is reached. */
async function connected(rates: Rates): Promise<void> {
  for (;;) {
    try {
      await rates.spend("compilations")
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

describe("rates", () => {
  it("give each client its share", async () => {
    const rates = memoryRates()
    expect(await taken(rates, "a")).toBe(RATES.build.points)
    expect(await taken(rates, "b")).toBe(RATES.build.points)
    await rates.take("read", "a")
  })

  // Without Redis (npm run setup installs it) there is nothing to share.
  it.skipIf(findRedis() === null)("are shared by servers through Redis", async () => {
    const redis = await startRedis(join(folder, "shared"))
    const [one, two] = [redisRates(redis.address), redisRates(redis.address)]
    try {
      await connected(one)
      await connected(two)
      await one.take("build", "a")
      await two.take("build", "a")
      expect(await taken(one, "a")).toBe(RATES.build.points - 2)
      expect(await taken(two, "a")).toBe(0)
      expect(await taken(two, "b")).toBe(RATES.build.points)
    } finally {
      await one.close()
      await two.close()
      await redis.stop()
    }
  })

  it.skipIf(findRedis() === null)("go on for links when Redis goes away, and let no work through until it is back", async () => {
    const redis = await startRedis(join(folder, "lost"))
    const rates = redisRates(redis.address)
    let again: Awaited<ReturnType<typeof startRedis>> | null = null
    try {
      await connected(rates)
      await redis.kill()
      await expect(rates.take("build", "a")).rejects.toMatchObject({ kind: "unavailable" })
      await expect(rates.spend("compilations")).rejects.toMatchObject({ kind: "unavailable" })
      await rates.take("read", "a")
      await rates.take("share", "a")
      again = await startRedis(join(folder, "lost"), Number(new URL(redis.address).port))
      await connected(rates)
      await rates.take("build", "a")
    } finally {
      await rates.close()
      await again?.stop()
    }
  })
})

it("count an IPv6 network as one client, and an IPv4 address however it is written", () => {
  expect(clientKey("203.0.113.7")).toBe("203.0.113.7")
  expect(clientKey("::ffff:203.0.113.7")).toBe("203.0.113.7")
  expect(clientKey("2001:db8:1:2:aaaa::1")).toBe("2001:db8:1:2")
  expect(clientKey("2001:0db8:0001:0002::")).toBe("2001:db8:1:2")
  expect(clientKey("2001:db8:1:3::1")).not.toBe(clientKey("2001:db8:1:2::1"))
  expect(clientKey("::1")).toBe("0:0:0:0")
  expect(clientKey("fe80::1%eth0")).toBe("fe80:0:0:0")
})
