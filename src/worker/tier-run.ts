/**
 * The run worker's side of a tiered run: the engine with the compiler that the page can offer, and its events as messages.
 */
import type { Host, RunLimits, RunResult } from "../compiler/backend/backend.ts"
import { BackgroundCompiler, Mailbox } from "../compiler/backend/tiered/background.ts"
import { runTiered, type TierCompiler } from "../compiler/backend/tiered/engine.ts"
import type { TierEvent, TierPlace } from "../compiler/backend/tiered/events.ts"
import { DEFAULT_TIERS } from "../compiler/backend/tiered/profile.ts"
import { SynchronousCompiler } from "../compiler/backend/tiered/synchronous.ts"
import type { TierNote, TierSpot, TierSum } from "../protocol/tiers.ts"
import type { OriginPositions, ProgramImage } from "./image.ts"

type TieredImage = Extract<ProgramImage, { engine: "tiered" }>

/** The compiler of a run: beside it if the workers share memory, else in this worker. */
function tierCompiler({ compiler }: TieredImage): TierCompiler {
  if ("mailbox" in compiler) return new BackgroundCompiler(new Mailbox(compiler.mailbox), (order) => compiler.port.postMessage(order))
  return new SynchronousCompiler(compiler, () => performance.now())
}

/** Runs the program; `tell` gets each event when it happens. */
export function runTieredImage(machine: WebAssembly.Module, image: TieredImage, host: Host, limits: RunLimits, tell: (note: TierNote) => void): { readonly result: RunResult; readonly sums: readonly TierSum[] } {
  const { positions } = image
  const compiler = tierCompiler(image)
  const { result, record } = runTiered(machine, image, host, limits, { options: DEFAULT_TIERS, compiler, clock: () => performance.now(), tell: (event) => tell(noteOf(event, positions)) })
  return { result, sums: record.totals.map(({ place, calls, units, tier }) => ({ spot: spotOf(place, positions), calls, units, tier })) }
}

function spotOf({ function: name, origin, isLoop }: TierPlace, positions: OriginPositions): TierSpot {
  const position = origin === null ? undefined : positions[`${origin.file}:${origin.start}`]
  return { function: name, isLoop, ...(position ?? { file: "", line: 0, column: 0 }) }
}

function noteOf(event: TierEvent, positions: OriginPositions): TierNote {
  if (event.kind === "installed") {
    const { places, ...rest } = event
    return { ...rest, spots: places.map((place) => spotOf(place, positions)) }
  }
  const { place, ...rest } = event
  return { ...rest, spot: spotOf(place, positions) } as TierNote
}
