/** The queue: turns, refusals, and that nothing is left counted. */
import { describe, expect, it, vi } from "vitest"
import { JobQueue } from "./job-queue.ts"

const limits = { running: 1, waiting: 2, perClient: 2, age: 1000, retryAfter: 7 }

/** A job that ends when told. */
function job(): { readonly work: () => Promise<string>; readonly end: (value: string) => void } {
  let end = (_: string): void => {}
  const promise = new Promise<string>((resolve) => {
    end = resolve
  })
  return { work: () => promise, end: (value) => end(value) }
}

describe("the queue", () => {
  it("runs one after the other, in order", async () => {
    const queue = new JobQueue(limits)
    const [first, second] = [job(), job()]
    const order: string[] = []
    const one = queue.run("a", first.work).then((value) => order.push(value))
    const two = queue.run("b", second.work).then((value) => order.push(value))
    second.end("second")
    first.end("first")
    await Promise.all([one, two])
    expect(order).toEqual(["first", "second"])
    expect(queue.depth).toBe(0)
  })

  it("refuses at once what it has no place for, and says when to come back", async () => {
    const queue = new JobQueue(limits)
    const blocker = job()
    const all = ["a", "b", "c"].map((client) => queue.run(client, blocker.work))
    await expect(queue.run("d", blocker.work)).rejects.toMatchObject({ kind: "busy", retryAfter: 7 })
    blocker.end("x")
    expect(await Promise.all(all)).toEqual(["x", "x", "x"])
    expect(queue.depth).toBe(0)
  })

  it("lets no client have all the places", async () => {
    const queue = new JobQueue(limits)
    const blocker = job()
    const all = [queue.run("a", blocker.work), queue.run("a", blocker.work)]
    await expect(queue.run("a", blocker.work)).rejects.toMatchObject({ kind: "rate_limited" })
    all.push(queue.run("b", blocker.work))
    blocker.end("x")
    await Promise.all(all)
    expect(await queue.run("a", async () => "again")).toBe("again")
  })

  it("refuses what has waited too long", async () => {
    vi.useFakeTimers()
    try {
      const queue = new JobQueue(limits)
      const blocker = job()
      const running = queue.run("a", blocker.work)
      const refused = expect(queue.run("b", async () => "never")).rejects.toMatchObject({ kind: "busy" })
      await vi.advanceTimersByTimeAsync(1000)
      await refused
      expect(queue.depth).toBe(1)
      blocker.end("x")
      await running
    } finally {
      vi.useRealTimers()
    }
  })

  it("forgets who has left, waiting or not yet come", async () => {
    const queue = new JobQueue(limits)
    const blocker = job()
    const running = queue.run("a", blocker.work)
    const stop = new AbortController()
    const waiting = queue.run("b", async () => "never", stop.signal)
    stop.abort(new Error("left"))
    await expect(waiting).rejects.toThrow("left")
    await expect(queue.run("b", async () => "never", stop.signal)).rejects.toThrow("left")
    blocker.end("x")
    await running
    expect(queue.depth).toBe(0)
  })

  it("goes on after a job that failed", async () => {
    const queue = new JobQueue(limits)
    await expect(queue.run("a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken")
    expect(await queue.run("a", async () => "fine")).toBe("fine")
  })
})
