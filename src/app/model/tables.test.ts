import { describe, expect, it } from "vitest"
import { COMMAND_IDS, commandRow } from "./commands.ts"
import { ENGINE_IDS, ENGINES, isEngineId, localEngine } from "./engines.ts"
import { keyAria, keyLabel, pressesKeys } from "./keys.ts"
import { rank } from "./rank.ts"
import { parseHistory, type Version, withVersion } from "./version-history.ts"

describe("commands", () => {
  it("have no key combination twice", () => {
    const keys = COMMAND_IDS.flatMap((id) => commandRow(id).keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe("keys", () => {
  const press = (key: string, more = {}) => ({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more })

  it("are compared with every modifier", () => {
    expect(pressesKeys(press("Enter", { ctrlKey: true }), "Mod+Enter", false)).toBe(true)
    expect(pressesKeys(press("Enter", { ctrlKey: true, shiftKey: true }), "Mod+Enter", false)).toBe(false)
    expect(pressesKeys(press("Enter", { metaKey: true }), "Mod+Enter", true)).toBe(true)
    expect(pressesKeys(press("Enter", { ctrlKey: true }), "Mod+Enter", true)).toBe(false)
    expect(pressesKeys(press("P", { ctrlKey: true, shiftKey: true }), "Mod+Shift+P", false)).toBe(true)
    expect(pressesKeys(press("p"), "Mod+Shift+P", false)).toBe(false)
    expect(pressesKeys(press("µ", { ctrlKey: true, code: "KeyM" }), "Ctrl+M", true)).toBe(true)
    expect(pressesKeys(press("¡", { altKey: true, code: "Digit1" }), "Alt+1", true)).toBe(true)
    expect(pressesKeys(press("F8"), "F8", false)).toBe(true)
  })

  it("are shown as each system writes them", () => {
    expect([keyLabel("Mod+Shift+P", false), keyLabel("Mod+Shift+P", true)]).toEqual(["Ctrl+Shift+P", "⌘⇧P"])
    expect(keyAria("Mod+Enter", false)).toBe("Control+Enter")
  })
})

describe("engines", () => {
  it("are made in the page exactly if the compiler worker knows them", () => {
    for (const id of ENGINE_IDS) expect(localEngine(id) !== null).toBe(ENGINES[id].maker.in === "page")
    expect(ENGINE_IDS.map(localEngine)).toEqual(["wasm", "vm", "tiered", null, null, null])
    expect([...ENGINE_IDS, "toString"].map(isEngineId)).toEqual([...ENGINE_IDS.map(() => true), false])
  })
})

describe("rank", () => {
  const names = ["Run", "Copy link", "Download source", "Format"]
  const found = (query: string) => rank(names, query, (name) => name)

  it("puts whole words before letters in order", () => {
    expect(found("")).toEqual(names)
    expect(found("link")[0]).toBe("Copy link")
    expect(found("dls")).toEqual(["Download source"])
    expect(found("source down")).toEqual(["Download source"])
    expect(found("xyz")).toEqual([])
  })
})

describe("the history", () => {
  const version = (text: string): Omit<Version, "id"> => ({ at: 1, reason: "run", files: [{ name: "main.hako", text }], stdin: "" })

  it("keeps the newest first, nothing twice in a row, and nothing blank", () => {
    const history = ["a", "a", " \n", "b"].reduce<readonly Version[]>((before, text) => withVersion(before, version(text)), [])
    expect(history.map(({ id, files }) => [id, files[0]?.text])).toEqual([
      [2, "b"],
      [1, "a"],
    ])
  })

  it("keeps a hundred", () => {
    let history: readonly Version[] = []
    for (let index = 0; index < 150; index++) history = withVersion(history, version(String(index)))
    expect([history.length, history[0]?.files[0]?.text]).toEqual([100, "149"])
  })

  it("reads whatever was stored", () => {
    expect(parseHistory(undefined)).toEqual([])
    expect(parseHistory([{ id: 1 }, null, 3, { ...version("a"), id: 1 }])).toEqual([{ ...version("a"), id: 1 }])
    expect(parseHistory([{ id: 1, at: 1, reason: "run", text: "a", stdin: "" }])).toEqual([{ ...version("a"), id: 1 }])
    const twice = { ...version("a"), id: 1, files: [{ name: "a", text: "" }, { name: "a", text: "" }] }
    expect(parseHistory([twice, { ...twice, files: [] }, { ...twice, files: [{ name: "../a", text: "" }] }])).toEqual([])
  })
})
