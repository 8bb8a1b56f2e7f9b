/** The lines of source of each back end, counted when the bundle was made. */
import type { SourceLines } from "./table.ts"

declare const HAKO_SOURCE_LINES: SourceLines | undefined

/** The counts; null in code that runs unbundled. */
export const SOURCE_LINES: SourceLines | null = typeof HAKO_SOURCE_LINES === "undefined" ? null : HAKO_SOURCE_LINES
