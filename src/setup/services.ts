/**
 * Servers that tests talk to, started for the test alone: on a free port of the loopback address, with their data in the test's folder.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chownSync, existsSync, mkdirSync } from "node:fs"
import { createServer, type AddressInfo, connect } from "node:net"
import { join } from "node:path"
import { processesBelow } from "./processes.ts"
import { findPostgres, findRedis } from "./tools.ts"

/** A server that runs until it is stopped. */
export interface RunningService {
  /** Address in the form that clients take. */
  readonly address: string
  readonly stop: () => Promise<void>
  /** Ends it as a power cut would, as far as a process can. */
  readonly kill: () => Promise<void>
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.on("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.on("error", () => resolve(false))
  })
}

/** Waits until a server listens; fails when its process ends first. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  let said = ""
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-1000)
  })
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server did not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.on("exit", () => resolve())
    child.kill(signal)
  })
}

/** Ends a server and the processes it has made, none of which learns of it. It is halted first, so that it makes no more of them. */
function endedAtOnce(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  child.kill("SIGSTOP")
  for (const { pid } of processesBelow(child.pid)) {
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It has ended by itself.
    }
  }
  return ended(child, "SIGKILL")
}

/** Who PostgreSQL runs as: it refuses to be root. */
function postgresUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const [, uid = "", gid = ""] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(spawnSync("getent", ["passwd", "postgres"], { encoding: "utf8" }).stdout) ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** Starts PostgreSQL with its data in `folder`, which is made if it is not there. */
export async function startPostgres(folder: string, port?: number): Promise<RunningService> {
  const bin = findPostgres()
  if (bin === null) throw new Error("PostgreSQL is not installed")
  const user = postgresUser()
  const as = user === null ? {} : user
  if (!existsSync(join(folder, "PG_VERSION"))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (user !== null) {
      chownSync(folder, user.uid, user.gid)
      // The way to it must be passable for that user.
      spawnSync("chmod", ["a+x", join(folder, "..")])
    }
    const made = spawnSync(join(bin, "initdb"), ["-D", folder, "-k", "-A", "trust", "-U", "hako", "--no-sync", "-E", "UTF8", "--locale=C"], { encoding: "utf8", cwd: folder, ...as })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  }
  const at = port ?? (await freePort())
  const child = spawn(join(bin, "postgres"), ["-D", folder, "-p", String(at), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"], ...as })
  await listening(child, at)
  // After a crash it listens before it has recovered.
  while (spawnSync(join(bin, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(at)]).status !== 0) await new Promise((resolve) => setTimeout(resolve, 50))
  return { address: `postgres://hako@127.0.0.1:${at}/postgres`, stop: () => ended(child, "SIGINT"), kill: () => endedAtOnce(child) }
}

/** Starts Redis without a disk. */
export async function startRedis(folder: string, port?: number): Promise<RunningService> {
  const program = findRedis()
  if (program === null) throw new Error("Redis is not installed")
  mkdirSync(folder, { recursive: true })
  const at = port ?? (await freePort())
  const child = spawn(program, ["--port", String(at), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] })
  await listening(child, at)
  return { address: `redis://127.0.0.1:${at}`, stop: () => ended(child, "SIGTERM"), kill: () => ended(child, "SIGKILL") }
}
