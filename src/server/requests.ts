/**
 * Bodies of requests, checked: closed shapes (an unknown key is an error), limits on every size.
 */
import * as v from "valibot"
import { type AsmRequest, BUILD_LEVELS, BUILD_TARGETS, type BuildRequest, MOST_REPEATS, type RunRequest, SERVER_ENGINES, type SnippetRequest } from "../protocol/api.ts"
import { ApiError } from "./errors.ts"
import { LIMITS } from "./limits.ts"

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.fileName))
const files = v.pipe(
  v.array(v.strictObject({ name, text: v.string() })),
  v.minLength(1),
  v.maxLength(LIMITS.files),
  v.check((all) => new Set(all.map((file) => file.name)).size === all.length, "two files have the same name"),
)
const target = v.picklist(BUILD_TARGETS)
const level = v.picklist(BUILD_LEVELS)

const BUILD: v.GenericSchema<unknown, BuildRequest> = v.strictObject({ files, target, level, strip: v.boolean() })
const ASM: v.GenericSchema<unknown, AsmRequest> = v.strictObject({ files, target, level, form: v.picklist(["assembly", "llvm"]) })
// A process's arguments end at a NUL.
const argument = v.pipe(v.string(), v.maxLength(LIMITS.argument), v.check((text) => !text.includes("\0"), "an argument holds a NUL character"))
const RUN: v.GenericSchema<unknown, RunRequest> = v.strictObject({
  files,
  engine: v.picklist(SERVER_ENGINES),
  level,
  args: v.pipe(v.array(argument), v.maxLength(LIMITS.arguments)),
  stdin: v.pipe(v.string(), v.maxLength(LIMITS.stdin)),
  repeats: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_REPEATS))),
})
const SNIPPET: v.GenericSchema<unknown, SnippetRequest> = v.strictObject({ fragment: v.pipe(v.string(), v.maxLength(LIMITS.fragment), v.regex(/^[0-9]{1,4}\.[A-Za-z0-9_-]+$/, "this is no link of the page")) })

function checked<T>(schema: v.GenericSchema<unknown, T>, body: unknown): T {
  const result = v.safeParse(schema, body, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  const where = v.getDotPath(issue)
  throw new ApiError("bad_request", `${where === null ? "The body" : `"${where}"`}: ${issue.message}.`)
}

function withinSource<T extends { readonly files: readonly { readonly text: string }[] }>(request: T): T {
  const bytes = request.files.reduce((sum, file) => sum + Buffer.byteLength(file.text), 0)
  if (bytes > LIMITS.source) throw new ApiError("source_too_large", `The program has ${bytes} bytes; the server takes at most ${LIMITS.source}.`)
  return request
}

/** Checks a request to build. */
export function buildRequest(body: unknown): BuildRequest {
  return withinSource(checked(BUILD, body))
}

/** Checks a request for LLVM's texts. */
export function asmRequest(body: unknown): AsmRequest {
  return withinSource(checked(ASM, body))
}

/** Checks a request to run. */
export function runRequest(body: unknown): RunRequest {
  return withinSource(checked(RUN, body))
}

/** Checks a request to keep a program. */
export function snippetRequest(body: unknown): SnippetRequest {
  return checked(SNIPPET, body)
}
