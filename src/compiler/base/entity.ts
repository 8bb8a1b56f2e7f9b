/**
 * Dense entity ids. The one idea: things are stored in arrays and named by small branded numbers, so that a block id is never
 * passed where a value id is meant, and side tables are plain arrays.
 */

/** A number that names a thing of one sort; `B` is the sort. */
export type Id<B extends string> = number & { readonly __sort: B }

/** A growing array addressed by a branded id. */
export class EntityMap<K extends number, V> {
  readonly #items: V[] = []

  /** Appends and returns the new id. */
  add(value: V): K {
    return (this.#items.push(value) - 1) as K
  }

  get(id: K): V {
    const value = this.#items[id]
    if (value === undefined && !(id in this.#items)) throw new RangeError(`no entity ${id}`)
    return value as V
  }

  find(id: K): V | undefined {
    return this.#items[id]
  }

  set(id: K, value: V): void {
    this.#items[id] = value
  }

  has(id: K): boolean {
    return id in this.#items
  }

  get size(): number {
    return this.#items.length
  }

  *keys(): Generator<K> {
    for (let id = 0; id < this.#items.length; id++) if (id in this.#items) yield id as K
  }

  *entries(): Generator<[K, V]> {
    for (const id of this.keys()) yield [id, this.get(id)]
  }

  *values(): Generator<V> {
    for (const id of this.keys()) yield this.get(id)
  }
}

/** A set of ids as a bit vector. */
export class EntitySet<K extends number> {
  #words: Uint32Array

  constructor(capacity = 0) {
    this.#words = new Uint32Array((capacity + 31) >>> 5)
  }

  has(id: K): boolean {
    return (((this.#words[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1
  }

  /** Returns true when the id was not in the set. */
  add(id: K): boolean {
    const word = id >>> 5
    if (word >= this.#words.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2))
      grown.set(this.#words)
      this.#words = grown
    }
    const before = this.#words[word] ?? 0
    const after = before | (1 << (id & 31))
    this.#words[word] = after
    return after >>> 0 !== before
  }

  delete(id: K): void {
    const word = id >>> 5
    if (word < this.#words.length) this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (id & 31))
  }

  clear(): void {
    this.#words.fill(0)
  }

  /** Adds every id of `other`; returns true when the set grew. */
  addAll(other: EntitySet<K>): boolean {
    let grew = false
    for (const id of other) grew = this.add(id) || grew
    return grew
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0)
  }

  /** Ids in rising order. */
  *[Symbol.iterator](): Generator<K> {
    for (let word = 0; word < this.#words.length; word++) {
      for (let bits = this.#words[word] ?? 0; bits !== 0; bits &= bits - 1) {
        yield ((word << 5) + (31 - Math.clz32(bits & -bits))) as K
      }
    }
  }
}
