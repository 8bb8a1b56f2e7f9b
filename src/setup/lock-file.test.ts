/** `npm ci` works from the lock file alone, on every platform and with every registry. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

interface LockEntry {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

const ROOT = join(import.meta.dirname, "..", "..")
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<string, Record<string, string>>
const packages = (JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as { packages: Record<string, LockEntry> }).packages
const entries = Object.entries(packages).filter(([path]) => path !== "")

describe("the lock file", () => {
  it("names every direct dependency in one exact version", () => {
    const direct = Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"], ...manifest["optionalDependencies"] })
    expect(direct.length).toBeGreaterThan(10)
    for (const [name, version] of direct) expect(packages[`node_modules/${name}`]?.version, name).toBe(version)
  })

  it("has an entry for every dependency of every entry, those of other platforms too", () => {
    const absent = entries.flatMap(([path, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
        .filter((name) => packages[`${path}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined)
        .map((name) => `${path} needs ${name}`),
    )
    expect(absent).toEqual([])
  })

  it("names no registry and checks the content of every package", () => {
    expect(entries.filter(([, entry]) => entry.resolved !== undefined || entry.integrity === undefined).map(([path]) => path)).toEqual([])
  })

  it("brings no package that needs to run a script to be installed", () => {
    expect(entries.filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => path)).toEqual([])
  })
})
