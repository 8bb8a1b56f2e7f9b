/**
 * A bounded queue of jobs: a few run, some wait, the rest are refused at once.
 *
 * The one idea: a wait that has become useless is worse than a refusal. A job that waits too long is refused when its time is up, not when
 * its turn comes; one client cannot fill the queue.
 */
import { ApiError } from "./errors.ts"

/** Sizes of a queue; `age` is in milliseconds, `retryAfter` in seconds. */
export interface QueueLimits {
  readonly running: number
  readonly waiting: number
  readonly perClient: number
  readonly age: number
  readonly retryAfter: number
}

interface Waiting {
  readonly start: () => void
}

/** See the head of the file. */
export class JobQueue {
  readonly #limits: QueueLimits
  readonly #waiting: Waiting[] = []
  readonly #clients = new Map<string, number>()
  #running = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** Jobs that run or wait. */
  get depth(): number {
    return this.#running + this.#waiting.length
  }

  /** Runs `work` when its turn comes. Rejects with an ApiError if it is refused, with the signal's reason if that is given first. */
  async run<T>(client: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const own = this.#clients.get(client) ?? 0
    if (own >= this.#limits.perClient) throw new ApiError("rate_limited", `You have ${own} requests in work; wait for one of them.`, { retryAfter: this.#limits.retryAfter })
    if (this.#running >= this.#limits.running && this.#waiting.length >= this.#limits.waiting) throw new ApiError("busy", "The server has more work than it can take on.", { retryAfter: this.#limits.retryAfter })
    this.#clients.set(client, own + 1)
    try {
      await this.#turn(signal)
      try {
        signal?.throwIfAborted()
        return await work()
      } finally {
        this.#running--
        this.#waiting.shift()?.start()
      }
    } finally {
      const left = (this.#clients.get(client) ?? 1) - 1
      if (left === 0) this.#clients.delete(client)
      else this.#clients.set(client, left)
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running < this.#limits.running) {
      this.#running++
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = (error: unknown): void => {
        const at = this.#waiting.indexOf(entry)
        if (at < 0) return
        this.#waiting.splice(at, 1)
        clearTimeout(clock)
        signal?.removeEventListener("abort", onAbort)
        reject(error)
      }
      const onAbort = (): void => leave(signal?.reason)
      const clock = setTimeout(() => leave(new ApiError("busy", `The server did not get to your request within ${this.#limits.age / 1000} s.`, { retryAfter: this.#limits.retryAfter })), this.#limits.age)
      const entry: Waiting = {
        start: () => {
          clearTimeout(clock)
          signal?.removeEventListener("abort", onAbort)
          this.#running++
          resolve()
        },
      }
      signal?.addEventListener("abort", onAbort, { once: true })
      this.#waiting.push(entry)
    })
  }
}
