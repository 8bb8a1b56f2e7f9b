/**
 * Diagnostics of a program of several files. The one idea: findings are gathered and given to the sink in the order of the
 * text, whatever order the rules are checked in.
 */
import type { Span } from "../base/source.ts"
import { type DiagnosticCode, type DiagnosticExtras, type DiagnosticParameters, diagnose } from "../diagnostics/catalog.ts"
import type { Diagnostic, DiagnosticSink } from "../diagnostics/diagnostic.ts"
import type { SourceUnit } from "./checked.ts"
import type { Place } from "./symbol.ts"

/** Gathers findings. */
export class Reporter {
  readonly #files: readonly SourceUnit[]
  readonly #found: { readonly file: number; readonly diagnostic: Diagnostic }[] = []

  constructor(files: readonly SourceUnit[]) {
    this.#files = files
  }

  /** Adds a finding of a file. */
  add<C extends DiagnosticCode>(code: C, place: Place, parameters: DiagnosticParameters<C>, extras: DiagnosticExtras = {}): void {
    this.#found.push({ file: place.file, diagnostic: diagnose(code, place.span, parameters, extras) })
  }

  /** A secondary label. */
  label(place: Place, text: string): { readonly span: Span; readonly text: string; readonly file: string } {
    return { span: place.span, text, file: this.#files[place.file]?.name ?? "" }
  }

  /** 1-based line of a place. */
  line(place: Place): number {
    return this.#files[place.file]?.source.lines.lineOf(place.span.start) ?? 0
  }

  /** Hands all findings over, by file and place. */
  flush(sink: DiagnosticSink): void {
    this.#found.sort((a, b) => a.file - b.file || a.diagnostic.primary.span.start - b.diagnostic.primary.span.start)
    for (const { file, diagnostic } of this.#found) {
      const unit = this.#files[file]
      const name = unit?.name
      const isOfSink = unit === undefined || unit.source === sink.source || name === sink.source.name
      sink.add(isOfSink || name === undefined ? diagnostic : { ...diagnostic, primary: { ...diagnostic.primary, file: name } })
    }
  }
}
