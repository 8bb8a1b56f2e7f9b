import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EntityMap, EntitySet, type Id } from './entity.ts'

type Key = Id<'key'>

describe('EntityMap', () => {
  it('numbers what is added', () => {
    const map = new EntityMap<Key, string>()
    const a = map.add('a')
    const b = map.add('b')
    expect([map.get(a), map.get(b), map.size]).toEqual(['a', 'b', 2])
    expect([...map.entries()]).toEqual([
      [a, 'a'],
      [b, 'b'],
    ])
    expect(() => map.get(7 as Key)).toThrow(RangeError)
  })
})

describe('EntitySet', () => {
  it('agrees with Set', () => {
    const step = fc.record({ remove: fc.boolean(), id: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const ours = new EntitySet<Key>()
        const theirs = new Set<number>()
        for (const { remove, id } of steps) {
          if (remove) {
            ours.delete(id as Key)
            theirs.delete(id)
          } else {
            expect(ours.add(id as Key)).toBe(!theirs.has(id))
            theirs.add(id)
          }
        }
        expect([...ours]).toEqual([...theirs].sort((a, b) => a - b))
        expect(ours.isEmpty).toBe(theirs.size === 0)
        const union = new EntitySet<Key>()
        expect(union.addAll(ours)).toBe(theirs.size > 0)
        expect(union.addAll(ours)).toBe(false)
      }),
    )
  })
})
