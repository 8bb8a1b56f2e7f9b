/**
 * The routes below `/api`: who may ask, what comes in, what goes out.
 *
 * The one idea: a route is a check of the body and one call; refusing (origin, type, size, rate, ability) is done in one place for all, in
 * the order in which it is cheapest. Nothing here listens, so tests call it directly.
 */
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { stream } from "hono/streaming"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { API, type Ability, type BuildEvent, type SnippetAnswer } from "../protocol/api.ts"
import { ApiError, failureOf } from "./errors.ts"
import type { Health, Perhaps } from "./health.ts"
import { LIMITS } from "./limits.ts"
import { clientKey, type RateName, type Rates } from "./rates.ts"
import { asmRequest, buildRequest, runRequest, snippetRequest } from "./requests.ts"
import { isSnippetId, type SnippetStore, StoreError } from "./snippet-store.ts"
import type { Visit, Workshop } from "./workshop.ts"

/** What the routes need. */
export interface ApiParts {
  readonly workshop: Perhaps<Workshop>
  readonly snippets: Perhaps<SnippetStore>
  readonly rates: Rates
  readonly health: Health
  /** The address that a request comes from. */
  readonly addressOf: (context: Context) => string
}

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
}

function failed(context: Context, error: unknown): Response {
  const { status, body } = failureOf(error)
  const { retryAfter } = body.error
  return context.json(body, status as ContentfulStatusCode, { ...HEADERS, ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }) })
}

/** Only the page itself may make a browser ask for work. */
function checkOrigin(context: Context): void {
  const origin = context.req.header("origin")
  if (origin === undefined) return
  const host = context.req.header("host") ?? new URL(context.req.url).host
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new ApiError("foreign_origin", "Another site may not use this server from a browser.")
}

async function bodyOf(context: Context): Promise<unknown> {
  const type = context.req.header("content-type") ?? ""
  if (!/^application\/json(;|$)/i.test(type)) throw new ApiError("bad_type", "Send JSON, as Content-Type: application/json.")
  const coding = context.req.header("content-encoding")
  if (coding !== undefined && coding !== "identity") throw new ApiError("bad_type", "Send the body uncompressed.")
  try {
    return JSON.parse(await context.req.text()) as unknown
  } catch {
    throw new ApiError("bad_request", "The body is no JSON.")
  }
}

/** The routes. */
export function createApi(parts: ApiParts): Hono {
  const api = new Hono()
  const clientOf = (context: Context): string => clientKey(parts.addressOf(context))
  const available = <T>(ability: Ability, part: Perhaps<T>): T => {
    const missing = parts.health.missing(ability)
    if ("missing" in part || missing !== null) throw new ApiError("unavailable", `This server cannot do that: ${missing ?? ("missing" in part ? part.missing : "")}.`)
    return part.value
  }
  const visit = (context: Context, rate: RateName, onStage?: Visit["onStage"]): Visit => ({
    client: clientOf(context),
    signal: context.req.raw.signal,
    admit: async () => {
      await parts.rates.take(rate, clientOf(context))
      await parts.rates.spend("compilations")
    },
    ...(onStage === undefined ? {} : { onStage }),
  })

  api.onError((error, context) => failed(context, error))
  api.use(bodyLimit({ maxSize: LIMITS.body, onError: (context) => failed(context, new ApiError("body_too_large", `The body is larger than ${LIMITS.body} bytes.`)) }))
  api.use(async (context, next) => {
    if (context.req.method === "POST") checkOrigin(context)
    await next()
  })

  api.get(API.health, async (context) => context.json(await parts.health.look(), 200, HEADERS))

  api.post(API.build, async (context) => {
    const workshop = available("build", parts.workshop)
    const request = buildRequest(await bodyOf(context))
    const accepted = context.req.header("accept") ?? ""
    if (accepted.includes("application/x-ndjson")) {
      return stream(
        context,
        async (out) => {
          // Each line waits for the one before; a reader that has gone away ends the build by its signal.
          let sent: Promise<unknown> = Promise.resolve()
          const send = (event: BuildEvent): void => {
            sent = sent.then(() => out.write(`${JSON.stringify(event)}\n`))
          }
          try {
            send({ answer: await workshop.build(request, visit(context, "build", (stage) => send({ stage }))) })
          } catch (error) {
            send(failureOf(error).body)
          }
          await sent
        },
        async () => {},
      )
    }
    const answer = await workshop.build(request, visit(context, "build"))
    if (accepted.includes("application/octet-stream")) {
      return context.body(new Uint8Array(Buffer.from(answer.executable, "base64")), 200, { ...HEADERS, "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="${answer.name}"`, "X-Content-SHA256": answer.sha256 })
    }
    return context.json(answer, 200, HEADERS)
  })

  api.post(API.asm, async (context) => {
    const workshop = available("asm", parts.workshop)
    const request = asmRequest(await bodyOf(context))
    return context.json(await workshop.assemble(request, visit(context, "asm")), 200, HEADERS)
  })

  api.post(API.run, async (context) => {
    const workshop = available("run", parts.workshop)
    const request = runRequest(await bodyOf(context))
    await parts.rates.take("run", clientOf(context))
    return context.json(await workshop.run(request, { ...visit(context, "build"), admit: () => parts.rates.spend("compilations") }), 200, HEADERS)
  })

  api.post(API.snippets, async (context) => {
    const store = available("snippets", parts.snippets)
    const { fragment } = snippetRequest(await bodyOf(context))
    await parts.rates.take("share", clientOf(context))
    await parts.rates.take("shareDaily", clientOf(context))
    await parts.rates.spend("snippets")
    const id = await stored(() => store.put(fragment))
    return context.json({ id, fragment } satisfies SnippetAnswer, 200, HEADERS)
  })

  api.get(`${API.snippets}/:id`, async (context) => {
    const store = available("snippets", parts.snippets)
    const id = context.req.param("id")
    await parts.rates.take("read", clientOf(context))
    const found = isSnippetId(id) ? await stored(() => store.get(id)) : null
    if (found === null) throw new ApiError("not_found", "There is no program with this link.")
    return context.json(found satisfies SnippetAnswer, 200, { ...HEADERS, "Cache-Control": "public, max-age=31536000, immutable" })
  })

  api.all("/api/*", (context) => failed(context, new ApiError("not_found", "There is no such address.")))
  return api
}

async function stored<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoreError) throw new ApiError("unavailable", "The store of links does not answer; try again.", { retryAfter: 5, cause: error })
    throw error
  }
}
