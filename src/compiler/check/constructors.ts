/**
 * Which constructor runs. The one idea: a box's own constructors decide if it has any; else its ancestors' in order.
 */
import { type BoxSymbol, type MethodSymbol, type VariantSymbol, accepts } from "./symbol.ts"

/** How a message describes what a variant takes. */
export function describeVariant(variant: VariantSymbol): string {
  if (variant.form === "record") return `fields {${variant.fields.join(", ")}}`
  return variant.fields.length === 0 ? "no payload" : `${variant.fields.length} payload value(s)`
}

/** All constructors that `new` of a box considers: its own, else those of the nearest ancestor that has some. */
export function constructorsOf(box: BoxSymbol): readonly MethodSymbol[] {
  for (const one of box.lineage) if (one.constructors.length > 0) return one.constructors
  return []
}

/**
 * The constructor that `new B` with `argc` arguments runs: of B's own ones, else of the parents in order, `birth` before `pack`
 * before `init` before the one named like the box. `none` if there is none; `library` if the library parent takes the arguments.
 */
export function selectConstructor(box: BoxSymbol, argc: number): MethodSymbol | "none" | "library" {
  for (const one of box.lineage) {
    const found = ownConstructor(one, argc)
    if (found !== null) return found
    if (one === box && one.constructors.length > 0) return "none"
  }
  return box.libraryBase !== null && constructorsOf(box).length === 0 ? "library" : "none"
}

/** A constructor of the box itself that takes `argc` arguments, exact counts before those that defaults allow. */
export function ownConstructor(box: BoxSymbol, argc: number): MethodSymbol | null {
  for (const isExact of [true, false]) {
    for (const form of ["birth", "pack", "init", "same-name"] as const) {
      const found = box.constructors.find((one) => one.form === form && (isExact ? one.arity.max === argc : accepts(one.arity, argc)))
      if (found !== undefined) return found
    }
  }
  return null
}
