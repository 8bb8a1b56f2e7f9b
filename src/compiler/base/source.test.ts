import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countCodePoints, joinSpans, SourceFile } from './source.ts'

const positionsOf = (text: string): SourceFile => new SourceFile('a.hako', text)

describe('SourceFile', () => {
  it('drops a BOM and turns CRLF and CR into LF', () => {
    expect(positionsOf('\ufeffa\r\nb\rc\n').text).toBe('a\nb\nc\n')
  })

  it('counts columns in code points', () => {
    const { lines } = positionsOf('x\n😀あ = 1')
    expect(lines.position(2)).toEqual({ line: 2, column: 1 })
    expect(lines.position(4)).toEqual({ line: 2, column: 2 })
    expect(lines.position(5)).toEqual({ line: 2, column: 3 })
    expect(lines.utf16Position(5)).toEqual({ line: 2, column: 4 })
  })

  it('clamps what is outside the text', () => {
    const { lines } = positionsOf('ab\n')
    expect(lines.position(99)).toEqual({ line: 2, column: 1 })
    expect(lines.position(-1)).toEqual({ line: 1, column: 1 })
    expect(lines.offset({ line: 1, column: 99 })).toBe(2)
    expect(lines.lineText(1)).toBe('ab')
    expect(lines.lineText(7)).toBe('')
  })

  it('finds the offset of every position again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '😀', 'あ', ' ', '\ud800') }), (text) => {
        const { lines } = positionsOf(text)
        for (let at = 0; at <= text.length; at++) {
          expect(lines.utf16Offset(lines.utf16Position(at))).toBe(at)
          const code = text.charCodeAt(at)
          const isInsidePair = code >= 0xdc00 && code <= 0xdfff
          if (!isInsidePair) expect(lines.offset(lines.position(at))).toBe(at)
        }
      }),
    )
  })

  it('counts a lone surrogate as one code point', () => {
    expect(countCodePoints('\ud800a😀', 0, 4)).toBe(3)
  })

  it('joins spans', () => {
    expect(joinSpans({ start: 3, end: 4 }, { start: 1, end: 2 })).toEqual({ start: 1, end: 4 })
  })
})
