/**
 * The compiler's front end as a process of its own: source in, LLVM IR out. Runs inside the sandbox, for the whole life of the server.
 *
 * The one idea: requests and replies are JSON texts with their length in front (four bytes, little-endian), read and written by blocking
 * calls; a first reply says that it is ready; then one at a time, so the process needs no event loop, and whoever waits too long kills it.
 */
import { readSync, writeSync } from "node:fs"
import { lowerToLlvm } from "../compiler/backend/llvm/module.ts"
import { Bug } from "../compiler/base/bug.ts"
import { renderDiagnostic } from "../compiler/diagnostics/render.ts"
import { compile } from "../compiler/driver/compile.ts"
import type { FrontEndReply, FrontEndRequest, SourcePlace } from "./front-end.ts"

/** Reads exactly `length` bytes, or null at the end of the input. */
function read(length: number): Buffer | null {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; ) {
    const n = readSync(0, bytes, at, length - at, null)
    if (n === 0) return null
    at += n
  }
  return bytes
}

function write(reply: FrontEndReply): void {
  const text = Buffer.from(JSON.stringify(reply))
  const bytes = Buffer.alloc(4 + text.length)
  bytes.writeUInt32LE(text.length)
  text.copy(bytes, 4)
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}

function answer(request: FrontEndRequest): FrontEndReply {
  const compilation = compile(request.files, request.options)
  const diagnostics = compilation.diagnostics.map(({ source, diagnostic }) => {
    const { line, column } = source.lines.position(diagnostic.primary.span.start)
    return { code: diagnostic.code, severity: diagnostic.severity, message: diagnostic.message, file: source.name, line, column, rendered: renderDiagnostic(source, diagnostic) }
  })
  if (compilation.hasErrors) return { kind: "wrong", diagnostics: diagnostics.filter(({ severity }) => severity === "error") }
  const { text, links } = lowerToLlvm(compilation.counted("told"), { target: request.target, sources: compilation.sources })
  if (text.length > request.mostIr) return { kind: "large", size: text.length }
  const places = new Map<string, SourcePlace>()
  if (request.places) {
    for (const { origin } of links) {
      const source = compilation.sources[origin.file]
      if (source === undefined) continue
      const { line, column } = source.lines.position(origin.start)
      const key = `${origin.file}:${line}:${column}`
      const known = places.get(key)
      // Of several ranges that start at a place, the smallest says most.
      if (known === undefined || known.end > origin.end) places.set(key, { file: origin.file, name: source.name, line, column, start: origin.start, end: origin.end })
    }
  }
  return { kind: "lowered", text, places: [...places.values()] }
}

write({ kind: "ready" })
for (;;) {
  const head = read(4)
  const body = head === null ? null : read(head.readUInt32LE())
  if (body === null) break
  let reply: FrontEndReply
  try {
    reply = answer(JSON.parse(body.toString("utf8")) as FrontEndRequest)
  } catch (error) {
    reply = { kind: "bug", message: error instanceof Bug ? `${error.message}\n${error.detail}` : error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  write(reply)
}
