/**
 * Formatting for hosts: a source file to its formatted text, or what keeps it from being formatted.
 */
import type { SourceFile } from "../base/source.ts"
import type { Diagnostic } from "../diagnostics/diagnostic.ts"
import { format } from "../syntax/format.ts"

/** Formats a file. A file with syntax errors is not formatted. */
export function formatSource(source: SourceFile): { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] } {
  return format(source)
}
