/** Which files of a disk become a program, and what is said where none can. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { readProgram } from "./files.ts"

let folder = ""
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes files into a fresh folder. */
function write(files: Readonly<Record<string, string | Uint8Array>>): string {
  folder = mkdtempSync(join(tmpdir(), "hako-files-"))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const namesOf = (path: string): string[] => readProgram(path).map((file) => file.name)

describe("a file", () => {
  it("comes with the files that it uses, however they are named, and with nothing else", () => {
    const path = write({
      "app.hako": `using "one" as One\nimport 'two.hako'\nusing lang.box.three\nlocal x = include("four.hako")\nusing "gone.hako"\n// using "comment.hako"\n`,
      "one.hako": `using "sub/five.hako"\nusing "app.hako"\n`,
      "sub/five.hako": `using "six.hako"\n`,
      "sub/six.hako": "",
      "two.hako": "",
      "lang/box/three.hako": "",
      "four.hako": "",
      "comment.hako": "",
      "other.hako": "",
    })
    expect(namesOf(join(path, "app.hako"))).toEqual(["app.hako", "one.hako", "two.hako", "lang/box/three.hako", "four.hako", "sub/five.hako", "sub/six.hako"])
  })

  it("never reads files outside its folder", () => {
    const path = write({ "in/app.hako": `using "../secret.hako"\nusing "/etc/hostname"\n`, "secret.hako": "" })
    expect(namesOf(join(path, "in", "app.hako"))).toEqual(["app.hako"])
  })

  it("is refused when it is missing, too large, or no UTF-8", () => {
    const path = write({ "bad.hako": new Uint8Array([0x70, 0xff, 0xfe]), "large.hako": "#".repeat((1 << 20) + 1) })
    expect(() => readProgram(join(path, "gone.hako"))).toThrow("no such file")
    expect(() => readProgram(join(path, "bad.hako"))).toThrow("is not UTF-8 text")
    expect(() => readProgram(join(path, "large.hako"))).toThrow("larger than 1 MiB")
  })

  it.skipIf(process.getuid?.() === 0)("is refused when it may not be read", () => {
    const path = write({ "a.hako": "" })
    chmodSync(join(path, "a.hako"), 0)
    expect(() => readProgram(join(path, "a.hako"))).toThrow("permission denied")
  })
})

describe("a folder", () => {
  it("starts at main.hako", () => {
    expect(namesOf(write({ "a.hako": "", "main.hako": `using "sub/b.hako"`, "sub/b.hako": "", "notes.txt": "" }))).toEqual(["main.hako", "a.hako", "sub/b.hako"])
  })

  it("starts at its only file, or at the only one that no other uses", () => {
    expect(namesOf(write({ "z.hako": "" }))).toEqual(["z.hako"])
    rmSync(folder, { recursive: true })
    expect(namesOf(write({ "a.hako": "", "b.hako": `using "a"`, "c.hako": `using "b.hako" as B\nusing a` }))).toEqual(["c.hako", "a.hako", "b.hako"])
  })

  it("is refused when nothing says where it starts", () => {
    expect(() => readProgram(write({ "a.hako": "", "b.hako": "" }))).toThrow(/may start at several files \(a\.hako, b\.hako\); call one of them main\.hako/)
    rmSync(folder, { recursive: true })
    expect(() => readProgram(write({ "a.hako": `using "b"`, "b.hako": `using "a"` }))).toThrow(/several files \(a\.hako, b\.hako\)/)
  })

  it("is refused when it has no program", () => {
    expect(() => readProgram(write({ "notes.txt": "", "x.hako/y.hako": "" }))).toThrow("no .hako files")
  })

  it("runs although a file that nothing uses is broken, and says so", () => {
    const compilation = compile(readProgram(write({ "main.hako": "print(1)", "old.hako": "box {" })), { optimise: 0 })
    expect(compilation.hasErrors).toBe(false)
    expect(compilation.diagnostics.map(({ source, diagnostic }) => [source.name, diagnostic.severity])).toContainEqual(["old.hako", "warning"])
  })
})
