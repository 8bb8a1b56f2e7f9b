/**
 * The compiler worker's state: the last compilation, and the runtime that programs are added to, loaded when first needed.
 * Answers the requests of `protocol/worker.ts`; knows no `postMessage`.
 */
import { compileWasm, type WasmArtifact } from "../compiler/backend/wasm/compile.ts"
import { tierProgram } from "../compiler/backend/tiered/engine.ts"
import { outlineOf } from "../compiler/backend/tiered/profile.ts"
import type { TextOrigin } from "../compiler/backend/wasm/text.ts"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { SourceFile } from "../compiler/base/source.ts"
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts"
import { type Compilation, compile } from "../compiler/driver/compile.ts"
import { formatSource } from "../compiler/driver/format.ts"
import { inferredNames, lineCosts } from "../compiler/driver/inferred.ts"
import { explainWord } from "../compiler/driver/glossary.ts"
import { completionsAt, definitionAt, hoverAt, referencesAt, renameAt } from "../compiler/driver/language-service.ts"
import { Fates } from "../compiler/driver/vanished.ts"
import { renderView } from "../compiler/driver/render-view.ts"
import { sourceMapOf, withSourceMap } from "../compiler/driver/source-map.ts"
import type { Origin } from "../compiler/mir/ir.ts"
import type { CompileOptions, CompilerRequestName, CompilerRequests, DiagnosticMessage, RunnableProgram, SourceText, StageTime, ViewLink } from "../protocol/worker.ts"
import { type DebugImage, debugImage } from "../debug/image.ts"
import { LLVM_LEVELS, llvmInput } from "../llvm/program.ts"
import type { LlvmImage, OriginPositions, ProgramImage } from "./image.ts"
import { canCompileBeside, openDesk } from "./tier-desk.ts"
import { PassTraces } from "./passes.ts"

/** What the session needs from its host. */
export interface SessionHost {
  readonly now: () => number
  /** The bytes of `runtime.wasm`. */
  readonly loadRuntime: () => Promise<Uint8Array>
  /** The compiled `vm.wasm`. */
  readonly loadMachine: () => Promise<WebAssembly.Module>
  /** Runs something when the requests that wait have been answered. */
  readonly later: (run: () => void) => void
  /** Called once the runtime is loaded. */
  readonly backendReady: () => void
}

/** See the head of the file. */
export class Session {
  readonly #host: SessionHost
  readonly #traces = new PassTraces()
  #last: { readonly key: string; readonly compilation: Compilation } | null = null
  #fates: { readonly compilation: Compilation; readonly fates: Fates } | null = null
  #artifact: { readonly compilation: Compilation; readonly artifact: WasmArtifact } | null = null
  /** The side of the last tiered run that compiles. */
  #tiers: ReturnType<typeof openDesk> | null = null
  #machine: Promise<WebAssembly.Module> | null = null
  #runtime: Promise<Uint8Array> | null = null
  #isWarm = false

  constructor(host: SessionHost) {
    this.#host = host
  }

  /** Starts to load the runtime. */
  prepareBackend(): Promise<Uint8Array> {
    if (this.#runtime === null) {
      this.#runtime = this.#host.loadRuntime().then((runtime) => {
        this.#host.backendReady()
        return runtime
      })
      // A failed load (the network is away) is tried again by the next request.
      this.#runtime.catch(() => {
        this.#runtime = null
      })
    }
    return this.#runtime
  }

  /** The interpreter, loaded when first needed. */
  #prepareMachine(): Promise<WebAssembly.Module> {
    if (this.#machine === null) {
      this.#machine = this.#host.loadMachine()
      this.#machine.catch(() => {
        this.#machine = null
      })
    }
    return this.#machine
  }

  /** Answers one request. */
  async answer<K extends CompilerRequestName>(request: K, input: CompilerRequests[K]["in"]): Promise<CompilerRequests[K]["out"]> {
    const answers: { readonly [N in CompilerRequestName]: (input: CompilerRequests[N]["in"]) => CompilerRequests[N]["out"] | Promise<CompilerRequests[N]["out"]> } = {
      check: ({ version, files }) => {
        const compilation = this.#compile(files, { optimise: 1 })
        return { version, diagnostics: messages(compilation), times: compilation.times }
      },
      view: ({ version, files, view, options }) => {
        const compilation = this.#compile(files, options)
        const diagnostics = messages(compilation)
        const isSyntax = view === "tokens" || view === "ast"
        if (compilation.hasErrors && !isSyntax) return { version, view: null, diagnostics }
        const start = this.#host.now()
        const { text, links } = renderView(compilation, view)
        return { version, view: { view, text, links: links.map(shownLink), milliseconds: this.#host.now() - start }, diagnostics }
      },
      unit: ({ unit }) => {
        const start = this.#host.now()
        const found = this.#tiers?.server.text(unit) ?? null
        return found === null ? null : { view: "wat", unit, text: found.text, links: found.origins.map(shownLink), milliseconds: this.#host.now() - start }
      },
      prepare: ({ engine }) => {
        // Answered at once: a slow network is no hanging compiler.
        const loading: Promise<unknown> = engine === "wasm" ? this.prepareBackend().then(() => this.#host.later(() => this.#warmUp())) : this.#prepareMachine()
        loading.catch(() => {})
        return null
      },
      compile: async ({ version, files, options, engine, isCounting }) => {
        const compilation = isCounting ? compile(files, { optimise: 0, points: true }, this.#host.now) : this.#compile(files, options)
        const diagnostics = messages(compilation)
        if (compilation.hasErrors) return { version, program: null, diagnostics, times: compilation.times }
        const { program, times } = await (engine === "wasm" ? this.#runnableWasm(compilation) : engine === "vm" ? this.#runnableVm(compilation) : this.#runnableTiered(compilation))
        return { version, program, diagnostics, times }
      },
      llvm: ({ version, files, options }) => {
        const compilation = this.#compile(files, options)
        const diagnostics = messages(compilation)
        if (compilation.hasErrors) return { version, order: null, diagnostics, times: compilation.times }
        const counted = compilation.counted("told")
        const start = this.#host.now()
        const { text, ...input } = llvmInput(counted, compilation.sources, options.optimise)
        const image: LlvmImage = { ...input, positions: positionsOf(compilation, input.sites.map((site) => site.origin)) }
        return { version, order: { text, level: LLVM_LEVELS[options.optimise], image }, diagnostics, times: [...compilation.times, { stage: "llvm", milliseconds: this.#host.now() - start }] }
      },
      debug: async ({ version, files }) => {
        const compilation = compile(files, { optimise: 0, points: true }, this.#host.now)
        const diagnostics = messages(compilation)
        if (compilation.hasErrors) return { version, program: null, diagnostics, times: compilation.times }
        const module = await this.#prepareMachine()
        const image: DebugImage = debugImage(compilation)
        return { version, program: { module, image }, diagnostics, times: compilation.times }
      },
      wasm: async ({ files, options }) => {
        const compilation = this.#compile(files, options)
        const diagnostics = messages(compilation)
        if (compilation.hasErrors) return { bytes: null, diagnostics }
        const { bytes, map } = await this.#wasm(compilation)
        return { bytes: withSourceMap(bytes, sourceMapOf(compilation, map)), diagnostics }
      },
      passes: ({ version, files, options, function: wanted }) => {
        const compilation = this.#compile(files, options)
        return { version, passes: compilation.hasErrors ? null : this.#traces.message(compilation, wanted, this.#host.now) }
      },
      fate: ({ files, options, place }) => {
        const compilation = this.#compile(files, options)
        if (compilation.hasErrors) return null
        if (this.#fates?.compilation !== compilation) this.#fates = { compilation, fates: new Fates(compilation) }
        return this.#fates.fates.of(place)
      },
      format: ({ file }) => {
        const source = new SourceFile(file.name, file.text)
        const result = formatSource(source)
        if ("text" in result) return { text: result.text, diagnostics: [] }
        return { text: null, diagnostics: result.diagnostics.map((diagnostic) => message(source, diagnostic)) }
      },
      inferred: ({ version, files, options }) => {
        const compilation = this.#compile(files, options)
        return { version, inferred: compilation.hasErrors ? null : { names: inferredNames(compilation), costs: lineCosts(compilation) } }
      },
      explain: ({ view, line, offset }) => {
        const found = explainWord(view, line, offset)
        return found === null ? null : { range: { start: found.start, end: found.end }, markdown: found.markdown }
      },
      hover: ({ files, file, offset }) => hoverAt(this.#compile(files, { optimise: 1 }), file, offset),
      complete: ({ files, file, offset }) => completionsAt(this.#compile(files, { optimise: 1 }), file, offset),
      definition: ({ files, file, offset }) => definitionAt(this.#compile(files, { optimise: 1 }), file, offset),
      references: ({ files, file, offset }) => referencesAt(this.#compile(files, { optimise: 1 }), file, offset),
      rename: ({ files, file, offset, to }) => renameAt(this.#compile(files, { optimise: 1 }), file, offset, to),
    }
    return answers[request](input)
  }

  /**
   * Compiles what was checked last, so that the host's compiler has been through all stages once before the first run asks for
   * them: that one takes half the time then. What fails here fails again, and is told, when it is asked for.
   */
  #warmUp(): void {
    if (this.#isWarm || this.#last === null || this.#last.compilation.hasErrors) return
    this.#isWarm = true
    this.#wasm(this.#last.compilation).catch(() => {})
  }

  /** The compilation of these files, again if nothing has changed. */
  #compile(files: readonly SourceText[], options: CompileOptions): Compilation {
    const key = JSON.stringify([options, files])
    if (this.#last?.key !== key) this.#last = { key, compilation: compile(files, options, this.#host.now) }
    return this.#last.compilation
  }

  async #runnableWasm(compilation: Compilation): Promise<Runnable> {
    const artifact = await this.#wasm(compilation)
    const start = this.#host.now()
    const module = await WebAssembly.compile(artifact.bytes as Uint8Array<ArrayBuffer>)
    const { sites, map, names, frame } = artifact
    const positions = positionsOf(compilation, [...sites.map((site) => site.origin), ...map.map(([, origin]) => origin)])
    const image: ProgramImage = { engine: "wasm", sites, map, names, frame, positions }
    return { program: { engine: "wasm", module, bytes: artifact.bytes.length, image, ports: [] }, times: [...compilation.times, { stage: "load", milliseconds: this.#host.now() - start }] }
  }

  async #runnableVm(compilation: Compilation): Promise<Runnable> {
    const module = await this.#prepareMachine()
    const counted = compilation.counted()
    const start = this.#host.now()
    const { bytes, sites, program } = compileVm(counted, { lineOf: (origin) => compilation.lineOf(origin) })
    const { functions, origins } = program
    const positions = positionsOf(compilation, [...sites.map((site) => site.origin), ...origins.map((row) => row.origin)])
    const points = counted.points?.map(({ origin }) => compilation.positionOf(origin)) ?? null
    const image: ProgramImage = { engine: "vm", vm: { bytes, sites, program: { functions, origins } }, positions, points }
    return { program: { engine: "vm", module, bytes: bytes.length, image, ports: [] }, times: [...compilation.times, { stage: "bytecode", milliseconds: this.#host.now() - start }] }
  }

  async #runnableTiered(compilation: Compilation): Promise<Runnable> {
    const module = await this.#prepareMachine()
    const counted = compilation.counted()
    const start = this.#host.now()
    const artifact = compileVm(counted, { lineOf: (origin) => compilation.lineOf(origin), allConstants: true })
    const { bytes, sites } = artifact
    const { functions, origins } = artifact.program
    const parts = tierProgram(counted, artifact)
    const outline = outlineOf(parts)
    const places = outline.functions.flatMap((func) => [func.origin, ...func.loops.map((loop) => loop.origin)])
    const positions = positionsOf(compilation, [...sites.map((site) => site.origin), ...origins.map((row) => row.origin), ...places])
    this.#tiers = canCompileBeside() ? openDesk(parts) : null
    const line = this.#tiers?.line ?? null
    const image: ProgramImage = { engine: "tiered", vm: { bytes, sites, program: { functions, origins } }, outline, positions, compiler: line ?? parts }
    const ports = line === null ? [] : [line.port]
    return { program: { engine: "tiered", module, bytes: bytes.length, image, ports }, times: [...compilation.times, { stage: "bytecode", milliseconds: this.#host.now() - start }] }
  }

  async #wasm(compilation: Compilation): Promise<WasmArtifact> {
    if (this.#artifact?.compilation !== compilation) {
      const runtime = await this.prepareBackend()
      const counted = compilation.counted()
      const start = this.#host.now()
      const artifact = compileWasm(counted, runtime, { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
      compilation.times.push({ stage: "wasm", milliseconds: this.#host.now() - start })
      this.#artifact = { compilation, artifact }
    }
    return this.#artifact.artifact
  }
}

/** A program for the run worker, and how its compilation was spent. */
interface Runnable {
  readonly program: RunnableProgram
  readonly times: readonly StageTime[]
}

function shownLink({ start, end, origin }: TextOrigin): ViewLink {
  return { view: { start, end }, source: { file: origin.file, start: origin.start, end: origin.end } }
}

function positionsOf(compilation: Compilation, origins: readonly (Origin | null)[]): OriginPositions {
  const positions: Record<string, { file: string; line: number; column: number }> = {}
  for (const origin of origins) {
    for (let at = origin; at !== null; at = at.inlined?.at ?? null) positions[`${at.file}:${at.start}`] ??= compilation.positionOf(at)
  }
  return positions
}

function messages(compilation: Compilation): DiagnosticMessage[] {
  return compilation.diagnostics.map(({ source, diagnostic }) => message(source, diagnostic))
}

function message(source: SourceFile, diagnostic: Diagnostic): DiagnosticMessage {
  const { span } = diagnostic.primary
  const { line, column } = source.lines.position(span.start)
  const edit = diagnostic.help?.edit
  const notes = diagnostic.notes.length === 0 ? "" : `\n${diagnostic.notes.join("\n")}`
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message + notes,
    file: source.name,
    range: { start: span.start, end: span.end },
    line,
    column,
    secondary: diagnostic.secondary.map((label) => ({ message: label.text, file: label.file ?? source.name, range: { start: label.span.start, end: label.span.end } })),
    help: diagnostic.help?.text ?? null,
    fix: edit === undefined ? null : { title: diagnostic.help?.text ?? "", edits: [{ range: { start: edit.span.start, end: edit.span.end }, text: edit.replacement }] },
  }
}
