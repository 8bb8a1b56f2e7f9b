/**
 * Keeps the work in this browser. Every tab has a session of its own, named in the tab's session storage, so a second
 * tab never overwrites the first; a new tab starts from a copy of what was saved last anywhere. Local storage is
 * synchronous: what was saved is there for the first paint, and a crash loses at most the last `SAVE_DELAY`.
 */
import { type EngineId, isEngineId } from "../model/engines.ts"
import { type LayoutNode, parseLayout } from "../model/layout.ts"
import type { SourceText } from "../../protocol/worker.ts"
import type { AppState, ThemeChoice } from "../model/state.ts"
import { parseFiles } from "../model/version-history.ts"

/** What is kept of a session. */
export interface SavedSession {
  readonly files: readonly SourceText[]
  /** Name of the file in the editor. */
  readonly active: string
  readonly stdin: string
  readonly engine: EngineId
  readonly optimise: 0 | 1 | 2
  readonly selection: { readonly start: number; readonly end: number }
  /** Epoch milliseconds. */
  readonly savedAt: number
}

/** What is kept for all sessions. */
export interface Preferences {
  readonly theme: ThemeChoice
  readonly layout: LayoutNode | null
}

const SESSION = "hako.session."
const LAST = "hako.last"
const PREFERENCES = "hako.preferences"
const TAB = "hako.tab"
/** Sessions kept; the oldest give way. */
const MOST_SESSIONS = 20

/** Storage may be forbidden or absent: then nothing is kept, and the page says so. */
function storage(kind: "local" | "session"): Storage | null {
  try {
    return kind === "local" ? localStorage : sessionStorage
  } catch {
    return null
  }
}

function makeId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** The session of this tab. */
export class SessionStore {
  #id: string
  readonly #local = storage("local")

  private constructor(id: string) {
    this.#id = id
  }

  /** Opens this tab's session: what it held, or what any tab saved last, or null for a first visit. */
  static open(): { readonly store: SessionStore; readonly saved: SavedSession | null } {
    const tab = storage("session")
    const local = storage("local")
    const known = tab?.getItem(TAB) ?? null
    const store = new SessionStore(known ?? makeId())
    if (known === null) tab?.setItem(TAB, store.#id)
    const own = known === null ? null : parseSession(local?.getItem(SESSION + known) ?? null)
    const last = local?.getItem(LAST) ?? null
    const saved = own ?? (last === null ? null : parseSession(local?.getItem(SESSION + last) ?? null))
    return { store, saved }
  }

  /**
   * Makes sure that no other tab writes the same session: duplicating a tab duplicates its session storage. The tab
   * that holds the lock keeps the name, any other takes a fresh one.
   */
  async claim(): Promise<void> {
    if (navigator.locks === undefined) return
    const isOurs = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(SESSION + this.#id, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<void>(() => {})
      })
    })
    if (isOurs) return
    this.#id = makeId()
    storage("session")?.setItem(TAB, this.#id)
    await this.claim()
  }

  /** Keeps the work; returns why it could not, or null. */
  save(state: AppState): string | null {
    if (this.#local === null) return "storage is switched off in this browser"
    const session: SavedSession = {
      files: state.files,
      active: state.source.name,
      stdin: state.stdin,
      engine: state.engine,
      optimise: state.optimise,
      selection: state.selection,
      savedAt: Date.now(),
    }
    try {
      const isFirst = this.#local.getItem(SESSION + this.#id) === null
      if (isFirst) this.#dropOldest()
      this.#local.setItem(SESSION + this.#id, JSON.stringify(session))
      this.#local.setItem(LAST, this.#id)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : "storage is full"
    }
  }

  #dropOldest(): void {
    const local = this.#local
    if (local === null) return
    const sessions: { key: string; savedAt: number }[] = []
    for (let index = 0; index < local.length; index++) {
      const key = local.key(index)
      if (key?.startsWith(SESSION)) sessions.push({ key, savedAt: parseSession(local.getItem(key))?.savedAt ?? 0 })
    }
    sessions.sort((a, b) => b.savedAt - a.savedAt)
    for (const { key } of sessions.slice(MOST_SESSIONS - 1)) local.removeItem(key)
  }
}

function parseObject(json: string | null): Readonly<Record<string, unknown>> | null {
  if (json === null) return null
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function parseSession(json: string | null): SavedSession | null {
  const fields = parseObject(json)
  if (fields === null) return null
  const { name, text, files, active, stdin, engine, optimise, selection, savedAt } = fields
  // A session of one file may be stored as its name and text.
  const read = parseFiles(files ?? [{ name, text }])
  const main = read?.[0]
  if (read === null || main === undefined || typeof stdin !== "string" || typeof savedAt !== "number") return null
  const range = (typeof selection === "object" && selection !== null ? selection : {}) as { start?: unknown; end?: unknown }
  return {
    files: read,
    active: read.find((file) => file.name === active)?.name ?? main.name,
    stdin,
    engine: isEngineId(engine) ? engine : "wasm",
    optimise: optimise === 0 || optimise === 2 ? optimise : 1,
    selection: {
      start: typeof range.start === "number" ? range.start : 0,
      end: typeof range.end === "number" ? range.end : 0,
    },
    savedAt,
  }
}

/** The preferences of this browser. */
export function loadPreferences(): Preferences {
  const fields = parseObject(storage("local")?.getItem(PREFERENCES) ?? null)
  const theme = fields?.["theme"]
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    layout: parseLayout(fields?.["layout"]),
  }
}

/** Keeps the preferences; one that cannot be kept is lost, which harms nobody. */
export function savePreferences(preferences: Preferences): void {
  try {
    storage("local")?.setItem(PREFERENCES, JSON.stringify(preferences))
  } catch {
    // A full storage is reported by the next save of the work itself.
  }
}
