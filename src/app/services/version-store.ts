/**
 * Where the history of versions is kept: one record of IndexedDB, shared by all tabs. Every change reads and writes it
 * in one transaction, so tabs do not lose each other's versions.
 */
import { get, update } from "idb-keyval"
import { parseHistory, type Version, withVersion } from "../model/version-history.ts"

const KEY = "hako.history"

/** The history, newest first. */
export async function readVersions(): Promise<readonly Version[]> {
  return parseHistory(await get<unknown>(KEY))
}

/** Adds a version. */
export async function keepVersion(version: Omit<Version, "id">): Promise<void> {
  await update<unknown>(KEY, (stored) => withVersion(parseHistory(stored), version))
}
