/**
 * The local history of versions: a list, newest first, of texts that were worth keeping. Pure; where it is stored is
 * `services/version-store.ts`.
 */

/** Why a version was kept. */
export type VersionReason = "run" | "example" | "link" | "restore" | "format" | "kept"

/** One version. */
export interface Version {
  /** Unique within the history; grows. */
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly reason: VersionReason
  readonly text: string
  readonly stdin: string
}

/** Most versions kept. */
export const MOST_VERSIONS = 100
/** Most characters kept over all versions. */
export const MOST_CHARACTERS = 8 * 1024 * 1024

/** `history` with a version added; a text equal to the newest one is not kept twice, and blank ones not at all. */
export function withVersion(history: readonly Version[], version: Omit<Version, "id">): readonly Version[] {
  const newest = history[0]
  if (version.text.trim() === "") return history
  if (newest !== undefined && newest.text === version.text && newest.stdin === version.stdin) return history
  const kept: Version[] = [{ ...version, id: (newest?.id ?? 0) + 1 }]
  let characters = version.text.length + version.stdin.length
  for (const older of history) {
    characters += older.text.length + older.stdin.length
    if (kept.length >= MOST_VERSIONS || characters > MOST_CHARACTERS) break
    kept.push(older)
  }
  return kept
}

const REASONS: readonly VersionReason[] = ["run", "example", "link", "restore", "format", "kept"]

/** The versions in `value`, which may be anything a browser kept for us; malformed ones are left out. */
export function parseHistory(value: unknown): readonly Version[] {
  if (!Array.isArray(value)) return []
  const versions: Version[] = []
  for (const entry of value) {
    if (typeof entry !== "object" || entry === null) continue
    const { id, at, reason, text, stdin } = entry as Partial<Record<keyof Version, unknown>>
    const known = REASONS.find((row) => row === reason)
    if (typeof id === "number" && typeof at === "number" && known !== undefined && typeof text === "string" && typeof stdin === "string") {
      versions.push({ id, at, reason: known, text, stdin })
    }
  }
  return versions.slice(0, MOST_VERSIONS)
}
