/**
 * Every text of the language tour and the reference, in English: title, text and task of each lesson, names of sections. Another language is another object with the same
 * keys. Texts are paragraphs separated by an empty line; `code` stands in backquotes, **emphasis** in double stars, and a line that
 * begins with `- ` is an item of a list.
 */
export const TOUR_EN = {
  "print.title": "Printing and values",
  "print.text": `\`print\` writes a value and starts a new line. With several values it puts a blank between them.

There are whole numbers (\`42\`, 64 bits wide), floating point numbers (\`1.5\`), text (\`"hello"\`), \`true\` and \`false\`, and \`null\` for "nothing". Dividing whole numbers gives a whole number; as soon as one side is a Float, so is the result.

With \`+\` a text takes anything: \`"n = " + 7\` is \`"n = 7"\`. A comment starts with \`//\` or \`#\`.`,
  "print.task": "Make the last line print `7 / 2 is 3.5` by dividing with a Float.",

  "locals.title": "Variables",
  "locals.text": `\`local\` declares a variable. It lives until the \`}\` of the block it stands in. Assigning does not declare: a misspelt name is an error, never a second variable.

An inner block may declare the name again. That hides the outer variable until the block ends; without \`local\` the outer one changes.

\`x += 1\` is short for \`x = x + 1\`.`,
  "locals.task": "The block changes a copy of its own. Let it change the outer `total`, so that the last line prints `15`.",

  "functions.title": "Functions",
  "functions.text": `A function has a name, parameters and a body; \`return\` ends it with a value. Without \`return\` the value is \`null\`.

The order in the file does not matter. A parameter can have a default value, which is computed at each call that leaves the argument out.

A call with a wrong number of arguments is found before the program runs.`,
  "functions.task": "Give `greet` a second parameter `greeting` with the default `\"Hello\"`, and use it. Then take the `//` away, so that the last line runs.",

  "flow.title": "Choices and loops",
  "flow.text": `\`if … else if … else\` needs no parentheses around the condition, but always braces. As an expression it has a value: \`local s = if n > 9 { "big" } else { "small" }\`.

\`for i in 0..5\` counts 0, 1, 2, 3, 4: the end is not included. \`loop(condition)\` repeats while the condition holds, \`loop\` alone until a \`break\`. \`continue\` goes on with the next pass.

A condition is a Bool, a number (0 is false) or a text (empty is false). \`null\` is an error there: ask \`x == null\`.`,
  "flow.task": "Print the numbers from 1 to 10, but for multiples of 3 print `fizz` instead.",

  "strings.title": "Text",
  "strings.text": `A text is a sequence of Unicode characters; positions count characters, from 0. It never changes: methods such as \`replace\` and \`toUpper\` give a new one.

\`s.substring(a, b)\` takes the characters from \`a\` up to, but not including, \`b\`. \`s.indexOf(t)\` gives a position or -1. \`split\` makes an array of pieces, and \`array.join(", ")\` puts pieces together.

\`"ab" * 3\` is \`"ababab"\`.`,
  "strings.task": "Print the initials of the name, `G. H.`, with `split`, `charAt` and `+`. It should work for any two words.",

  "arrays.title": "Arrays",
  "arrays.text": `\`[1, 2, 3]\` is an array. \`push\` appends, \`pop\` takes the last element away, \`a[i]\` reads and \`a[i] = v\` replaces.

Reading outside the array gives \`null\`; writing there is an error, except directly behind the last element, which appends.

\`for x in a\` visits the elements. \`map\`, \`filter\` and \`reduce\` take a function for each element. Arrays are objects: \`b = a\` makes a second name for the same array, \`a.copy()\` a new one.`,
  "arrays.task": "Keep only the even squares: print `[4, 16, 36]`.",

  "maps.title": "Maps",
  "maps.text": `A map finds values by a key, which is a text: \`%{"ann" => 31}\`. \`m["ann"]\` and \`m.get("ann")\` read, \`m["bob"] = 29\` and \`m.set("bob", 29)\` store, \`has\` asks, \`delete\` removes.

A key that is not there gives \`null\`. \`??\` supplies a value for that case: \`m["eve"] ?? 0\`.

Keys are always visited in alphabetical order, so a program prints the same on every engine.`,
  "maps.task": "Count how often each letter occurs in `banana`. The last line should print `a=3 b=1 n=2`.",

  "boxes.title": "Boxes",
  "boxes.text": `A **box** is a kind of object: fields and methods. \`new Account("Ann")\` makes one and runs its constructor \`birth\`. Inside, \`me\` is the object itself, and fields are always written \`me.name\`.

A field may have a type, a starting value, or both. A field with \`=>\` is computed each time it is read.

To say how an object prints, give it a method \`toString\`.`,
  "boxes.task": "Add a method `withdraw(amount)` that takes the amount from the balance and prints nothing. Take the `//` away, so that it is called; the last line should then print `Ann: 70`.",

  "delegation.title": "Delegation",
  "delegation.text": `\`box Dog from Animal\` takes over the fields and methods of \`Animal\`. Parent and child are one object: the parent's methods call the child's versions, and both see the same fields.

A method that replaces the parent's says \`override\`. \`from Animal.sound()\` calls the parent's version, and \`from Animal.birth(n)\` runs its constructor, which does not happen by itself when the child has its own.`,
  "delegation.task": "Add a box `Cat` from `Animal` that says `meow`, and let the cat `Tom` speak: `Tom says meow`.",

  "static.title": "Static boxes",
  "static.text": `A \`static box\` has exactly one object, made at its first use. Its name stands for that object: \`Counter.next()\`, \`Counter.count\`. Use it for what a program has once: a registry, settings, or functions that belong together.

If there is a \`static box Main\` with a method \`main\`, the program starts there. What \`main\` returns is the exit code. Without it, the statements of the file run from top to bottom, as in this tour.`,
  "static.task": "Let `Ids.next()` hand out 10, 20, 30: change the step. The program should print `10`, `20`, `30`.",

  "enums.title": "Enums and match",
  "enums.text": `An enum lists the forms that a value can have, each with its own contents. \`match\` looks at the form, gives names to the contents and yields the value of the arm.

If you forget a form, the compiler says which: so nothing is missed when one is added. \`_\` fits everything else, and an arm can have a condition: \`Circle(r) if r > 9 => …\`.

\`match\` also works on numbers, texts, ranges and kinds: \`1 | 2 => …\`, \`"a".."f" => …\`, \`Integer(n) => …\`.`,
  "enums.task": "Add a variant `Square` that holds the length of its side, and its area. Take the `//` away; the last line should print `16`.",

  "closures.title": "Functions as values",
  "closures.text": `\`fn(x) { x + 1 }\` is a function without a name. Its last expression is its value. It can be stored, passed on and called later.

It sees the variables around it, not copies of them: a change inside is a change outside. Each call of \`counter\` makes a new \`n\`, which lives as long as the function that uses it.`,
  "closures.task": "Let `counter` take the step as a parameter, so that the program prints `1`, `2`, `10`, `20`.",

  "pipes.title": "Pipes",
  "pipes.text": `\`x |> f\` calls \`f(x)\`, and \`x |> f(a)\` calls \`f(x, a)\`: the value goes in as the first argument. Steps then read in the order in which they happen, and each can stand on a line of its own.

A lambda can stand in a pipe too, in parentheses.`,
  "pipes.task": "Add a step with `each` that doubles each number before the sum is taken, so that the program prints `24`.",

  "null.title": "Nothing, safely",
  "null.text": `\`null\` is the value for "nothing". Calling a method on it is an error at that place, not a strange result somewhere later.

- \`o?.name\` is \`null\` if \`o\` is, and \`o.name\` otherwise.
- \`a ?? b\` is \`a\`, or \`b\` if \`a\` is \`null\`.
- \`c ? a : b\` chooses by a condition.

\`a or b\` is always a Bool, never one of its sides, so it cannot replace \`??\`.`,
  "null.task": "The second line fails because nobody is called `eve`. Print `unknown` there, with `?.` and `??`.",

  "errors.title": "Errors",
  "errors.text": `An operation that cannot be done ends the block it stands in with an **error**: a division by zero, an index out of bounds, a missing method, or \`panic("message")\`.

\`{ … } catch (e) { … }\` goes on from there; \`e.kind()\`, \`e.message()\` and \`e.line()\` tell what happened. \`catch (TypeError e)\` takes only that kind. \`cleanup { … }\` runs in any case, last. A method can carry both behind its body.

An error that nobody catches ends the program and shows where it came from.`,
  "errors.task": "Catch the error in `ratio` and return `0` in that case. The program should print `5`, `0` and `end`.",

  "results.title": "Results",
  "results.text": `A failure that the caller should think about is a value: \`Ok(v)\` or \`Err(reason)\`. \`r.isOk()\` asks, \`r.getValue()\` and \`r.getError()\` take it apart, \`r.unwrapOr(0)\` has a value ready.

The postfix \`?\` is for functions that pass failures on: \`local n = parse(s)?\` takes the value out of an \`Ok\` and returns an \`Err\` to the caller at once.`,
  "results.task": "`total` should pass on the failure of `parse` with `?`. The program should print `Ok(3)` and `Err(not a number: x)`.",

  "fini.title": "Leaving a scope",
  "fini.text": `\`fini { … }\` registers a block that runs when its scope is left, whichever way: at the end, by \`return\`, \`break\` or an error. Several run in reverse order, so what was opened last is closed first.

\`local f = open() fini { f.close() }\` ties the handler to the variable: taking and giving back stand on one line.

Every object also has a method \`fini()\`; after it the object is dead and using it is an error.`,
  "fini.task": "Close the file when `work` is left, with a `fini` block right after `open`. The output should be `open`, `write`, `close`, `7`.",

  "weak.title": "Weak references",
  "weak.text": `Objects are counted: when the last reference to one goes, it is gone at that very moment. Two objects that hold each other would live for ever; \`weak\` breaks the circle.

\`weak x\` points to an object without keeping it. \`w.weak_to_strong()\` gives the object, or \`null\` if it is gone. A field declared \`weak\` holds such a reference.`,
  "weak.task": "`cache` keeps the picture alive. Let it hold a weak reference, so that the last line prints `WeakRef(dropped)`.",

  "tasks.title": "Tasks",
  "tasks.text": `\`nowait f = work()\` starts work and puts a **future** into \`f\`; \`await f\` gives its value. Here the work is done at once, so the order of the output is always the same.

A failure stays in the future and is raised by \`await\`, as \`TaskFailed\`. \`task_scope { … }\` keeps tasks together: when one fails, later ones are not started and the scope raises the failure at its end.`,
  "tasks.task": "Await both futures and print their sum, `30`, in the last line.",

  "engines.title": "Engines",
  "engines.text": `The same program can run on several engines: an interpreter, a WebAssembly compiler for the browser, or native code. The engine is chosen beside the Run button. All of them get the same optimised program and must print the same, to the byte; they differ only in how fast they start and how fast they run.

That is why everything that often differs between machines is fixed here: whole numbers have 64 bits and wrap around, keys are visited in order, and a Float prints with the fewest digits that say exactly which number it is.`,
  "engines.task": "Print the largest Integer plus 1, to see that it wraps: `-9223372036854775808`.",

  "mir.title": "Looking inside",
  "mir.text": `Open the **MIR** pane: it shows the program as all engines get it, made of simple operations on numbered values. Choose a line of the source and the operations made from it light up, and the other way round. The pane **MIR, unoptimised** shows it before the optimiser: there the sum is a \`dyn.add\`, which still has to ask what it adds.

In this program the compiler finds out that \`total\` and \`i\` are Integers, so the loop has an \`i64.add\`: one machine instruction. The **Wasm** pane shows the same loop as WebAssembly.`,
  "mir.task": "Start `total` as the Float `0.0` and watch the `i64.add` become an `f64.add`. The program then prints `499500`; print `total / 2` instead, which is `249750`.",

  "speed.title": "Writing fast programs",
  "speed.text": `The optimiser does best when kinds are stable:

- Give a variable values of one kind; do not let it be \`null\` first and a number later.
- Declare the fields of a box. A declared field has a fixed place; an added one must be searched.
- Give fields a type or a starting value.
- Join many pieces of text with \`join\`: each \`+\` may copy all that went before.
- Keep work out of loops when its result does not change.

The page shows how long a run took, so try it.`,
  "speed.task": "Collect the pieces in an array and `join` them, instead of adding texts in the loop. The output stays the same.",

  // Sections of the reference
  "section.source": "Source text",
  "section.values": "Values and operators",
  "section.variables": "Variables and scopes",
  "section.control": "Choices and loops",
  "section.functions": "Functions and closures",
  "section.boxes": "Boxes",
  "section.statics": "Static boxes and programs",
  "section.enums": "Enums and match",
  "section.errors": "Errors and results",
  "section.lifetime": "Leaving scopes and lifetime",
  "section.tasks": "Tasks",
  "section.text": "Text",
  "section.collections": "Arrays, maps and ranges",
  "section.library": "Library",
} as const

/** Name of a text of the tour. */
export type TourKey = keyof typeof TOUR_EN

/** The texts of the tour in one language. */
export type TourCatalogue = Readonly<Record<TourKey, string>>
