/**
 * The HTTP application: the built page as static files with the headers of `headers.ts`.
 *
 * The one idea: a request is a function from path to response; nothing here listens, so tests call it directly.
 */
import { Hono } from "hono"
import { headersFor } from "./headers.ts"
import { chooseForm, type StaticFile } from "./static-files.ts"

/** The application that serves `files`. */
export function createApp(files: ReadonlyMap<string, StaticFile>): Hono {
  const app = new Hono()
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
