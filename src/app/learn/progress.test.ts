import { describe, expect, it } from "vitest"
import { parseProgress } from "./progress.ts"

describe("progress", () => {
  it("is read as it was kept", () => {
    const json = JSON.stringify({ lesson: "print", solved: ["print"], programs: [["print", "print(1)\n"]] })
    expect(parseProgress(json)).toEqual({ lesson: "print", solved: ["print"], programs: new Map([["print", "print(1)\n"]]) })
  })

  it("is empty where nothing can be understood", () => {
    const none = { lesson: null, solved: [], programs: new Map() }
    for (const json of [null, "", "{", "null", "3", '{"lesson":1,"solved":"x","programs":[["a"],["a",1],3]}']) expect(parseProgress(json)).toEqual(none)
  })
})
