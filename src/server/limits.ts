/**
 * TABLE of what the server allows. Sizes are bytes, times milliseconds. Each limit lies inside the next one around it: a stage ends
 * before its job, a job and its wait before the request, the request before the page gives up.
 */
import { SERVER_SOURCE_LIMIT } from "../protocol/api.ts"

const MIB = 1 << 20

/** The limits. */
export const LIMITS = {
  /** All files of a program together. */
  source: SERVER_SOURCE_LIMIT,
  files: 16,
  fileName: 64,
  /** A request's body: JSON escapes make source longer. */
  body: 128 * 1024,
  stdin: 32 * 1024,
  arguments: 16,
  argument: 1024,
  /** A link's fragment: 64 KiB of source that deflate cannot shrink. */
  fragment: 96 * 1024,

  /** LLVM IR of a program, in UTF-16 units. */
  ir: 4 * MIB,
  frontEndStart: 8000,
  frontEndWall: 5000,
  frontEndHeap: 384 * MIB,
  frontEndReply: 24 * MIB,
  /** Processor time after which a front end is replaced. */
  frontEndLife: 600_000,
  frontEndRequests: 500,
  idleFrontEnds: 2,

  toolWall: 8000,
  toolCpu: 8000,
  toolMemory: 1024 * MIB,
  toolOutput: 16 * MIB,
  toolMessages: 64 * 1024,
  toolDisk: 16 * MIB,

  runWall: 5000,
  runCpu: 4000,
  /** Address space: the heap's limit, the stack, the program. */
  runMemory: 768 * MIB,
  /** Of each stream: what is kept; past four times as much the program is ended. */
  runOutput: 256 * 1024,

  queue: 32,
  queuePerClient: 4,
  queueAge: 8000,
  /** Seconds that a client is told to wait when all places are taken. */
  retryAfter: 5,

  cacheBytes: 256 * MIB,
  /** How long an answer about the server's health holds. */
  healthAge: 30_000,
  healthWall: 15_000,
} as const

/** How often a client may ask for something: `points` in `seconds`. */
export const RATES = {
  build: { points: 10, seconds: 60 },
  asm: { points: 40, seconds: 60 },
  run: { points: 10, seconds: 60 },
  share: { points: 20, seconds: 60 },
  shareDaily: { points: 200, seconds: 86_400 },
  read: { points: 600, seconds: 60 },
} as const

/** What all clients together may ask for. */
export const BUDGETS = {
  compilations: { points: 2000, seconds: 3600 },
  snippets: { points: 20_000, seconds: 86_400 },
} as const
