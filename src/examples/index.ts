/**
 * The programs that the playground offers in its examples menu.
 *
 * One idea: this table holds what the menu shows; the sources stand beside it, each also a conformance program
 * whose comments say what it prints, so an example that stops working is a failing test.
 *
 * Invariants: every `.hako` file of this folder has exactly one row; `id` is the file's name without the
 * extension and never changes, because links and saved sessions name it.
 */

/** One entry of the examples menu. */
export interface Example {
  readonly id: string;
  readonly title: string;
  /** One sentence: what the program shows. */
  readonly description: string;
  /** The source file, relative to this folder. */
  readonly file: string;
}

/** All examples, in the order in which a learner would read them. */
export const EXAMPLES = [
  { id: "hello", title: "Hello", description: "Printing, variables, functions and methods on plain values.", file: "hello.hako" },
  { id: "fizzbuzz", title: "FizzBuzz", description: "Ranges, conditions, and the same program as one match.", file: "fizzbuzz.hako" },
  { id: "closures", title: "Closures", description: "Functions as values that share the variables around them.", file: "closures.hako" },
  {
    id: "boxes-and-delegation",
    title: "Boxes and delegation",
    description: "Fields, constructors, private members, computed properties and a parent box.",
    file: "boxes-and-delegation.hako",
  },
  {
    id: "enums-and-match",
    title: "Enums and match",
    description: "A calculator over expression trees, with every kind of pattern.",
    file: "enums-and-match.hako",
  },
  { id: "pipeline", title: "Pipeline", description: "Steps that read from left to right with |> and lambdas.", file: "pipeline.hako" },
  {
    id: "result-propagation",
    title: "Result propagation",
    description: "Ok, Err and the postfix ? that passes an Err on.",
    file: "result-propagation.hako",
  },
  { id: "scope-exit", title: "Scope exit", description: "fini, catch and cleanup on every way out of a scope.", file: "scope-exit.hako" },
  {
    id: "weak-references",
    title: "Weak references",
    description: "A tree that knows its parents, and a cache that keeps nothing alive.",
    file: "weak-references.hako",
  },
  { id: "tasks", title: "Tasks", description: "nowait, await and task_scope, deterministically.", file: "tasks.hako" },
  { id: "primes", title: "Primes", description: "The sieve of Eratosthenes, twin primes and factors.", file: "primes.hako" },
  { id: "queens", title: "Queens", description: "Backtracking with bit masks, and the first solution drawn.", file: "queens.hako" },
  { id: "word-count", title: "Word count", description: "Reads the input and ranks the most frequent words.", file: "word-count.hako" },
  { id: "json-by-hand", title: "JSON by hand", description: "A writer and a recursive descent parser for JSON.", file: "json-by-hand.hako" },
  { id: "json-box", title: "JSONBox", description: "Reading, changing and writing JSON with the library.", file: "json-box.hako" },
  { id: "interpreter", title: "Interpreter", description: "A machine for a language of eight characters.", file: "interpreter.hako" },
  { id: "game-of-life", title: "Game of life", description: "A glider on a torus, printed generation by generation.", file: "game-of-life.hako" },
  { id: "mandelbrot", title: "Mandelbrot", description: "Floating point in a tight loop, drawn with characters.", file: "mandelbrot.hako" },
  { id: "sunflower", title: "Sunflower", description: "Circles on the Canvas pane, each a golden angle on from the last.", file: "sunflower.hako" },
  { id: "mandelbrot-drawn", title: "Mandelbrot, drawn", description: "The set in colours; the picture grows while it is computed.", file: "mandelbrot-drawn.hako" },
  { id: "life-drawn", title: "Game of life, drawn", description: "A film: one frame a generation, the colour is the age.", file: "life-drawn.hako" },
  { id: "n-body", title: "N-body", description: "Planets around a sun, whose energy barely changes.", file: "n-body.hako" },
] as const satisfies readonly Example[];

/** The id of one of the examples. */
export type ExampleId = (typeof EXAMPLES)[number]["id"];
