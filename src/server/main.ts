/**
 * Serves the built page and its API: `node dist/server.js`, or through `npm start`.
 *
 * Environment: see `deployment.md`. Runs on Node 20 and newer; links are kept in SQLite from Node 22.13 on.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { serve } from "@hono/node-server"
import { getConnInfo } from "@hono/node-server/conninfo"
import type { Context } from "hono"
import { createApp } from "./app.ts"
import { equip } from "./equipment.ts"
import { Health } from "./health.ts"
import { memoryRates, redisRates } from "./rates.ts"
import { openSnippets } from "./open-snippets.ts"
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
const data = process.env["DATA_DIR"] ?? join(import.meta.dirname, "..", ".cache", "server")
const proxies = Number(process.env["TRUSTED_PROXIES"] ?? 0)
if (!Number.isInteger(proxies) || proxies < 0) {
  console.error(`TRUSTED_PROXIES must be the number of proxies in front of the server, not ${JSON.stringify(process.env["TRUSTED_PROXIES"])}`)
  process.exit(1)
}

/** The peer, or what the outermost trusted proxy has seen as its peer. What a client writes itself into the header lies before that. */
function addressOf(context: Context): string {
  const peer = getConnInfo(context).remote.address ?? "unknown"
  if (proxies === 0) return peer
  const forwarded = (context.req.header("x-forwarded-for") ?? "").split(",").map((entry) => entry.trim()).filter((entry) => entry !== "")
  return forwarded.at(-proxies) ?? peer
}

const redisUrl = process.env["REDIS_URL"]
const rates = redisUrl === undefined || redisUrl === "" ? memoryRates() : redisRates(redisUrl)
const [equipment, snippets] = await Promise.all([equip(join(import.meta.dirname, "runtime", "native"), join(data, "builds")), openSnippets(process.env["DATABASE_URL"] ?? "", data)])
const health = new Health({ workshop: equipment.workshop, snippets, llvm: equipment.llvm })
const app = createApp(listStaticFiles(folder), { workshop: equipment.workshop, snippets, rates, health, addressOf })

const server = serve({ fetch: app.fetch, port, hostname, serverOptions: { requestTimeout: 15_000, headersTimeout: 5000, maxHeaderSize: 16_384 } }, (address) => {
  console.log(`Hakorune Playground: http://${hostname}:${address.port}/`)
})
server.on("error", (error: NodeJS.ErrnoException) => {
  console.error(error.code === "EADDRINUSE" ? `port ${port} is in use; choose another, for example: PORT=${port + 1} npm start` : `cannot listen on ${hostname}:${port}: ${error.message}`)
  process.exit(1)
})

async function end(): Promise<void> {
  if ("value" in equipment.workshop) equipment.workshop.value.close()
  if ("value" in snippets) await snippets.value.close()
  await rates.close()
  process.exit(0)
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    server.close(() => void end())
    // Connections that browsers keep open must not keep the process.
    setTimeout(() => void end(), 500).unref()
  })
}
