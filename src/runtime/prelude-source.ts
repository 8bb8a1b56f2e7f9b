/**
 * The part of the library that is written in Hakorune itself: methods that call functions of the program.
 *
 * The one idea: such a method is an ordinary function, compiled and optimised with the program, so calls of lambdas in it are
 * direct. Rows of `prelude.ts` name them with `$` before the name; the receiver is the first parameter.
 *
 * Invariants: no lambdas, no boxes, no globals. A function that takes a value and its place is called with both if it has two
 * parameters, else with the value alone, so that a wrong count is the error of that call.
 */

/** The source text. */
export const PRELUDE_SOURCE = `
function arr_map(a, f) {
  local out = []
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) { out.push(f(a[i], i))  i = i + 1 }
  } else {
    loop(i < a.length()) { out.push(f(a[i]))  i = i + 1 }
  }
  return out
}

function arr_filter(a, f) {
  local out = []
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) {
      local v = a[i]
      if f(v, i) { out.push(v) }
      i = i + 1
    }
  } else {
    loop(i < a.length()) {
      local v = a[i]
      if f(v) { out.push(v) }
      i = i + 1
    }
  }
  return out
}

function arr_each(a, f) {
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) { f(a[i], i)  i = i + 1 }
  } else {
    loop(i < a.length()) { f(a[i])  i = i + 1 }
  }
}

function arr_reduce(a, f, first) {
  local result = first
  local i = 0
  loop(i < a.length()) { result = f(result, a[i])  i = i + 1 }
  return result
}

function arr_find(a, f) {
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) {
      local v = a[i]
      if f(v, i) { return v }
      i = i + 1
    }
  } else {
    loop(i < a.length()) {
      local v = a[i]
      if f(v) { return v }
      i = i + 1
    }
  }
  return null
}

function arr_any(a, f) {
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) { if f(a[i], i) { return true }  i = i + 1 }
  } else {
    loop(i < a.length()) { if f(a[i]) { return true }  i = i + 1 }
  }
  return false
}

function arr_all(a, f) {
  local i = 0
  if f is Function and f.arity() == 2 {
    loop(i < a.length()) { if not f(a[i], i) { return false }  i = i + 1 }
  } else {
    loop(i < a.length()) { if not f(a[i]) { return false }  i = i + 1 }
  }
  return true
}

function comes_first(f, x, y) {
  local r = f(x, y)
  if r is Bool { return r }
  return r < 0
}

// Merges runs of doubling length; an element of the left run goes first unless the right one comes before it, so equal ones
// keep their order.
function arr_sort(a, f) {
  local n = a.length()
  local from_array = a.copy()
  local to_array = a.copy()
  local width = 1
  loop(width < n) {
    local low = 0
    loop(low < n) {
      local middle = low + width
      if middle > n { middle = n }
      local high = middle + width
      if high > n { high = n }
      local left = low
      local right = middle
      local at = low
      loop(at < high) {
        local takes_right = false
        if left >= middle { takes_right = true }
        else if right < high { takes_right = comes_first(f, from_array[right], from_array[left]) }
        if takes_right {
          to_array[at] = from_array[right]
          right = right + 1
        } else {
          to_array[at] = from_array[left]
          left = left + 1
        }
        at = at + 1
      }
      low = high
    }
    local swapped = from_array
    from_array = to_array
    to_array = swapped
    width = width * 2
  }
  local i = 0
  loop(i < n) { a[i] = from_array[i]  i = i + 1 }
}

function map_each(m, f) {
  local keys = m.keys()
  local i = 0
  loop(i < keys.length()) {
    f(keys[i], m[keys[i]])
    i = i + 1
  }
}

function canvas_fill(c, colour) {
  c.setFillStyle(colour)
  c.fill()
}

function canvas_stroke(c, colour, line) {
  c.setStrokeStyle(colour)
  c.setLineWidth(line)
  c.stroke()
}

function canvas_fill_rect(c, x, y, width, height, colour) {
  c.setFillStyle(colour)
  c.fillRect(x, y, width, height)
}

function canvas_stroke_rect(c, x, y, width, height, colour, line) {
  c.setStrokeStyle(colour)
  c.setLineWidth(line)
  c.strokeRect(x, y, width, height)
}

function canvas_fill_circle(c, x, y, radius, colour) {
  c.beginPath()
  c.arc(x, y, radius, 0, 6.283185307179586)
  canvas_fill(c, colour)
}

function canvas_stroke_circle(c, x, y, radius, colour, line) {
  c.beginPath()
  c.arc(x, y, radius, 0, 6.283185307179586)
  canvas_stroke(c, colour, line)
}

function canvas_line(c, x1, y1, x2, y2, colour, line) {
  c.beginPath()
  c.moveTo(x1, y1)
  c.lineTo(x2, y2)
  canvas_stroke(c, colour, line)
}

function canvas_fill_text(c, text, x, y, font, colour) {
  c.setFont(font)
  c.setFillStyle(colour)
  c.fillText(text, x, y)
}

function canvas_stroke_text(c, text, x, y, font, colour, line) {
  c.setFont(font)
  c.setStrokeStyle(colour)
  c.setLineWidth(line)
  c.strokeText(text, x, y)
}
`
