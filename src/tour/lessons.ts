/**
 * TABLE of the lessons of the language tour, in the order in which they build on each other.
 *
 * The one idea: a lesson is data. Its texts are keys of the message catalogue, its check is what the program must print, so a page
 * can show it, a test can run it, and another language needs no change here.
 *
 * Invariants, held by tests: the code of a lesson compiles without errors and does not pass the check; the solution does, and ends
 * normally. An `id` never changes, because links and saved progress name it.
 */
import type { TourKey } from "./en.ts"

/** What a program must do to solve a task: print exactly these lines, or print a text somewhere. */
export type TaskCheck = ({ readonly stdout: readonly string[] } | { readonly contains: string }) & {
  /** Pieces that the source must contain outside of comments, whatever the blanks, for a task about how a thing is written; of a list any one. */
  readonly uses?: readonly (string | readonly [string, ...string[]])[]
}

/** A pane that a lesson talks about. */
export type LessonPane = "ast" | "mir-built" | "mir" | "wat"

/** One lesson. */
export interface Lesson {
  readonly id: string
  readonly title: TourKey
  readonly text: TourKey
  /** The program the lesson begins with. */
  readonly code: string
  readonly task: {
    readonly text: TourKey
    readonly check: TaskCheck
    readonly solution: string
  }
  /** Panes to open beside source and output. */
  readonly panes?: readonly LessonPane[]
}

/** All lessons. */
export const LESSONS: readonly Lesson[] = [
  {
    id: "print",
    title: "print.title",
    text: "print.text",
    code: `print("Hello, world")
print(1 + 2 * 3, true, null)
print("7 / 2 is " + 7 / 2)
`,
    task: {
      text: "print.task",
      check: { contains: "7 / 2 is 3.5\n", uses: [["7 / 2.0", "7.0 / 2", "toFloat()"]] },
      solution: `print("Hello, world")
print(1 + 2 * 3, true, null)
print("7 / 2 is " + 7 / 2.0)
`,
    },
  },
  {
    id: "locals",
    title: "locals.title",
    text: "locals.text",
    code: `local total = 10
if true {
  local total = 0
  total += 5
}
print(total)
`,
    task: {
      text: "locals.task",
      check: { stdout: ["15"], uses: [["total += 5", "total = total + 5", "total = 5 + total"]] },
      solution: `local total = 10
if true {
  total += 5
}
print(total)
`,
    },
  },
  {
    id: "functions",
    title: "functions.title",
    text: "functions.text",
    code: `function greet(name) {
  return "Hello, " + name
}

print(greet("Ann"))
// print(greet("Bob", "Good morning"))
`,
    task: {
      text: "functions.task",
      check: { stdout: ["Hello, Ann", "Good morning, Bob"], uses: [['greeting = "Hello"', "greeting = 'Hello'"]] },
      solution: `function greet(name, greeting = "Hello") {
  return greeting + ", " + name
}

print(greet("Ann"))
print(greet("Bob", "Good morning"))
`,
    },
  },
  {
    id: "flow",
    title: "flow.title",
    text: "flow.text",
    code: `for i in 1..11 {
  if i % 2 == 0 {
    print(i)
  } else {
    continue
  }
}

local n = 3
loop(n > 0) {
  n -= 1
}
`,
    task: {
      text: "flow.task",
      check: { stdout: ["1", "2", "fizz", "4", "5", "fizz", "7", "8", "fizz", "10"] },
      solution: `for i in 1..11 {
  if i % 3 == 0 {
    print("fizz")
  } else {
    print(i)
  }
}
`,
    },
  },
  {
    id: "strings",
    title: "strings.title",
    text: "strings.text",
    code: `local name = "Grace Hopper"
print(name.length(), name.toUpper())
print(name.substring(0, 5), name.indexOf("Hop"))
print("ab" * 3)
`,
    task: {
      text: "strings.task",
      check: { contains: "G. H.", uses: ["split", "charAt"] },
      solution: `local name = "Grace Hopper"
local words = name.split(" ")
print(words[0].charAt(0) + ". " + words[1].charAt(0) + ".")
`,
    },
  },
  {
    id: "arrays",
    title: "arrays.title",
    text: "arrays.text",
    code: `local numbers = [1, 2, 3, 4, 5]
numbers.push(6)
print(numbers, numbers.length(), numbers[0], numbers[99])

local squares = numbers.map(fn(n) { n * n })
print(squares)
`,
    task: {
      text: "arrays.task",
      check: { contains: "[4, 16, 36]\n" },
      solution: `local numbers = [1, 2, 3, 4, 5]
numbers.push(6)

local squares = numbers.map(fn(n) { n * n }).filter(fn(n) { n % 2 == 0 })
print(squares)
`,
    },
  },
  {
    id: "maps",
    title: "maps.title",
    text: "maps.text",
    code: `local ages = %{"ann" => 31}
ages["bob"] = 29
print(ages["ann"], ages["eve"], ages["eve"] ?? 0)

local counts = %{}
for c in "banana" {
  counts[c] = 1
}

local parts = []
for key in counts {
  parts.push(key + "=" + counts[key])
}
print(parts.join(" "))
`,
    task: {
      text: "maps.task",
      check: { contains: "a=3 b=1 n=2\n" },
      solution: `local counts = %{}
for c in "banana" {
  counts[c] = (counts[c] ?? 0) + 1
}

local parts = []
for key in counts {
  parts.push(key + "=" + counts[key])
}
print(parts.join(" "))
`,
    },
  },
  {
    id: "boxes",
    title: "boxes.title",
    text: "boxes.text",
    code: `box Account {
  owner: StringBox
  balance: IntegerBox = 0
  rich: BoolBox => me.balance > 1000

  birth(owner) {
    me.owner = owner
  }

  deposit(amount) {
    me.balance += amount
  }

  toString() {
    return me.owner + ": " + me.balance
  }
}

local a = new Account("Ann")
a.deposit(100)
print(a.rich)
// a.withdraw(30)
print(a)
`,
    task: {
      text: "boxes.task",
      check: { stdout: ["false", "Ann: 70"], uses: ["withdraw("] },
      solution: `box Account {
  owner: StringBox
  balance: IntegerBox = 0
  rich: BoolBox => me.balance > 1000

  birth(owner) {
    me.owner = owner
  }

  deposit(amount) {
    me.balance += amount
  }

  withdraw(amount) {
    me.balance -= amount
  }

  toString() {
    return me.owner + ": " + me.balance
  }
}

local a = new Account("Ann")
a.deposit(100)
print(a.rich)
a.withdraw(30)
print(a)
`,
    },
  },
  {
    id: "delegation",
    title: "delegation.title",
    text: "delegation.text",
    code: `box Animal {
  name

  birth(name) {
    me.name = name
  }

  sound() {
    return "..."
  }

  speak() {
    print(me.name + " says " + me.sound())
  }
}

box Dog from Animal {
  birth(name) {
    from Animal.birth(name)
  }

  override sound() {
    return "woof"
  }
}

new Dog("Rex").speak()
`,
    task: {
      text: "delegation.task",
      check: { stdout: ["Rex says woof", "Tom says meow"], uses: ["box Cat from Animal"] },
      solution: `box Animal {
  name

  birth(name) {
    me.name = name
  }

  sound() {
    return "..."
  }

  speak() {
    print(me.name + " says " + me.sound())
  }
}

box Dog from Animal {
  birth(name) {
    from Animal.birth(name)
  }

  override sound() {
    return "woof"
  }
}

box Cat from Animal {
  override sound() {
    return "meow"
  }
}

new Dog("Rex").speak()
new Cat("Tom").speak()
`,
    },
  },
  {
    id: "static",
    title: "static.title",
    text: "static.text",
    code: `static box Ids {
  last: IntegerBox = 0

  next() {
    me.last += 1
    return me.last
  }
}

print(Ids.next())
print(Ids.next())
print(Ids.next())
`,
    task: {
      text: "static.task",
      check: { stdout: ["10", "20", "30"] },
      solution: `static box Ids {
  last: IntegerBox = 0

  next() {
    me.last += 10
    return me.last
  }
}

print(Ids.next())
print(Ids.next())
print(Ids.next())
`,
    },
  },
  {
    id: "enums",
    title: "enums.title",
    text: "enums.text",
    code: `enum Shape {
  Circle(IntegerBox),
  Rect { w: IntegerBox, h: IntegerBox },
  Empty
}

function area(shape) {
  return match shape {
    Circle(r) => 3 * r * r
    Rect { w, h } => w * h
    Empty => 0
  }
}

print(area(Shape::Circle(2)))
print(area(Shape::Rect { w: 3, h: 4 }))
// print(area(Shape::Square(4)))
`,
    task: {
      text: "enums.task",
      check: { stdout: ["12", "12", "16"] },
      solution: `enum Shape {
  Circle(IntegerBox),
  Rect { w: IntegerBox, h: IntegerBox },
  Square(IntegerBox),
  Empty
}

function area(shape) {
  return match shape {
    Circle(r) => 3 * r * r
    Rect { w, h } => w * h
    Square(side) => side * side
    Empty => 0
  }
}

print(area(Shape::Circle(2)))
print(area(Shape::Rect { w: 3, h: 4 }))
print(area(Shape::Square(4)))
`,
    },
  },
  {
    id: "closures",
    title: "closures.title",
    text: "closures.text",
    code: `function counter() {
  local n = 0
  return fn() {
    n += 1
    n
  }
}

local a = counter()
print(a())
print(a())

local b = counter()
print(b())
print(b())
`,
    task: {
      text: "closures.task",
      check: { stdout: ["1", "2", "10", "20"] },
      solution: `function counter(step) {
  local n = 0
  return fn() {
    n += step
    n
  }
}

local a = counter(1)
print(a())
print(a())

local b = counter(10)
print(b())
print(b())
`,
    },
  },
  {
    id: "pipes",
    title: "pipes.title",
    text: "pipes.text",
    code: `function keep(list, test) {
  return list.filter(test)
}

function each(list, f) {
  return list.map(f)
}

function sum(list) {
  return list.reduce(fn(a, b) { a + b }, 0)
}

[1, 2, 3, 4, 5, 6]
  |> keep(fn(n) { n % 2 == 0 })
  |> sum
  |> print
`,
    task: {
      text: "pipes.task",
      check: { stdout: ["24"], uses: ["|> each("] },
      solution: `function keep(list, test) {
  return list.filter(test)
}

function each(list, f) {
  return list.map(f)
}

function sum(list) {
  return list.reduce(fn(a, b) { a + b }, 0)
}

[1, 2, 3, 4, 5, 6]
  |> keep(fn(n) { n % 2 == 0 })
  |> each(fn(n) { n * 2 })
  |> sum
  |> print
`,
    },
  },
  {
    id: "null",
    title: "null.title",
    text: "null.text",
    code: `box Person {
  name

  birth(name) {
    me.name = name
  }
}

local people = %{"ann" => new Person("Ann Lee")}
print(people["ann"].name)
print(people["eve"].name)
`,
    task: {
      text: "null.task",
      check: { stdout: ["Ann Lee", "unknown"], uses: ["?.", "??"] },
      solution: `box Person {
  name

  birth(name) {
    me.name = name
  }
}

local people = %{"ann" => new Person("Ann Lee")}
print(people["ann"].name)
print(people["eve"]?.name ?? "unknown")
`,
    },
  },
  {
    id: "errors",
    title: "errors.title",
    text: "errors.text",
    code: `function ratio(a, b) {
  return a / b
}

{
  print([1, 2].set(9, 0))
} catch (e) {
  print("caught " + e)
} cleanup {
  print("in any case")
}

print(ratio(10, 2))
print(ratio(1, 0))
print("end")
`,
    task: {
      text: "errors.task",
      check: { contains: "5\n0\nend\n", uses: ["catch"] },
      solution: `function ratio(a, b) {
  return a / b
} catch (e) {
  return 0
}

print(ratio(10, 2))
print(ratio(1, 0))
print("end")
`,
    },
  },
  {
    id: "results",
    title: "results.title",
    text: "results.text",
    code: `function parse(text) {
  local n = text.toIntOrNull()
  return n == null ? Err("not a number: " + text) : Ok(n)
}

function total(a, b) {
  return Ok(parse(a).getValue() + parse(b).getValue())
}

print(total("1", "2"))
print(total("1", "x"))
`,
    task: {
      text: "results.task",
      check: { stdout: ["Ok(3)", "Err(not a number: x)"], uses: [")?"] },
      solution: `function parse(text) {
  local n = text.toIntOrNull()
  return n == null ? Err("not a number: " + text) : Ok(n)
}

function total(a, b) {
  local x = parse(a)?
  local y = parse(b)?
  return Ok(x + y)
}

print(total("1", "2"))
print(total("1", "x"))
`,
    },
  },
  {
    id: "fini",
    title: "fini.title",
    text: "fini.text",
    code: `box File {
  open() {
    print("open")
    return me
  }

  write() {
    print("write")
    return 7
  }

  close() {
    print("close")
  }
}

function work() {
  local f = new File().open()
  return f.write()
}

print(work())
`,
    task: {
      text: "fini.task",
      check: { stdout: ["open", "write", "close", "7"], uses: ["fini {"] },
      solution: `box File {
  open() {
    print("open")
    return me
  }

  write() {
    print("write")
    return 7
  }

  close() {
    print("close")
  }
}

function work() {
  local f = new File().open() fini { f.close() }
  return f.write()
}

print(work())
`,
    },
  },
  {
    id: "weak",
    title: "weak.title",
    text: "weak.text",
    code: `box Picture {}

local picture = new Picture()
local seen = weak picture
local cache = picture

print(seen)
picture = null
print(seen)
`,
    task: {
      text: "weak.task",
      check: { stdout: ["WeakRef(alive)", "WeakRef(dropped)"], uses: ["cache = weak"] },
      solution: `box Picture {}

local picture = new Picture()
local seen = weak picture
local cache = weak picture

print(seen)
picture = null
print(seen)
`,
    },
  },
  {
    id: "tasks",
    title: "tasks.title",
    text: "tasks.text",
    code: `function slow(n) {
  print("working on " + n)
  return n * 10
}

nowait a = slow(1)
nowait b = slow(2)
print(a)
`,
    task: {
      text: "tasks.task",
      check: { contains: "working on 2\n30\n", uses: ["await"] },
      solution: `function slow(n) {
  print("working on " + n)
  return n * 10
}

nowait a = slow(1)
nowait b = slow(2)
print(await a + await b)
`,
    },
  },
  {
    id: "engines",
    title: "engines.title",
    text: "engines.text",
    code: `local largest = 9223372036854775807
print(largest)
print(0.1 + 0.2)
print(%{"b" => 1, "a" => 2}.keys())
`,
    task: {
      text: "engines.task",
      check: { contains: "-9223372036854775808\n" },
      solution: `local largest = 9223372036854775807
print(largest)
print(largest + 1)
`,
    },
  },
  {
    id: "mir",
    title: "mir.title",
    text: "mir.text",
    code: `local total = 0
for i in 0..1000 {
  total = total + i
}
print(total)
`,
    task: {
      text: "mir.task",
      check: { stdout: ["249750"], uses: ["total = 0.0", "total / 2"] },
      solution: `local total = 0.0
for i in 0..1000 {
  total = total + i
}
print(total / 2)
`,
    },
    panes: ["mir-built", "mir", "wat"],
  },
  {
    id: "speed",
    title: "speed.title",
    text: "speed.text",
    code: `local text = ""
for i in 0..2000 {
  text = text + i + ","
}
print(text.length())
`,
    task: {
      text: "speed.task",
      check: { stdout: ["8890"], uses: [".join("] },
      solution: `local parts = []
for i in 0..2000 {
  parts.push(i)
}
local text = parts.join(",") + ","
print(text.length())
`,
    },
    panes: ["mir"],
  },
]
