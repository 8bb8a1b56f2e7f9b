/**
 * A diagnostic as text for a terminal: a headline, the source line with carets, further places, notes and help. Pure and stable: the
 * same diagnostic gives the same text; colour is off unless asked for.
 */
import { countCodePoints, type SourceFile, type Span } from '../base/source.ts'
import type { Diagnostic, DiagnosticSink, Severity } from './diagnostic.ts'

export interface RenderOptions {
  /** ANSI colours. */
  readonly color?: boolean
}

const HEADINGS: Record<Severity, string> = { error: 'Error', warning: 'Warning', hint: 'Hint' }
const COLORS: Record<Severity, string> = { error: '\x1b[31m', warning: '\x1b[33m', hint: '\x1b[36m' }
/** Longer source lines are cut around the caret. */
const FRAME_WIDTH = 100

/** Renders one diagnostic, without a final LF. */
export function renderDiagnostic(source: SourceFile, diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint = (text: string, code: string): string => (options.color === true ? `${code}${text}\x1b[0m` : text)
  const { line, column } = source.lines.position(diagnostic.primary.span.start)
  const heading = `${HEADINGS[diagnostic.severity]} at line ${line}, column ${column}:`
  const out = [`${paint(heading, COLORS[diagnostic.severity])} ${diagnostic.message} [${diagnostic.code}]`]
  out.push(...frame(source, diagnostic.primary.span, diagnostic.primary.text, '^'))
  for (const label of diagnostic.secondary) {
    if (label.file !== undefined && label.file !== source.name) out.push(`   = in ${label.file}: ${label.text}`)
    else out.push(...frame(source, label.span, label.text, '-'))
  }
  for (const note of diagnostic.notes) out.push(`   = note: ${note}`)
  if (diagnostic.help !== undefined) out.push(`   = help: ${diagnostic.help.text}`)
  return out.join('\n')
}

/** Renders all diagnostics of a sink, each followed by LF, and the count of those not kept. */
export function renderSink(sink: DiagnosticSink, options: RenderOptions = {}): string {
  const parts = sink.diagnostics.map((diagnostic) => renderDiagnostic(sink.source, diagnostic, options))
  if (sink.droppedCount > 0) parts.push(`… and ${sink.droppedCount} more`)
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`
}

function frame(source: SourceFile, span: Span, text: string, mark: string): string[] {
  const { line } = source.lines.position(span.start)
  const lineStart = source.lines.startOfLine(line)
  const lineEnd = source.lines.endOfLine(line)
  // A window of the line keeps megabyte lines readable; it never splits a surrogate pair.
  let from = lineStart
  let to = lineEnd
  if (lineEnd - lineStart > FRAME_WIDTH) {
    from = Math.max(lineStart, Math.min(span.start - FRAME_WIDTH / 2, lineEnd - FRAME_WIDTH))
    to = Math.min(lineEnd, from + FRAME_WIDTH)
    if (from > lineStart && isLowSurrogate(source.text, from)) from--
    if (to < lineEnd && isLowSurrogate(source.text, to)) to++
  }
  const visible = source.text.slice(from, to)
  const prefix = from > lineStart ? '…' : ''
  const suffix = to < lineEnd ? '…' : ''
  const gutter = String(line)
  const caretStart = Math.max(from, Math.min(span.start, to))
  const caretEnd = Math.max(caretStart, Math.min(span.end, to))
  // Tabs are kept in the padding so that the caret stands below its character whatever the tab width is.
  const padding = [...source.text.slice(from, caretStart)].map((char) => (char === '\t' ? '\t' : ' ')).join('')
  const carets = mark.repeat(Math.max(1, countCodePoints(source.text, caretStart, caretEnd)))
  const blank = ' '.repeat(gutter.length)
  return [
    ` ${gutter} | ${prefix}${printable(visible)}${suffix}`,
    ` ${blank} | ${prefix === '' ? '' : ' '}${padding}${carets}${text === '' ? '' : ` ${text}`}`,
  ]
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}

/** Control characters and bidirectional controls become visible; widths stay one to one. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
