import { describe, expect, it } from 'vitest'
import { Reader, ReadError } from './reader.ts'
import { Writer } from './writer.ts'

describe('Writer', () => {
  it('indents lines and leaves empty lines empty', () => {
    const writer = new Writer()
    writer.line('a {').indented(() => writer.line('b\nc').line().write('d').line())
    expect(writer.line('}').toString()).toBe('a {\n  b\n  c\n\n  d\n}\n')
  })
})

describe('Reader', () => {
  it('reads tokens past blanks and comments', () => {
    const reader = new Reader('  add ; remark\n 12,')
    expect(reader.match(/[a-z]+/y)).toBe('add')
    expect(reader.take(/\d+/y, 'number')).toBe('12')
    expect(reader.accept(';')).toBe(false)
    reader.expect(',')
    expect(reader.atEnd).toBe(true)
  })

  it('names the line of a mistake', () => {
    const reader = new Reader('a\nb')
    reader.expect('a')
    expect(() => reader.expect('c')).toThrow(new ReadError(2, "expected 'c' at 'b'"))
  })
})
