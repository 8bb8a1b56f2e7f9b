/**
 * A program that can count how often the blocks of one of its functions run, as they are after some steps of the pipeline: a
 * `point` stands at the start of each, and only what every program needs runs on it afterwards, so that the blocks stay.
 */
import type { Module } from "../mir/ir.ts"
import { PIPELINE, runPipeline } from "../opt/pipeline.ts"
import { inferAndSpecialise } from "../opt/specialise.ts"
import { type Compilation, pipelineOptions } from "./compile.ts"

/** Which blocks. */
export interface WantedBlocks {
  /** Name of the function. */
  readonly function: string
  /** How many steps of the whole pipeline come before; see `PassStep.position`. */
  readonly position: number
}

/** The module, ready for the VM: point i counts block i of the function. Null if there is no such function then. */
export function withBlockPoints(compilation: Compilation, wanted: WantedBlocks): { readonly module: Module; readonly blocks: number } | null {
  const { optimise, skip } = compilation.options
  const module = inferAndSpecialise(compilation.built())
  // Reports come for the module as it is typed and after every step that runs.
  let reports = PIPELINE.slice(0, wanted.position).filter(({ pass, level }) => level <= optimise && (level === 0 || skip?.includes(pass) !== true)).length
  let blocks: number | null = null
  runPipeline(module, {
    ...pipelineOptions({ ...compilation.options, steps: wanted.position }),
    observe: () => {
      if (reports-- === 0) blocks = addPoints(module, wanted.function)
    },
  })
  return blocks === null ? null : { module, blocks }
}

function addPoints(module: Module, name: string): number | null {
  const func = module.funcs.get(name)
  if (func === undefined) return null
  func.blocks.forEach((block, i) => {
    block.insts = [{ op: "point", args: [], imm: BigInt(i), result: null, error: null, origin: null }, ...block.insts]
  })
  module.points = func.blocks.map(() => ({ function: func.display, origin: { file: 0, start: 0, end: 0 }, variables: [] }))
  return func.blocks.length
}
