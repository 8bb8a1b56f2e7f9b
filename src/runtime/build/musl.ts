/**
 * Where musl's archive for a target is: installed, or taken out of Debian's package for a foreign processor.
 *
 * The one idea: a package for another processor is never installed, only opened: its archive is all that is wanted. It is asked for
 * with a configuration of apt's own in the cache folder, so that the system's package lists stay as they are.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { RuntimeBuildError } from "./build.ts"
import type { NativeTarget } from "./native.ts"

const FOLDER = fileURLToPath(new URL("../../../.cache/musl/", import.meta.url))
const DEBIAN: Readonly<Record<NativeTarget, string>> = { x86_64: "amd64", aarch64: "arm64" }
const SOURCE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n"

/** Path of `libc.a`. Throws RuntimeBuildError if it cannot be had. */
export function muslArchive(target: NativeTarget): string {
  const inside = `usr/lib/${target}-linux-musl/libc.a`
  for (const root of ["/", join(FOLDER, target)]) if (existsSync(join(root, inside))) return join(root, inside)
  fetchPackage(target)
  const path = join(FOLDER, target, inside)
  if (!existsSync(path)) throw new RuntimeBuildError(`Debian's package musl-dev for ${target} holds no ${inside}`)
  return path
}

function fetchPackage(target: NativeTarget): void {
  const apt = join(FOLDER, "apt", target)
  for (const name of ["lists/partial", "cache/archives/partial", "parts"]) mkdirSync(join(apt, name), { recursive: true })
  const architecture = DEBIAN[target]
  writeFileSync(join(apt, "parts", "debian.list"), SOURCE)
  const settings: readonly (readonly [string, string])[] = [
    ["APT::Architectures", architecture], ["Dir::State::lists", join(apt, "lists")], ["Dir::Cache", join(apt, "cache")],
    ["Dir::Etc::sourcelist", "/dev/null"], ["Dir::Etc::sourceparts", join(apt, "parts")], ["Debug::NoLocking", "1"],
  ]
  const configuration = join(apt, "apt.conf")
  writeFileSync(configuration, settings.map(([name, value]) => `${name} "${value}";\n`).join(""))
  const run = (program: string, args: readonly string[]): void => {
    const ran = spawnSync(program, args, { encoding: "utf8", cwd: apt, env: { ...process.env, APT_CONFIG: configuration } })
    if (ran.status !== 0) throw new RuntimeBuildError(`musl for ${target} cannot be had: ${program} ${args.join(" ")}: ${ran.stderr ?? ran.error?.message ?? ""}`)
  }
  run("apt-get", ["-q", "update"])
  run("apt-get", ["-q", "download", `musl-dev:${architecture}`])
  const archive = readdirSync(apt).find((name) => name.startsWith("musl-dev_") && name.endsWith(".deb"))
  if (archive === undefined) throw new RuntimeBuildError(`apt-get gave no package musl-dev for ${target}`)
  run("dpkg-deb", ["-x", join(apt, archive), join(FOLDER, target)])
}
