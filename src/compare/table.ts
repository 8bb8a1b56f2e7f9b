/**
 * A comparison as a table: the columns in one place, with the text of every cell for people and its number for programs;
 * as CSV and as Markdown.
 */
import { COMPARED_ENGINES, type ComparedEngineId, type Measurement } from "./measurement.ts"
import type { Say } from "./texts.ts"
import type { ComparedRow, Comparison } from "./verdict.ts"

/** A cell: what people read, and the number behind it in the column's unit. */
export interface Cell {
  readonly text: string
  readonly value: number | null
}

/** What a table shows besides the measurements. */
export interface TableContext {
  readonly say: Say
  /** Lines of the back ends' sources, or null if they were not counted. */
  readonly lines: SourceLines | null
}

/** Lines of source of each back end without blank and comment lines. */
export type SourceLines = Readonly<Record<ComparedEngineId, number>>

interface Column {
  readonly id: ColumnId
  /** Heading in CSV, with the unit. */
  readonly csv: string
  readonly cell: (row: ComparedRow, context: TableContext) => Cell
}

/** Name of a column. */
export type ColumnId =
  | "engine" | "coldCompile" | "compile" | "coldFirst" | "first" | "coldRun" | "run" | "interval" | "spread" | "runs" | "share" | "verdict"
  | "memory" | "code" | "dynamic" | "distributed" | "lines" | "output"

const milliseconds = (value: number | null | undefined, { say }: TableContext): Cell => (value == null ? nothing(say) : { text: formatDuration(value), value })
const bytes = (value: number | null, { say }: TableContext): Cell => (value === null ? nothing(say) : { text: formatSize(value), value })
const nothing = (say: Say): Cell => ({ text: say("compare.nothing"), value: null })

/** TABLE the columns. */
export const COLUMNS: readonly Column[] = [
  { id: "engine", csv: "engine", cell: (row, { say }) => ({ text: say(`compare.engine.${row.measurement.engine}`), value: null }) },
  { id: "run", csv: "run_warm_ms", cell: (row, context) => milliseconds(row.run?.median, context) },
  { id: "share", csv: "run_percent_of_reference", cell: ({ ratio }, { say }) => (ratio === null ? nothing(say) : { text: `${formatNumber(ratio * 100)} %`, value: ratio * 100 }) },
  { id: "verdict", csv: "verdict", cell: (row, { say }) => ({ text: verdictText(row, say), value: null }) },
  { id: "output", csv: "output", cell: (row, { say }) => ({ text: row.measurement.cold === null ? stateText(row.measurement, say) : outputText(row, say), value: null }) },
  {
    id: "interval",
    csv: "run_warm_low_high_ms",
    cell: ({ run }, { say }) => (run === null ? nothing(say) : { text: `${formatDuration(run.low)} – ${formatDuration(run.high)}`, value: null }),
  },
  { id: "spread", csv: "run_warm_mad_ms", cell: (row, context) => milliseconds(row.run?.deviation, context) },
  { id: "runs", csv: "runs", cell: ({ measurement }) => ({ text: String(measurement.warm.length), value: measurement.warm.length }) },
  { id: "coldRun", csv: "run_cold_ms", cell: (row, context) => milliseconds(row.measurement.cold?.run, context) },
  { id: "coldCompile", csv: "compile_cold_ms", cell: (row, context) => milliseconds(row.measurement.coldCompile, context) },
  { id: "compile", csv: "compile_warm_ms", cell: (row, context) => milliseconds(row.compile?.median, context) },
  { id: "coldFirst", csv: "first_output_cold_ms", cell: (row, context) => milliseconds(row.coldFirstOutput, context) },
  { id: "first", csv: "first_output_warm_ms", cell: (row, context) => milliseconds(row.firstOutput?.median, context) },
  {
    id: "memory",
    csv: "peak_memory_bytes",
    cell: ({ peakMemory, measurement }, { say }) =>
      peakMemory === null ? nothing(say) : { text: say(`compare.memory.${COMPARED_ENGINES[measurement.engine].memory}`, { size: formatSize(peakMemory) }), value: peakMemory },
  },
  { id: "code", csv: "code_bytes", cell: ({ measurement }, context) => bytes(measurement.codeBytes, context) },
  { id: "dynamic", csv: "optimises_while_running", cell: ({ measurement }, { say }) => ({ text: say(COMPARED_ENGINES[measurement.engine].optimisesAtRunTime ? "compare.dynamic.yes" : "compare.dynamic.no"), value: null }) },
  {
    id: "distributed",
    csv: "distributed_bytes",
    cell: ({ measurement }, { say }) => {
      const { distributes } = COMPARED_ENGINES[measurement.engine]
      const size = measurement.distributedBytes
      return size === null && distributes !== "compiler" ? nothing(say) : { text: say(`compare.distributes.${distributes}`, { size: size === null ? "" : formatSize(size) }), value: size }
    },
  },
  {
    id: "lines",
    csv: "back_end_lines",
    cell: ({ measurement }, { say, lines }) => (lines === null ? nothing(say) : { text: lines[measurement.engine].toLocaleString("en"), value: lines[measurement.engine] }),
  },
]

/** What can be said of an engine's speed. */
export function verdictText(row: ComparedRow, say: Say): string {
  if (row.verdict === null || row.ratio === null) return say("compare.nothing")
  if (row.verdict === "faster") return say("compare.verdict.faster", { factor: formatNumber(1 / row.ratio) })
  if (row.verdict === "slower") return say("compare.verdict.slower", { factor: formatNumber(row.ratio) })
  return say(`compare.verdict.${row.verdict}`)
}

/** How an engine's output stands to the reference's, and how its run ended unless that is what one expects. */
function outputText(row: ComparedRow, say: Say): string {
  const text = say(`compare.output.${row.output}`)
  const end = row.measurement.cold?.digest.end ?? ""
  return end === "exit 0" ? text : `${text} (${end})`
}

/** Why there is nothing to show of an engine. */
export function stateText({ state, reason }: Measurement, say: Say): string {
  switch (state) {
    case "absent":
    case "stopped":
      return say(`compare.state.${state}`, { reason: reason ?? "" })
    case "waiting":
    case "measuring":
      return say(`compare.state.${state}`)
    case "measured":
      return say("compare.nothing")
  }
}

/** Heading of a column for people. */
export function headingOf(column: ColumnId, comparison: Comparison, say: Say): string {
  return say(`compare.column.${column}`, { reference: comparison.reference === null ? say("compare.nothing") : say(`compare.engine.${comparison.reference}`) })
}

/** What can be read off the table: one line each. */
export function remarksOf(comparison: Comparison, say: Say): string[] {
  const { reference } = comparison
  if (reference === null) return []
  const names = (engine: ComparedEngineId) => ({ engine: say(`compare.engine.${engine}`), reference: say(`compare.engine.${reference}`) })
  return [
    ...comparison.breakEven.map(({ engine, value }) => say(`compare.breakEven.${value.kind}`, { ...names(engine), time: "work" in value ? formatDuration(value.work) : "" })),
    ...comparison.rows.filter((row) => row.measurement.compilesInRun && row.run !== null).map((row) => say("compare.note.compilesInRun", names(row.measurement.engine))),
  ]
}

/** The table as CSV (RFC 4180), numbers in the units that the headings name. */
export function toCsv(comparison: Comparison, context: TableContext): string {
  const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const line = (cells: readonly string[]): string => `${cells.map(quote).join(",")}\r\n`
  const rows = comparison.rows.map((row) =>
    COLUMNS.map(({ id, cell }) => {
      const { text, value } = cell(row, context)
      if (id === "engine") return row.measurement.engine
      if (id === "interval") return row.run === null ? "" : `${rounded(row.run.low)}-${rounded(row.run.high)}`
      if (value !== null) return rounded(value)
      return text === context.say("compare.nothing") ? "" : text
    }),
  )
  return line(COLUMNS.map((column) => column.csv)) + rows.map(line).join("")
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4)
}

/** The table as Markdown, with what can be read off it and `notes` underneath. */
export function toMarkdown(comparison: Comparison, context: TableContext, notes: readonly string[] = []): string {
  const cell = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("\n", " ")
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |\n`
  let text = line(COLUMNS.map(({ id }) => headingOf(id, comparison, context.say)))
  text += line(COLUMNS.map(({ id }) => (TEXT_COLUMNS.has(id) ? "---" : "---:")))
  for (const row of comparison.rows) text += line(COLUMNS.map((column) => column.cell(row, context).text))
  const remarks = [...remarksOf(comparison, context.say), ...notes]
  return remarks.length === 0 ? text : `${text}\n${remarks.map((remark) => `- ${remark}\n`).join("")}`
}

/** Columns that hold words: set to the left. */
export const TEXT_COLUMNS: ReadonlySet<ColumnId> = new Set(["engine", "verdict", "dynamic", "distributed", "output"])

/** A number with about three digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "∞"
  if (value >= 100) return Math.round(value).toLocaleString("en")
  return value.toFixed(value >= 10 ? 1 : 2)
}

/** A duration in milliseconds for people. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0.01) return `${(milliseconds * 1000).toFixed(1)} µs`
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`
  return `${(milliseconds / 1000).toFixed(2)} s`
}

/** A number of bytes for people. */
export function formatSize(size: number): string {
  if (size < 1000) return `${size} B`
  if (size < 1_000_000) return `${(size / 1000).toFixed(size < 10_000 ? 1 : 0)} KB`
  return `${(size / 1_000_000).toFixed(size < 10_000_000 ? 1 : 0)} MB`
}
