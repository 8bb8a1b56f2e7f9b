/**
 * Serves the built page: `node dist/server.js`, or through `npm start`.
 *
 * Environment: `PORT` (default 5173) and `HOST` (default localhost). Runs on Node 20 and newer.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { serve } from "@hono/node-server"
import { createApp } from "./app.ts"
import { listStaticFiles } from "./static-files.ts"

const folder = join(import.meta.dirname, "page")
if (!existsSync(join(folder, "index.html"))) {
  console.error(`no page at ${folder}; build it with: npm run build`)
  process.exit(1)
}
const port = Number(process.env["PORT"] ?? 5173)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT must be a number from 0 to 65535, not ${JSON.stringify(process.env["PORT"])}`)
  process.exit(1)
}
const hostname = process.env["HOST"] ?? "localhost"

const server = serve({ fetch: createApp(listStaticFiles(folder)).fetch, port, hostname }, (address) => {
  console.log(`Hakorune Playground: http://${hostname}:${address.port}/`)
})
server.on("error", (error: NodeJS.ErrnoException) => {
  console.error(error.code === "EADDRINUSE" ? `port ${port} is in use; choose another, for example: PORT=${port + 1} npm start` : `cannot listen on ${hostname}:${port}: ${error.message}`)
  process.exit(1)
})
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    // Connections that browsers keep open must not keep the process.
    setTimeout(() => process.exit(0), 500).unref()
  })
}
