/**
 * The local history of versions: a list, newest first, of programs that were worth keeping. Pure; where it is stored is
 * `services/version-store.ts`.
 */
import type { SourceText } from "../../protocol/worker.ts"
import { isBlank, isFileName, MAIN_NAME, MOST_FILES, sameFiles, unitsOf } from "./project.ts"

const REASONS = ["run", "example", "link", "restore", "close", "lesson", "format", "kept"] as const

/** Why a version was kept. */
export type VersionReason = (typeof REASONS)[number]

/** One version. */
export interface Version {
  /** Unique within the history; grows. */
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly reason: VersionReason
  /** All files of the program, the main file first. */
  readonly files: readonly SourceText[]
  readonly stdin: string
}

/** Most versions kept. */
export const MOST_VERSIONS = 100
/** Most characters kept over all versions. */
export const MOST_CHARACTERS = 8 * 1024 * 1024

/** `history` with a version added; a program equal to the newest one is not kept twice, and blank ones not at all. */
export function withVersion(history: readonly Version[], version: Omit<Version, "id">): readonly Version[] {
  const newest = history[0]
  if (isBlank(version.files)) return history
  if (newest !== undefined && sameFiles(newest.files, version.files) && newest.stdin === version.stdin) return history
  const kept: Version[] = [{ ...version, id: (newest?.id ?? 0) + 1 }]
  let characters = unitsOf(version.files) + version.stdin.length
  for (const older of history) {
    characters += unitsOf(older.files) + older.stdin.length
    if (kept.length >= MOST_VERSIONS || characters > MOST_CHARACTERS) break
    kept.push(older)
  }
  return kept
}

/** The versions in `value`, which may be anything a browser kept for us; malformed ones are left out. */
export function parseHistory(value: unknown): readonly Version[] {
  if (!Array.isArray(value)) return []
  const versions: Version[] = []
  for (const entry of value) {
    if (typeof entry !== "object" || entry === null) continue
    const { id, at, reason, text, files, stdin } = entry as Partial<Record<keyof Version | "text", unknown>>
    const known = REASONS.find((row) => row === reason)
    // A version of one file may be stored as its text alone.
    const read = typeof text === "string" ? [{ name: MAIN_NAME, text }] : parseFiles(files)
    if (typeof id === "number" && typeof at === "number" && known !== undefined && read !== null && typeof stdin === "string") {
      versions.push({ id, at, reason: known, files: read, stdin })
    }
  }
  return versions.slice(0, MOST_VERSIONS)
}

/** The files in `value`, or null if it is not a list of files as `project.ts` describes it. */
export function parseFiles(value: unknown): readonly SourceText[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_FILES) return null
  const files: SourceText[] = []
  for (const entry of value) {
    if (typeof entry !== "object" || entry === null) return null
    const { name, text } = entry as { name?: unknown; text?: unknown }
    if (typeof name !== "string" || !isFileName(name) || typeof text !== "string" || files.some((file) => file.name === name)) return null
    files.push({ name, text })
  }
  return files
}
