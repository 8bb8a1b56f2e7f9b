/**
 * How often each client, and all clients together, may ask for things: in memory, or in Redis for several servers.
 *
 * The one idea: counting is best effort where a mistake costs little, and strict where work costs much: without its Redis a server goes on
 * counting reading and sharing for itself, but starts no compilation.
 */
import { createClient } from "@redis/client"
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible"
import { ApiError } from "./errors.ts"
import { BUDGETS, RATES } from "./limits.ts"

/** What is counted for each client. */
export type RateName = keyof typeof RATES
/** What is counted for all. */
export type BudgetName = keyof typeof BUDGETS

/** Counts, and refuses with an ApiError. */
export interface Rates {
  /** Takes one of a client's points. */
  take(name: RateName, client: string): Promise<void>
  /** Takes one of everyone's points. */
  spend(name: BudgetName): Promise<void>
  close(): Promise<void>
}

/** Rows for which no answer of Redis means no. */
const STRICT: ReadonlySet<string> = new Set<RateName | BudgetName>(["build", "asm", "run", "compilations"])

interface Limiter {
  consume(key: string): Promise<RateLimiterRes>
}

class LimiterTable implements Rates {
  readonly #limiters = new Map<string, Limiter>()
  readonly #close: () => Promise<void>

  constructor(make: (name: string, points: number, seconds: number) => Limiter, close: () => Promise<void>) {
    for (const [name, { points, seconds }] of [...Object.entries(RATES), ...Object.entries(BUDGETS)]) this.#limiters.set(name, make(name, points, seconds))
    this.#close = close
  }

  async #consume(name: string, key: string): Promise<RateLimiterRes | null> {
    try {
      await (this.#limiters.get(name) as Limiter).consume(key)
      return null
    } catch (error) {
      if (error instanceof RateLimiterRes) return error
      throw new ApiError("unavailable", "The server cannot count requests at the moment and takes on no work.", { retryAfter: 5, cause: error })
    }
  }

  async take(name: RateName, client: string): Promise<void> {
    const refused = await this.#consume(name, client)
    if (refused === null) return
    const { points, seconds } = RATES[name]
    throw new ApiError("rate_limited", `You can do this ${points} times in ${seconds >= 3600 ? `${seconds / 3600} hours` : `${seconds} seconds`}.`, { retryAfter: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) })
  }

  async spend(name: BudgetName): Promise<void> {
    const refused = await this.#consume(name, "all")
    if (refused !== null) throw new ApiError("budget", "The server has done all the work it may do for now. The page compiles and runs programs without it.", { retryAfter: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) })
  }

  close(): Promise<void> {
    return this.#close()
  }
}

/** Counts in this process. */
export function memoryRates(): Rates {
  return new LimiterTable((keyPrefix, points, duration) => new RateLimiterMemory({ keyPrefix, points, duration }), async () => {})
}

/** Counts in Redis at `url`. Goes on connecting for as long as the server lives; never throws for a Redis that is away. */
export function redisRates(url: string): Rates {
  const client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 1000, reconnectStrategy: (tries) => Math.min(2000, 50 * 2 ** tries) }, commandOptions: { timeout: 500 } })
  let isAway = false
  client.on("error", (error: Error) => {
    if (!isAway) console.error(`redis: ${error.message}; counting for this process alone, no compilations`)
    isAway = true
  })
  client.on("ready", () => {
    if (isAway) console.error("redis: back")
    isAway = false
  })
  client.connect().catch(() => {})
  return new LimiterTable(
    (name, points, duration) =>
      new RateLimiterRedis({ storeClient: client, useRedisPackage: true, keyPrefix: `hako:${name}`, points, duration, ...(STRICT.has(name) ? {} : { insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }) }) }),
    async () => {
      client.destroy()
    },
  )
}

/** What a client is counted as: its address, for IPv6 the /64 network, which is what one household or machine gets. */
export function clientKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "")
  if (!plain.includes(":")) return plain
  const [head = "", tail = ""] = plain.split("%")[0]?.split("::") ?? []
  const before = head === "" ? [] : head.split(":")
  const after = tail === "" ? [] : tail.split(":")
  const groups = plain.includes("::") ? [...before, ...new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after] : before
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":")
}
