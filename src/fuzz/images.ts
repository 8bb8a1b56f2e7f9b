/**
 * Damaged programs for the interpreter: images of bytecode with bits, bytes, words or their ends changed.
 *
 * One half keeps the checksum that was: each of them must be refused. The other half gets a checksum that fits, as only somebody who
 * means it makes one: the loader must come to an answer, by its own checks, without leaving its memory. Nothing is executed.
 */
import { loadImage } from "../compiler/backend/vm/load-image.ts"
import { HEADER_WORDS } from "../compiler/backend/vm/program.ts"
import { fnv1a } from "../runtime/fingerprint.ts"
import { Random } from "./random.ts"

/** What the interpreter said to so many images. */
export interface ImageTally {
  readonly refused: number
  /** Loaded with a checksum that fits: what was changed does no harm. */
  readonly loaded: number
  /** Images that were loaded with a wrong checksum, or that broke the loader. */
  readonly breaches: readonly { readonly number: number; readonly what: string }[]
}

/** The word of the header that holds the checksum of what follows it. */
const CHECKSUM = 3
/** Words with which counts, offsets and numbers of registers go wrong. */
const AWKWARD: readonly number[] = [0, 1, 7, 0x7f, 0xff, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff]

/** Loads `count` damaged images, drawn from `seed`, of whole ones. `machine` is the compiled `vm.wasm`. */
export function fuzzImages(machine: WebAssembly.Module, whole: readonly Uint8Array[], seed: number, count: number): ImageTally {
  const tally = { refused: 0, loaded: 0, breaches: [] as { number: number; what: string }[] }
  for (let number = 0; number < count; number++) {
    const random = new Random(seed + number)
    const original = whole[random.below(whole.length)] as Uint8Array
    let image = damage(original, random)
    while (image.length === original.length && image.every((byte, i) => byte === original[i])) image = damage(original, random)
    const isMeant = number % 2 === 1 && image.length >= HEADER_WORDS * 4
    if (isMeant) new DataView(image.buffer).setUint32(CHECKSUM * 4, fnv1a(image.subarray((CHECKSUM + 1) * 4)), true)
    try {
      const answer = loadImage(machine, image)
      if (answer !== 0) tally.refused++
      else if (isMeant) tally.loaded++
      else tally.breaches.push({ number: seed + number, what: "loaded with a wrong checksum" })
    } catch (error) {
      tally.breaches.push({ number: seed + number, what: String(error) })
    }
  }
  return tally
}

/** One to four changes. */
function damage(original: Uint8Array, random: Random): Uint8Array {
  let image = original.slice()
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(image.length)
    const view = new DataView(image.buffer)
    switch (random.below(5)) {
      case 0:
        image[at] = (image[at] as number) ^ (1 << random.below(8))
        break
      case 1:
        image[at] = random.below(256)
        break
      case 2:
        if (at + 4 <= image.length) view.setUint32(at & ~3, AWKWARD[random.below(AWKWARD.length)] as number, true)
        break
      case 3:
        image.copyWithin(at, random.below(image.length), random.below(image.length))
        break
      default:
        // Ends are rare: most of such an image is never looked at.
        if (random.below(8) === 0 && at > 0) image = image.slice(0, at)
    }
  }
  return image
}
