// Made by src/build/explanations.ts from explain/*.md; change those.

/** The long explanation of each diagnostic as Markdown, by code. */
export const EXPLANATIONS: Readonly<Record<string, string>> = {
  HK1001: `A comment was opened with \`/*\` and the file ended before its \`*/\` came. Everything from the
opening on belongs to the comment, so the rest of the program is not there.

Block comments do not nest: the first \`*/\` ends the comment, however many \`/*\` stand inside.

\`\`\`hako wrong
print("before")
/* a note that never ends
print("after")
\`\`\`

\`\`\`hako right
print("before")
/* a note that ends */
print("after")
\`\`\`

For a note of one line, \`//\` or \`#\` needs no end at all.
`,
  HK1002: `A string was opened with \`"\` or \`'\` and nothing closed it. The message points at the opening
quote, because the missing one could be anywhere behind it.

A string may run over several lines; the line breaks are then part of its value. That is why the
end of a line does not end a string. A quote of the same kind inside must be written \`\\"\` or \`\\'\`.

\`\`\`hako wrong
print("She said hello)
\`\`\`

\`\`\`hako right
print("She said \\"hello\\"")
print('She said "hello"')
\`\`\`
`,
  HK1003: `A number is written in a way the language does not know, or it is too large for an Integer.

An Integer is decimal digits only, at most 9223372036854775807. A Float has digits on both sides of
the point: \`1.0\`, \`0.5\`. There are no hexadecimal or binary numbers, no \`_\` between digits and no
letters directly after a number. Reading \`12ab\` as two tokens would hide a typing mistake, so it is
an error.

\`\`\`hako wrong
local width = 12px
print(width)
\`\`\`

\`\`\`hako right
local width = 12
print(width + "px")
\`\`\`
`,
  HK1004: `A character stands where no token of the language begins with it. It is often a typographic quote
or dash that a word processor put in, a \`$\` or a backquote of another language, or an invisible
character copied from a web page.

The message shows the character; one that cannot be seen is shown by its Unicode number. Inside
strings and comments every character is allowed.

\`\`\`hako wrong
local $name = "Ann"
print($name)
\`\`\`

\`\`\`hako right
local name = "Ann"
print(name + " has 5 $")
\`\`\`
`,
  HK1005: `The parser found a token that cannot stand at this place. The message names what it found and what
it could have used instead.

Look at the place just before, too: a forgotten operator, name or comma is usually one token to the
left of where the parser notices it. After such an error the parser goes on at the next statement,
so one run shows several mistakes.

\`\`\`hako wrong
local sum = 1 + * 2
print(sum)
\`\`\`

\`\`\`hako right
local sum = 1 + 2 * 3
print(sum)
\`\`\`
`,
  HK1006: `The object that a method works on is called \`me\` in Hakorune. \`self\` is not a name at all, so that
programs look alike; \`this\` is accepted as a second spelling of \`me\`.

\`\`\`hako wrong
box Counter {
  n: IntegerBox = 0
  bump() { self.n = self.n + 1 }
}
new Counter().bump()
\`\`\`

\`\`\`hako right
box Counter {
  n: IntegerBox = 0
  bump() { me.n = me.n + 1 }
}
new Counter().bump()
\`\`\`
`,
  HK1008: `The text contains a character that switches the reading direction (the Unicode "bidirectional
controls"). Editors and web pages then show the characters of a line in another order than the
compiler reads them, so a line can look harmless and do something else.

They have a use inside prose of languages written from right to left, so this is a warning and not
an error. If you did not put the character there on purpose, delete it; in a string, \`\\u\` and its
four digits say the same visibly.

\`\`\`hako wrong
local name = "user⟨U+202E⟩nimda"
print(name)
\`\`\`

\`\`\`hako right
local name = "user\\u202Enimda"
print(name)
\`\`\`
`,
  HK1011: `A bracket was opened and the text goes on, or ends, where its partner should be. The second place in
the message shows the bracket that is still open.

The parser compares brackets with the indentation of the lines to guess which one is missing. When
it can be certain, it offers to put it in.

\`\`\`hako wrong
function area(w, h) {
  return (w * h
}
print(area(2, 3))
\`\`\`

\`\`\`hako right
function area(w, h) {
  return (w * h)
}
print(area(2, 3))
\`\`\`
`,
  HK1012: `\`new\` makes an object, and the parentheses carry the constructor's arguments. They are needed even
when there are no arguments: without them \`new Box\` would be neither a call nor a value.

\`\`\`hako wrong
local list = new ArrayBox
list.push(1)
\`\`\`

\`\`\`hako right
local list = new ArrayBox()
list.push(1)
print(list)
\`\`\`

For arrays and maps there are also literals: \`[1, 2]\` and \`%{"a" => 1}\`.
`,
  HK1013: `A map literal begins with \`%{\` and pairs its keys and values with \`=>\`. A plain \`{\` always opens a
block of statements, so \`{"a": 1}\` cannot be a map: the parser would have to read far ahead to tell
the two apart, and so would you.

\`\`\`hako wrong
local ages = {"Ann": 31, "Bob": 29}
print(ages)
\`\`\`

\`\`\`hako right
local ages = %{"Ann" => 31, "Bob" => 29}
print(ages.get("Ann"))
\`\`\`

A key may be written without quotes: \`%{Ann => 31}\` has the same key as \`%{"Ann" => 31}\`.
`,
  HK1014: `\`weak\` is an operator like \`not\`, not a function: it stands before the value with a space. With
parentheses it would look like an ordinary call, and a reader could not see that the result owns
nothing.

\`\`\`hako wrong
box Node { }
local n = new Node()
local w = weak(n)
print(w.weak_to_strong() == n)
\`\`\`

\`\`\`hako right
box Node { }
local n = new Node()
local w = weak n
print(w.weak_to_strong() == n)
\`\`\`
`,
  HK1015: `What other languages call \`finally\` is \`cleanup\` here: a block that runs on every way out, after
everything else of its scope. It follows the block (or the method) that it belongs to; \`try\` is not
needed.

\`\`\`hako wrong
{
  print("work")
} finally {
  print("always")
}
\`\`\`

\`\`\`hako right
{
  print("work")
} cleanup {
  print("always")
}
\`\`\`

\`fini { … }\` inside the block does the same for one resource, right where you take it.
`,
  HK1016: `There is no \`throw\`. An expected failure is a value: return \`Err(reason)\` and let the caller look at
it or pass it on with \`?\`. A mistake that nobody expects is \`panic(message)\`; it can be caught, but
need not be declared.

The word stays reserved so that programs from other languages fail here, with this hint, and not
somewhere later.

\`\`\`hako wrong
function half(n) {
  if n % 2 == 1 { throw "odd" }
  return n / 2
}
print(half(4))
\`\`\`

\`\`\`hako right
function half(n) {
  if n % 2 == 1 { return Err("odd") }
  return Ok(n / 2)
}
print(half(4), half(3))
\`\`\`
`,
  HK1017: `\`from Parent(…)\` does not say which of the parent's members is meant. Name the constructor:
\`from Parent.birth(…)\`. It runs on the object that is being made, so parent and child share their
fields.

\`\`\`hako wrong
box Animal { name
  birth(n) { me.name = n }
}
box Dog from Animal {
  birth(n) { from Animal(n) }
}
print(new Dog("Rex").name)
\`\`\`

\`\`\`hako right
box Animal { name
  birth(n) { me.name = n }
}
box Dog from Animal {
  birth(n) { from Animal.birth(n) }
}
print(new Dog("Rex").name)
\`\`\`
`,
  HK1018: `A word that begins a statement in another language was used like there. The message names the word
of Hakorune that stands for it, and where the rest of the line can stay as it is the editor offers
to replace it.

\`let\`, \`var\`, \`const\` → \`local\`; \`class\`, \`struct\` → \`box\`; \`def\`, \`func\` → \`function\`;
\`switch\` → \`match\`; \`elif\` → \`else if\`; \`do … while\` → \`loop\` with a \`break\` at its end.

These words are not reserved: a variable may well be called \`val\`. Only a use that cannot be anything
else is reported.

\`\`\`hako wrong
let total = 0
total = total + 5
print(total)
\`\`\`

\`\`\`hako right
local total = 0
total = total + 5
print(total)
\`\`\`
`,
  HK1019: `\`=\` stores a value; \`==\` compares two. In a condition only the comparison makes sense, and the slip
is so common that the language does not allow the assignment there at all.

If you do want to assign and test in one go, put the assignment into parentheses: \`(x = f())\` is an
expression whose value is the stored one.

\`\`\`hako wrong
local answer = 41
if answer = 42 { print("found") }
\`\`\`

\`\`\`hako right
local answer = 41
if answer == 42 { print("found") } else { print("not yet") }
\`\`\`
`,
  HK1020: `An operator of another language was used. \`===\` is \`==\` here (there is only one kind of equality),
\`!==\` and \`<>\` are \`!=\`, and the steps \`++x\` and \`x--\` are written \`x += 1\` and \`x -= 1\`. For a power
use the method \`pow\`.

\`==\` never converts text to numbers: \`1 == "1"\` is false, while \`1 == 1.0\` is true because both are
the same number.

\`\`\`hako wrong
local a = 1
if a === 1 { print("one") }
\`\`\`

\`\`\`hako right
local a = 1
if a == 1 { print("one") }
a += 1
print(a)
\`\`\`
`,
  HK1022: `A keyword was used as the name of a variable, a parameter, a function or a box. The reserved words
always keep their meaning, so a name must be another word.

Members are different: after a dot and at the place of a name in a box every word is allowed, so
\`con.print(x)\` and a field named \`from\` are fine.

\`\`\`hako wrong
local match = "Lyon - Paris"
print(match)
\`\`\`

\`\`\`hako right
local game = "Lyon - Paris"
print(game)
\`\`\`
`,
  HK1023: `A range has two ends: \`a..b\` counts from \`a\` up to, but not including, \`b\`. A third part has no
meaning, so \`..\` does not chain.

For steps other than one there is \`new RangeBox(start, end, step)\`.

\`\`\`hako wrong
for i in 0..10..2 { print(i) }
\`\`\`

\`\`\`hako right
for i in new RangeBox(0, 10, 2) { print(i) }
\`\`\`
`,
  HK1025: `An \`if\` whose value is used must have a value on both ways. Without \`else\` there would be none when
the condition is false, and a forgotten branch would turn up much later as a \`null\`.

As a statement an \`if\` needs no \`else\`.

\`\`\`hako wrong
local n = 7
local size = if n > 5 { "big" }
print(size)
\`\`\`

\`\`\`hako right
local n = 7
local size = if n > 5 { "big" } else { "small" }
print(size)
\`\`\`

For two short values \`n > 5 ? "big" : "small"\` says the same.
`,
  HK1026: `Two elements, arguments or parameters stand side by side without a comma. Statements need no
separator in Hakorune, lists do: \`f(a -1)\` would otherwise be one argument or two, depending on the
blanks.

\`\`\`hako wrong
local primes = [2, 3 5, 7]
print(primes)
\`\`\`

\`\`\`hako right
local primes = [2, 3, 5, 7]
print(primes)
\`\`\`

A comma after the last element is allowed.
`,
  HK1027: `The construct is described in the language's documents, but it is experimental or needs something
outside of a program (plugins, threads, devices), so the playground does not run it. Rather than to
do something half right it says so.

Instead of guard chains and flow arrows use \`if … else if\`, \`match\` and \`|>\`; instead of \`||=\` write
the assignment out.

\`\`\`hako wrong
local name = ""
name ||= "nobody"
print(name)
\`\`\`

\`\`\`hako right
local name = ""
if name == "" { name = "nobody" }
print(name)
\`\`\`
`,
  HK1030: `A \`catch\` or \`cleanup\` after a call belongs to the whole chain before it and ends it. A further
\`.method()\` behind the handler could be read as part of the handler or as applied to the result, so
it is not allowed.

Parentheses say which is meant.

\`\`\`hako wrong
function risky() { return 7 / 0 }
print(risky() catch (e) { "none" }.length())
\`\`\`

\`\`\`hako right
function risky() { return 7 / 0 }
print((risky() catch (e) { "none" }).length())
\`\`\`
`,
  HK1032: `A range pattern in a \`match\` lists two literals of one kind, both included: two Integers, two Floats
or two strings of one character. Anything else has no order that the pattern could test.

\`\`\`hako wrong
local c = "f"
print(match c { "a"..9 => "first half"  _ => "other" })
\`\`\`

\`\`\`hako right
local c = "f"
print(match c { "a".."m" => "first half"  "n".."z" => "second half"  _ => "other" })
\`\`\`

In a \`for\` the end of a range is excluded; in a pattern it is included, as in "a to m".
`,
  HK2001: `A name is used that was declared nowhere the program can see from here. Variables are declared with
\`local\` and live until the \`}\` of their block; a plain \`x = 1\` never declares.

That is deliberate: if assignment declared, a misspelt name would quietly become a second variable.
The usual causes are a typing mistake (the message suggests the nearest name), a variable of an inner
block used after it, or a field of an object written without \`me.\`.

\`\`\`hako wrong
if true {
  local message = "hi"
}
print(message)
\`\`\`

\`\`\`hako right
local message = ""
if true {
  message = "hi"
}
print(message)
\`\`\`

Functions do not see the local variables of a script around them; declare a shared one with \`global\`.
`,
  HK2002: `The same block declares one name twice. The second \`local\` would make the first one unreachable from
there on, which is almost always a slip: what is meant is an assignment.

An inner block may declare the name again; that hides the outer variable until the block ends.

\`\`\`hako wrong
local total = 1
local total = 2
print(total)
\`\`\`

\`\`\`hako right
local total = 1
total = 2
if true { local total = 99  print(total) }
print(total)
\`\`\`
`,
  HK2003: `Two things of one kind have the same name: two functions, boxes or enums of a program, two variants
of an enum, two parameters of a function, or two methods of a box with the same number of parameters.
Only one of them could ever be found.

Methods may share a name if they take different numbers of arguments.

\`\`\`hako wrong
box Pen {
  draw(a) { print("first") }
  draw(a) { print("second") }
}
new Pen().draw(1)
\`\`\`

\`\`\`hako right
box Pen {
  draw(a) { print("one point") }
  draw(a, b) { print("a line") }
}
new Pen().draw(1, 2)
\`\`\`
`,
  HK2004: `Nothing that can be called has this name. A bare call \`f(x)\` looks for a local variable that holds a
function, then, inside a static box, for a method of that box, then for a function of the program and
at last for one of the library.

In an ordinary box a bare call does not reach the box's own methods: write \`me.f(x)\`. So a reader
sees at each call whether it depends on the object.

\`\`\`hako wrong
box Greeter {
  name() { return "Ann" }
  greet() { print("Hello " + name()) }
}
new Greeter().greet()
\`\`\`

\`\`\`hako right
box Greeter {
  name() { return "Ann" }
  greet() { print("Hello " + me.name()) }
}
new Greeter().greet()
\`\`\`
`,
  HK2005: `\`new\`, \`from\` or the head of a box names a box that neither the program nor the library has. The
message lists the boxes with the nearest names; upper and lower case count.

\`\`\`hako wrong
local list = new Arraybox()
list.push(1)
\`\`\`

\`\`\`hako right
local list = new ArrayBox()
list.push(1)
print(list)
\`\`\`

The boxes of the library end in \`Box\`: \`MapBox\`, \`ConsoleBox\`, \`MathBox\`. Boxes of another file need
a \`using\` line.
`,
  HK2008: `\`me\` is the object a method was called on. In a top-level function, in a script and in a \`static\`
method of an ordinary box there is no such object.

Pass the object as an argument, or make the function a method.

\`\`\`hako wrong
function show() { print(me.name) }
show()
\`\`\`

\`\`\`hako right
box Person { name
  birth(n) { me.name = n }
  show() { print(me.name) }
}
new Person("Ann").show()
\`\`\`

In a \`static box\`, \`me\` is the one object of that box.
`,
  HK3006: `\`break\` leaves the innermost loop and \`continue\` starts its next pass, so both need a loop around
them in the same function. The body of a lambda is a function of its own: a \`break\` in it cannot
leave a loop outside, because by the time the lambda runs that loop may be long over.

To leave a function early use \`return\`.

\`\`\`hako wrong
local find = fn(n) {
  if n > 3 { break }
  n
}
print(find(1))
\`\`\`

\`\`\`hako right
for n in 0..10 {
  if n > 3 { break }
  print(n)
}
\`\`\`
`,
  HK3007: `The left side of \`=\` must be a place that can hold a value: a variable, a field (\`o.x\`) or an
element (\`a[i]\`). The result of a call or a calculation is a value, not a place, and a function, a
box or an enum cannot be replaced.

\`\`\`hako wrong
local point = %{"x" => 1}
point.get("x") = 5
print(point.get("x"))
\`\`\`

\`\`\`hako right
local point = %{"x" => 1}
point.set("x", 5)
point["y"] = 6
print(point.get("x"))
\`\`\`
`,
  HK3009: `A \`fini\` block runs while its scope is being left: at the end of the block, on the way to a \`return\`,
or because of an error. If it could jump somewhere else, it would cancel whatever is under way, and
the remaining handlers would be lost.

A loop that lies wholly inside the handler may use \`break\` and \`continue\` freely.

\`\`\`hako wrong
function work() {
  fini { return 0 }
  return 1
}
print(work())
\`\`\`

\`\`\`hako right
function work() {
  fini { print("tidying up") }
  return 1
}
print(work())
\`\`\`
`,
  HK3010: `A \`cleanup\` block runs on every way out of its scope, and the scope's result is settled by then. A
\`return\` in it would throw that result away, or swallow an error without a trace, so it is not
allowed.

To turn an error into a result, return from \`catch\`.

\`\`\`hako wrong
function read() {
  {
    return 7 / 0
  } cleanup {
    return -1
  }
}
print(read())
\`\`\`

\`\`\`hako right
function read() {
  {
    return 7 / 0
  } catch (e) {
    return -1
  } cleanup {
    print("done")
  }
}
print(read())
\`\`\`
`,
  HK3011: `\`local x = … fini { … }\` ties a handler to one variable: it runs when that variable's scope ends.
With several variables in one \`local\` it would not be clear to which of them it belongs, and what
should happen if the second one fails.

Write one \`local\` for each.

\`\`\`hako wrong
local a = 1, b = 2 fini { print("closing") }
print(a + b)
\`\`\`

\`\`\`hako right
local a = 1 fini { print("closing a") }
local b = 2 fini { print("closing b") }
print(a + b)
\`\`\`

The handlers run in reverse order: \`b\` first.
`,
  HK3012: `A block in braces that stands where a value is needed takes the value of its last expression. This
one is empty or ends in a statement that has no value, such as a \`local\` or a loop.

\`\`\`hako wrong
local area = {
  local w = 3
  local h = w * w
}
print(area)
\`\`\`

\`\`\`hako right
local area = {
  local w = 3
  local h = w * w
  h
}
print(area)
\`\`\`
`,
  HK3013: `A block expression must produce a value for the expression around it. \`return\`, \`break\` or
\`continue\` would leave in the middle of that expression, with part of it already evaluated.

Decide first and leave the function in a statement of its own, or give the block a value for that
case too.

\`\`\`hako wrong
function price(n) {
  local p = { if n == 0 { return 0 }  n * 3 }
  return p + 1
}
print(price(2))
\`\`\`

\`\`\`hako right
function price(n) {
  if n == 0 { return 0 }
  local p = { local base = n * 3  base }
  return p + 1
}
print(price(2))
\`\`\`
`,
  HK3015: `A field declared \`weak\` points to an object without keeping it alive. It takes a weak reference or
\`null\`; a new object stored there would have no owner and be gone at once, and a number or a string
cannot be pointed to.

Keep the object in an ordinary field or variable and store \`weak object\`.

\`\`\`hako wrong
box Engine { }
box Car {
  weak engine
  build() { me.engine = new Engine() }
}
new Car().build()
\`\`\`

\`\`\`hako right
box Engine { }
box Car {
  weak engine
  use(e) { me.engine = weak e }
}
local e = new Engine()
local car = new Car()
car.use(e)
print(car.engine.weak_to_strong() == e)
\`\`\`
`,
  HK3016: `The name belongs to a property whose value comes from its body: computed at each read, \`once\` at the
first read, or \`birth_once\` when the object is made. There is no slot that an assignment could fill.

Declare a stored field and let the property use it, or write a method that changes what the property
is computed from.

\`\`\`hako wrong
box Square {
  side: IntegerBox = 2
  area: IntegerBox => me.side * me.side
  grow() { me.area = 9 }
}
new Square().grow()
\`\`\`

\`\`\`hako right
box Square {
  side: IntegerBox = 2
  area: IntegerBox => me.side * me.side
  grow() { me.side = 3 }
}
local s = new Square()
s.grow()
print(s.area)
\`\`\`
`,
  HK3017: `A single word as a pattern must be a variant of an enum. Hakorune has no pattern that binds any value
to a fresh name: a misspelt variant would then match everything.

For "anything else" write \`_\`. To test the kind of a value and name it, write \`Integer(n)\` or
\`String(s)\`.

\`\`\`hako wrong
enum Light { Red, Green }
local l = Light::Red
print(match l { Red => "stop"  Gren => "go"  _ => "?" })
\`\`\`

\`\`\`hako right
enum Light { Red, Green }
local l = Light::Red
print(match l { Red => "stop"  Green => "go" })
\`\`\`
`,
  HK3018: `A \`match\` over numbers, strings or kinds of values cannot list everything that may come, so it needs
a last arm \`_\` for the rest. Without it a new kind of input would end the program at run time.

A \`match\` over an enum needs no \`_\` when it names every variant.

\`\`\`hako wrong
local day = 6
print(match day { 6 => "Saturday"  7 => "Sunday" })
\`\`\`

\`\`\`hako right
local day = 6
print(match day { 6 => "Saturday"  7 => "Sunday"  _ => "a weekday" })
\`\`\`
`,
  HK3019: `The \`match\` looks at an enum and leaves variants out; the message lists them. Each variant needs an
arm without a guard, or there must be an arm \`_\`.

This is the point of enums: when a variant is added, the compiler shows every place that has to learn
about it. An arm with a guard (\`if …\`) does not count, for the guard may be false.

\`\`\`hako wrong
enum Shape { Circle(r), Square(a), Empty }
function area(s) {
  return match s { Circle(r) => r * r * 3  Square(a) => a * a }
}
print(area(Shape::Square(2)))
\`\`\`

\`\`\`hako right
enum Shape { Circle(r), Square(a), Empty }
function area(s) {
  return match s { Circle(r) => r * r * 3  Square(a) => a * a  Empty => 0 }
}
print(area(Shape::Square(2)))
\`\`\`
`,
  HK3020: `A variant is made or taken apart with other contents than it was declared with. A tuple variant takes
exactly its values, in order; a record variant names exactly its fields; a unit variant has none.

An enum value never changes, so there would be no later chance to fill in what is missing.

\`\`\`hako wrong
enum Shape { Rect { w: IntegerBox, h: IntegerBox }, Empty }
local s = Shape::Rect { w: 3 }
print(s)
\`\`\`

\`\`\`hako right
enum Shape { Rect { w: IntegerBox, h: IntegerBox }, Empty }
local s = Shape::Rect { w: 3, h: 4 }
print(s)
\`\`\`
`,
  HK3021: `\`override\` promises that a parent has a method of this name to be replaced. None has, so the method
would never be called in the parent's place. Most often the name is misspelt, or the parent's method
was renamed.

\`\`\`hako wrong
box Animal { sound() { return "..." } }
box Dog from Animal {
  override suond() { return "woof" }
}
print(new Dog().sound())
\`\`\`

\`\`\`hako right
box Animal { sound() { return "..." } }
box Dog from Animal {
  override sound() { return "woof" }
}
print(new Dog().sound())
\`\`\`
`,
  HK3022: `The parents of a box lead back to the box itself. Looking for a method would then go round for ever;
the message shows the way.

Move what the boxes share into a box of its own and let each of them delegate to that.

\`\`\`hako wrong
box Chicken from Egg { }
box Egg from Chicken { }
print(new Egg())
\`\`\`

\`\`\`hako right
box LivingThing { kind() { return "alive" } }
box Chicken from LivingThing { }
box Egg from LivingThing { }
print(new Egg().kind())
\`\`\`
`,
  HK3023: `\`from P.m()\` runs a parent's method on the present object. \`P\` is a box, but not one of the parents
that this box names after \`from\` in its head, so its methods know nothing about the object's fields.

Name it as a parent, or make an object of it and call that.

\`\`\`hako wrong
box Logger { log(t) { print("log: " + t) } }
box Service {
  start() { from Logger.log("started") }
}
new Service().start()
\`\`\`

\`\`\`hako right
box Logger { log(t) { print("log: " + t) } }
box Service from Logger {
  start() { from Logger.log("started") }
}
new Service().start()
\`\`\`
`,
  HK3025: `\`birth_once\` properties get their values while the object is made, one after the other. These read
each other in a circle (or one reads itself), so none of them could be first. The message shows the
circle.

\`\`\`hako wrong
box Plan {
  birth_once start: IntegerBox => me.stop - 1
  birth_once stop: IntegerBox => me.start + 1
}
print(new Plan().stop)
\`\`\`

\`\`\`hako right
box Plan {
  birth_once start: IntegerBox => 4
  birth_once stop: IntegerBox => me.start + 1
}
print(new Plan().stop)
\`\`\`
`,
  HK3026: `A box that \`implements\` an interface promises every method the interface lists, with the same number
of parameters. One is missing. Methods inherited from a parent count.

\`\`\`hako wrong
interface box Shape { area() name() }
box Square implements Shape {
  area() { return 4 }
}
print(new Square().area())
\`\`\`

\`\`\`hako right
interface box Shape { area() name() }
box Square implements Shape {
  area() { return 4 }
  name() { return "square" }
}
local s = new Square()
print(s.name(), s.is("Shape"))
\`\`\`
`,
  HK3027: `A \`static box\` has exactly one object, which is made by itself at the first use. \`new\` makes a second
one: with the same methods, but with fields of its own, so what you store in it is not seen through
the name of the box. That is rarely meant, hence the warning.

Use the name directly, or drop \`static\` if there should be many objects.

\`\`\`hako wrong
static box Config { debug: BoolBox = false }
local c = new Config()
c.debug = true
print(Config.debug)
\`\`\`

\`\`\`hako right
static box Config { debug: BoolBox = false }
Config.debug = true
print(Config.debug)
\`\`\`
`,
  HK3028: `A block, method or expression has at most one \`catch\` and after it at most one \`cleanup\`. Two would
raise the question which of them runs first, or whether the second sees the errors of the first.

To tell errors apart, ask the error for its kind in one \`catch\`; to handle the errors of a handler,
nest the blocks.

\`\`\`hako wrong
{
  print(1 / 0)
} catch (e) {
  print("first")
} catch (e) {
  print("second")
}
\`\`\`

\`\`\`hako right
{
  print(1 / 0)
} catch (e) {
  if e.kind() == "DivisionByZero" { print("zero") } else { print(e) }
}
\`\`\`
`,
  HK3029: `Two constructors of a box take the same number of arguments, so \`new\` could not choose between them.
This also concerns one that is named like the box beside a \`birth\`.

Constructors are told apart by their number of parameters only; the kinds of the arguments are not
known before the program runs.

\`\`\`hako wrong
box Point { x  y
  birth(a, b) { me.x = a  me.y = b }
  birth(other, scale) { me.x = other.x * scale  me.y = other.y * scale }
}
print(new Point(1, 2).x)
\`\`\`

\`\`\`hako right
box Point { x  y
  birth(a, b) { me.x = a  me.y = b }
  scaled(k) { return new Point(me.x * k, me.y * k) }
}
print(new Point(1, 2).scaled(3).x)
\`\`\`
`,
  HK3030: `A function, method or constructor of the program is called with another number of arguments than it
has parameters. It is known exactly what is called here, so the mistake is found before the program
runs; elsewhere the same mistake is an ArityError at run time.

The second place in the message shows the declaration. A parameter with a default value may be left
out.

\`\`\`hako wrong
function greet(name, greeting) { print(greeting + ", " + name) }
greet("Ann")
\`\`\`

\`\`\`hako right
function greet(name, greeting = "Hello") { print(greeting + ", " + name) }
greet("Ann")
greet("Ann", "Good morning")
\`\`\`
`,
  HK3101: `A method or field of an ordinary box was used through the name of the box. It works on one object,
and the name of the box does not say on which.

Make an object with \`new\` and use that, or declare the method \`static\` if it needs no object.

\`\`\`hako wrong
box Circle { r: IntegerBox = 2
  area() { return me.r * me.r * 3 }
}
print(Circle.area())
\`\`\`

\`\`\`hako right
box Circle { r: IntegerBox = 2
  area() { return me.r * me.r * 3 }
  static unit() { return new Circle() }
}
print(new Circle().area(), Circle.unit().r)
\`\`\`
`,
  HK3102: `A field is set that the box does not declare. The program runs (the field is added to this object),
but a declared field is found by the editor, has its fixed place in the object, which is much faster,
and a misspelt one is noticed.

\`\`\`hako wrong
box Person { name
  birth(n) { me.name = n  me.agee = 0 }
}
print(new Person("Ann").name)
\`\`\`

\`\`\`hako right
box Person { name  age
  birth(n) { me.name = n  me.age = 0 }
}
print(new Person("Ann").name)
\`\`\`
`,
  HK3103: `The program has a \`main\`, and it starts there. Statements at the top level of the file are the
program only when there is no \`main\`, so these never run.

Move them into \`main\`; a value that everything needs goes into a \`global\` or a field of a static box.

\`\`\`hako wrong
print("starting")
static box Main {
  main() { print("running") }
}
\`\`\`

\`\`\`hako right
global greeting = "starting"
static box Main {
  main() {
    print(greeting)
    print("running")
  }
}
\`\`\`
`,
  HK3104: `The program has no \`main\` in a \`static box Main\` and no function \`main\`, so it starts at the only
\`main\` there is. That works, but adding a second one elsewhere would change where the program starts.

\`\`\`hako wrong
static box App {
  main() { print("hello") }
}
\`\`\`

\`\`\`hako right
static box Main {
  main() { print("hello") }
}
\`\`\`
`,
  HK3105: `\`include\` is an older way to read another file: an expression whose value is the box of that file.
It is accepted for the sake of old programs. \`using\` at the top of the file takes its place; it makes
the declarations of the other file known, in any order and only once.

\`\`\`hako wrong
local shapes = include("shapes.hako")
print(shapes)
\`\`\`

\`\`\`hako right
using nyashstd
print("declarations of other files come with using")
\`\`\`
`,
  HK3106: `The method has the name and number of parameters of a parent's method and so takes its place, also
for calls that the parent makes itself. If that is meant, say \`override\`: a reader sees it, and the
compiler tells you when the parent's method is renamed.

\`\`\`hako wrong
box Animal { sound() { return "..." } }
box Cat from Animal {
  sound() { return "meow" }
}
print(new Cat().sound())
\`\`\`

\`\`\`hako right
box Animal { sound() { return "..." } }
box Cat from Animal {
  override sound() { return "meow" }
}
print(new Cat().sound())
\`\`\`
`,
  HK3107: `The arms of a \`match\` are tried from top to bottom, and \`_\` fits every value. An arm below it is
never reached. Move \`_\` to the end.

\`\`\`hako wrong
local n = 1
print(match n { _ => "many"  1 => "one" })
\`\`\`

\`\`\`hako right
local n = 1
print(match n { 1 => "one"  _ => "many" })
\`\`\`
`,
  HK3108: `\`_\` is the arm for everything that is left, and a guard would make it leave something out again. The
\`match\` would then have no arm for some values.

Test the condition inside the arm, or bind the value with a kind pattern, which may have a guard.

\`\`\`hako wrong
local n = 12
print(match n { 1 => "one"  _ if n > 10 => "large" })
\`\`\`

\`\`\`hako right
local n = 12
print(match n { 1 => "one"  Integer(k) if k > 10 => "large"  _ => "several" })
\`\`\`
`,
  HK3109: `The patterns joined by \`|\` share one arm, and the arm uses the names they bind. If only some of the
patterns bind a name, the arm would sometimes find it without a value.

Bind the same names on each side, or write two arms.

\`\`\`hako wrong
enum Shape { Circle(r), Square(a), Empty }
local s = Shape::Circle(2)
print(match s { Circle(r) | Square(a) => r  Empty => 0 })
\`\`\`

\`\`\`hako right
enum Shape { Circle(r), Square(a), Empty }
local s = Shape::Circle(2)
print(match s { Circle(n) | Square(n) => n  Empty => 0 })
\`\`\`
`,
  HK3110: `Several enums have a variant of this name and nothing else in the \`match\` says which enum is meant.
Write the enum in front, with \`::\`.

\`\`\`hako wrong
enum Light { On, Off }
enum Motor { On, Broken }
local x = Light::On
print(match x { On => "on"  _ => "not on" })
\`\`\`

\`\`\`hako right
enum Light { On, Off }
enum Motor { On, Broken }
local x = Light::On
print(match x { Light::On => "on"  _ => "not on" })
\`\`\`
`,
  HK3111: `A box can delegate to ordinary boxes and to one box of the library. A static box has its one object
already and an enum has values that never change: neither can be part of a new object.

Use the static box by its name, and keep an enum value in a field.

\`\`\`hako wrong
static box Registry { add(x) { print("added " + x) } }
box Service from Registry { }
new Service().add("a")
\`\`\`

\`\`\`hako right
static box Registry { add(x) { print("added " + x) } }
box Service {
  add(x) { Registry.add(x) }
}
new Service().add("a")
\`\`\`
`,
  HK3112: `\`from P.m()\` continues a method of the present object in its parent's version. Outside the methods of
a box there is no present object and no parent.

To call a method of some object, write \`object.m()\`.

\`\`\`hako wrong
box Animal { sound() { return "..." } }
function show() { print(from Animal.sound()) }
show()
\`\`\`

\`\`\`hako right
box Animal { sound() { return "..." } }
function show() { print(new Animal().sound()) }
show()
\`\`\`
`,
  HK3113: `Two arms of a \`match\` name the same variant and the first has no guard, so the second can never be
reached. Remove one of them, or give the first a guard with \`if\`.

\`\`\`hako wrong
enum Coin { Penny, Dime }
local c = Coin::Dime
print(match c { Penny => 1  Dime => 10  Dime => 11 })
\`\`\`

\`\`\`hako right
enum Coin { Penny, Dime }
local c = Coin::Dime
print(match c { Penny => 1  Dime => 10 })
\`\`\`
`,
  HK3114: `The enum has no variant of this name. The declaration of the enum lists all there are; the message
suggests the nearest one.

\`\`\`hako wrong
enum Colour { Red, Green, Blue }
print(Colour::Gren)
\`\`\`

\`\`\`hako right
enum Colour { Red, Green, Blue }
print(Colour::Green)
\`\`\`
`,
  HK3115: `A box of the program has the name of a box of the library. Yours is used everywhere in the program,
and the library's can no longer be reached. If that is not on purpose, choose another name.

\`\`\`hako wrong
box MathBox { double(n) { return n * 2 } }
print(new MathBox().double(4))
\`\`\`

\`\`\`hako right
box Doubler { double(n) { return n * 2 } }
print(new Doubler().double(4))
\`\`\`
`,
  HK3116: `The name of an ordinary box, an enum or a library box stands alone where a value is needed. Such a
name is a kind of value, not a value: it is used with \`new\`, \`is\`, \`::\` or in front of a static method.

Only the name of a \`static box\` is a value: its one object.

\`\`\`hako wrong
enum Light { On, Off }
local l = Light
print(l)
\`\`\`

\`\`\`hako right
enum Light { On, Off }
local l = Light::On
print(l)
\`\`\`
`,
  HK4001: `The file or namespace that \`using\` names is not part of the program. A path is looked up beside the
file that uses it, with and without \`.hako\`; a dotted name means folders. Check the spelling and the
list of the project's files.

The playground has no network and no packages; a program consists of its own files and of the
library, which needs no \`using\`.

\`\`\`hako wrong
using "shapse.hako" as Shapes
print("drawing")
\`\`\`

\`\`\`hako right
using nyashstd
print("drawing")
\`\`\`
`,
  HK5001: `Brackets and blocks are nested deeper than the limit. No program written by hand comes near it; a
generated one can. The limit makes certain that no text, however odd, exhausts the compiler.

Give parts of the expression names with \`local\`, or move inner blocks into functions.

\`\`\`hako wrong
print(⟨( × 400⟩1⟨) × 400⟩)
\`\`\`

\`\`\`hako right
local inner = ((1))
print((inner))
\`\`\`
`,
  HK5002: `The file is larger than what the compiler reads at once. A program of this size is usually data in
the clothes of a program: put the data into the input and read it, or split the file and join the
parts with \`using\`.

\`\`\`hako wrong
print("⟨x × 16777216⟩")
\`\`\`

\`\`\`hako right
print("x" * 1000)
\`\`\`
`,
  HK5003: `One expression chains more operations than the limit. Long chains come from generators that join
hundreds of pieces with \`+\`. Collect the pieces in an array and \`join\` them: that is faster too,
because each \`+\` on strings copies all that went before.

\`\`\`hako wrong
print(1⟨ + 1 × 800⟩)
\`\`\`

\`\`\`hako right
local parts = []
for i in 0..800 { parts.push(i) }
print(parts.join(","))
\`\`\`
`,
}
