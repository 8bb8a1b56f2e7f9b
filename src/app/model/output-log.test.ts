import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { OutputLog, type OutputStream, VISIBLE_LIMIT } from "./output-log.ts"

function shownText(log: OutputLog): string {
  return log.shown.map((chunk) => chunk.text).join("")
}

describe("OutputLog", () => {
  it("shows what was written, in order", () => {
    const log = new OutputLog()
    log.append([{ stream: "stdout", text: "a" }, { stream: "stdout", text: "b\n" }, { stream: "stderr", text: "!\n" }])
    log.append([{ stream: "stdout", text: "c" }])
    log.publish()
    expect(log.shown.map(({ stream, text }) => [stream, text])).toEqual([
      ["stdout", "ab\n"],
      ["stderr", "!\n"],
      ["stdout", "c"],
    ])
  })

  it("shows the newest MiB of a flood and keeps the rest for the download", () => {
    const log = new OutputLog()
    const line = `${"x".repeat(99)}\n`
    for (let batch = 0; batch < 500; batch++) log.append([{ stream: "stdout", text: `${batch}\n${line.repeat(100)}` }])
    log.publish()
    expect(shownText(log).length).toBeLessThanOrEqual(VISIBLE_LIMIT)
    expect(shownText(log).length).toBeGreaterThan(VISIBLE_LIMIT * 0.9)
    expect(log.hiddenUnits + shownText(log).length).toBe(log.totalUnits)
    expect(log.wholeText().join("").length).toBe(log.totalUnits)
    expect(log.wholeText().join("").endsWith(shownText(log))).toBe(true)
  })

  it("shows only the end in the midst of a flood, and the rest after it", () => {
    const log = new OutputLog()
    log.append([{ stream: "stdout", text: "z\n".repeat(100_000) }])
    log.publish(2)
    expect(log.shown.length).toBe(2)
    log.publish()
    expect(shownText(log).length).toBe(200_000)
  })

  it("breaks a line that never ends, but no character", () => {
    const log = new OutputLog()
    log.append([{ stream: "stdout", text: "🎉".repeat(40_000) }])
    log.publish()
    expect(log.shown.length).toBeGreaterThan(2)
    for (const chunk of log.shown) expect(chunk.text).toMatch(/^(🎉)+$/u)
  })

  it("takes a piece larger than all it shows", () => {
    const log = new OutputLog()
    log.append([{ stream: "stdout", text: "y".repeat(3 * VISIBLE_LIMIT) }])
    log.publish()
    expect(shownText(log).length).toBeLessThanOrEqual(VISIBLE_LIMIT)
    expect(log.totalUnits).toBe(3 * VISIBLE_LIMIT)
  })

  it("forgets everything on clear and tells its listeners", () => {
    const log = new OutputLog()
    let changes = 0
    log.subscribe(() => changes++)
    log.append([{ stream: "stdout", text: "a" }])
    expect(changes).toBe(0)
    log.publish()
    log.publish()
    expect(changes).toBe(1)
    log.clear()
    expect([log.shown.length, log.totalUnits, log.wholeText().length, changes]).toEqual([0, 0, 0, 2])
  })

  it("loses nothing of any output that fits", () => {
    const piece = fc.record({ stream: fc.constantFrom<OutputStream>("stdout", "stderr"), text: fc.string({ maxLength: 50 }) })
    fc.assert(
      fc.property(fc.array(fc.array(piece)), (batches) => {
        const log = new OutputLog()
        for (const batch of batches) log.append(batch)
        log.publish()
        const written = batches.flat().map(({ text }) => text).join("")
        return shownText(log) === written && new Set(log.shown.map(({ id }) => id)).size === log.shown.length
      }),
    )
  })
})
