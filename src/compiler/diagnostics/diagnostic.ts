/**
 * What is wrong with a source text, as data.
 *
 * The one idea: stages collect diagnostics in a sink and never throw them. The sink keeps at most 200 and counts the rest, so a
 * hostile text cannot flood a page. Codes come from `catalog.ts` and are permanent.
 */
import type { SourceFile, Span } from '../base/source.ts'

/** `error` stops the pipeline after checking; the others do not. */
export type Severity = 'error' | 'warning' | 'hint'

/** A place and what to say there. */
export interface Label {
  readonly span: Span
  /** Empty when the place speaks for itself. */
  readonly text: string
  /** Name of the file; absent when it is the file of the sink. */
  readonly file?: string
}

/** Replaces the text of `span` (empty span: an insertion). */
export interface Edit {
  readonly span: Span
  readonly replacement: string
}

/** What to do about it; the edit is present only when it is certain to be what is meant. */
export interface Help {
  readonly text: string
  readonly edit?: Edit
}

/** One finding. */
export interface Diagnostic {
  /** Permanent code, e.g. `HK1005`. */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly primary: Label
  readonly secondary: readonly Label[]
  readonly notes: readonly string[]
  readonly help?: Help
}

/** Diagnostics kept by one sink; the rest are only counted. */
export const MAX_DIAGNOSTICS = 200

/** Collects the diagnostics of one source file. */
export class DiagnosticSink {
  readonly source: SourceFile
  readonly #kept: Diagnostic[] = []
  #errors = 0
  #dropped = 0

  constructor(source: SourceFile) {
    this.source = source
  }

  add(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error') this.#errors++
    if (this.#kept.length < MAX_DIAGNOSTICS) this.#kept.push(diagnostic)
    else this.#dropped++
  }

  /** In the order found. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#kept
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  /** Errors found, the dropped ones included. */
  get errorCount(): number {
    return this.#errors
  }

  /** Diagnostics beyond the cap. */
  get droppedCount(): number {
    return this.#dropped
  }

  /** True when nothing more will be kept: a stage may stop looking. */
  get isFull(): boolean {
    return this.#kept.length >= MAX_DIAGNOSTICS
  }
}
