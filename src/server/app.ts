/**
 * The HTTP application: the built page as static files with the headers of `headers.ts`, and the routes of `api.ts`.
 *
 * The one idea: a request is a function from path to response; nothing here listens, so tests call it directly.
 */
import { Hono } from "hono"
import { createApi, type ApiParts } from "./api.ts"
import { headersFor } from "./headers.ts"
import { isSnippetId } from "./snippet-store.ts"
import { chooseForm, type StaticFile } from "./static-files.ts"

/** The application that serves `files`, and answers below `/api` if it has the parts for it. */
export function createApp(files: ReadonlyMap<string, StaticFile>, parts: ApiParts | null = null): Hono {
  const app = new Hono()
  if (parts !== null) app.route("/", createApi(parts))
  // The page opens a program from its fragment, which a cached page can do without a server.
  app.get("/s/:id", (context) => {
    const id = context.req.param("id")
    return isSnippetId(id) ? context.body(null, 302, { ...headersFor("/"), Location: `../#s=${id}` }) : context.text("Not found\n", 404, headersFor(context.req.path))
  })
  app.get("/*", (context) => {
    const path = context.req.path
    const file = files.get(path)
    if (file === undefined) return context.text("Not found\n", 404, headersFor(path))
    const { coding, body } = chooseForm(file, context.req.header("accept-encoding") ?? "")
    return context.body(body, 200, {
      ...headersFor(path),
      "Content-Type": file.contentType,
      "Content-Length": String(body.byteLength),
      "Cache-Control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
      ...(coding === null ? {} : { "Content-Encoding": coding }),
    })
  })
  app.notFound((context) => context.text("Not found\n", 404, headersFor(context.req.path)))
  app.onError((error, context) => {
    console.error(`${context.req.method} ${context.req.path}: ${error.message}`)
    return context.text("Internal error\n", 500, headersFor(context.req.path))
  })
  return app
}
