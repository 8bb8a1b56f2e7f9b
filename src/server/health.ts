/**
 * What the server can do, found out by doing it.
 *
 * The one idea: an ability is real if a small program has just come through: built, run, shown as assembly; an answer holds for a while,
 * and those who ask meanwhile share it.
 */
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import { ownTarget } from "../native/program.ts"
import type { Ability, HealthAnswer } from "../protocol/api.ts"
import { ApiError, logFailure } from "./errors.ts"
import { LIMITS } from "./limits.ts"
import type { SnippetStore } from "./snippet-store.ts"
import type { Workshop } from "./workshop.ts"

/** Something the server may have, or why it has it not. */
export type Perhaps<T> = { readonly value: T } | { readonly missing: string }

/** What is looked at. */
export interface HealthParts {
  readonly workshop: Perhaps<Workshop>
  readonly snippets: Perhaps<SnippetStore>
  readonly llvm: number | null
}

/** Printed by the program that proves running. */
const WORD = "healthy"

/** See the head of the file. */
export class Health {
  readonly #parts: HealthParts
  #answer: { readonly at: number; readonly promise: Promise<HealthAnswer> } | null = null
  #asked = 0

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  /** The abilities as they were at most `LIMITS.healthAge` ago. */
  look(): Promise<HealthAnswer> {
    const now = performance.now()
    if (this.#answer === null || now - this.#answer.at > LIMITS.healthAge) {
      const promise = this.#find()
      this.#answer = { at: now, promise }
    }
    return this.#answer.promise
  }

  /** The reason why an ability is missing on this server for good, or null. */
  missing(ability: Ability): string | null {
    const part = ability === "snippets" ? this.#parts.snippets : this.#parts.workshop
    if ("missing" in part) return part.missing
    return ability === "run" && ownTarget() === null ? "the server's machine is not one that programs are built for" : null
  }

  async #find(): Promise<HealthAnswer> {
    const own = ownTarget()
    const [native, asm, snippets] = await Promise.all([this.#tried(() => this.#buildAndRun(own)), this.#tried(() => this.#assemble()), this.#tried(() => this.#store())])
    const build = this.missing("build") ?? native
    return { abilities: { build, asm: this.missing("asm") ?? asm, run: this.missing("run") ?? native, snippets: this.missing("snippets") ?? snippets }, llvm: this.#parts.llvm, runs: build === null ? own : null }
  }

  async #tried(work: () => Promise<void>): Promise<string | null> {
    try {
      await work()
      return null
    } catch (error) {
      if (error instanceof ApiError && error.kind === "busy") return "the server is busy"
      return `it failed when the server tried it (${logFailure(error)})`
    }
  }

  /** A program that was never built before, so that no cache answers. */
  #program(): { readonly name: string; readonly text: string }[] {
    this.#asked++
    return [{ name: "health.hako", text: `print("${WORD} ${process.pid}.${this.#asked}")\n` }]
  }

  #visit(): { readonly client: string; readonly signal: AbortSignal; readonly admit: () => Promise<void> } {
    return { client: "health", signal: AbortSignal.timeout(LIMITS.healthWall), admit: async () => {} }
  }

  async #buildAndRun(own: TargetName | null): Promise<void> {
    const { workshop } = this.#parts
    if ("missing" in workshop) return
    const files = this.#program()
    if (own === null) {
      await workshop.value.build({ files, target: "x86_64-linux", level: "O0", strip: true }, this.#visit())
      return
    }
    const answer = await workshop.value.run({ files, engine: "aot", level: "O0", args: [], stdin: "" }, this.#visit())
    if (answer.code !== 0 || !answer.stdout.startsWith(WORD)) throw new Error(`a program that prints a word ended ${answer.ended} with ${answer.code}: ${answer.stdout}${answer.stderr}`)
  }

  async #assemble(): Promise<void> {
    const { workshop } = this.#parts
    if ("missing" in workshop) return
    const { functions } = await workshop.value.assemble({ files: this.#program(), target: "x86_64-linux", level: "O0", form: "assembly" }, this.#visit())
    if (functions.length === 0) throw new Error("the assembly of a program has no function")
  }

  async #store(): Promise<void> {
    const { snippets } = this.#parts
    if (!("missing" in snippets)) await snippets.value.check()
  }
}
