/**
 * TABLE of words that people bring from other languages and what stands for them here. The parser uses the statement words, name
 * resolution uses the value words when a name is undefined.
 */

/** What replaces a foreign word; `edit` is the exact replacement text when the rest of the construct stays as it is. */
export interface Habit {
  /** For the message: `'let' does not exist; use <replacement>`. */
  readonly replacement: string
  readonly edit?: string
}

/** Words that begin a statement or declaration elsewhere. They are ordinary identifiers here, so context decides. */
export const STATEMENT_HABITS: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ['let', { replacement: `'local'`, edit: 'local' }],
  ['var', { replacement: `'local'`, edit: 'local' }],
  ['const', { replacement: `'local'`, edit: 'local' }],
  ['val', { replacement: `'local'`, edit: 'local' }],
  ['mut', { replacement: `'local'`, edit: 'local' }],
  ['class', { replacement: `'box'`, edit: 'box' }],
  ['struct', { replacement: `'box'`, edit: 'box' }],
  ['trait', { replacement: `'interface box'`, edit: 'interface box' }],
  ['def', { replacement: `'function'`, edit: 'function' }],
  ['func', { replacement: `'function'`, edit: 'function' }],
  ['fun', { replacement: `'function'`, edit: 'function' }],
  ['switch', { replacement: `'match'` }],
  ['do', { replacement: `'loop { … if not condition { break } }'` }],
  ['elif', { replacement: `'else if'`, edit: 'else if' }],
  ['elsif', { replacement: `'else if'`, edit: 'else if' }],
  ['elseif', { replacement: `'else if'`, edit: 'else if' }],
  ['unless', { replacement: `'if not'` }],
  ['finally', { replacement: `'cleanup'`, edit: 'cleanup' }],
  ['except', { replacement: `'catch'`, edit: 'catch' }],
  ['raise', { replacement: `'panic(message)'` }],
  ['int', { replacement: `'local'`, edit: 'local' }],
  ['float', { replacement: `'local'`, edit: 'local' }],
  ['double', { replacement: `'local'`, edit: 'local' }],
  ['bool', { replacement: `'local'`, edit: 'local' }],
  ['string', { replacement: `'local'`, edit: 'local' }],
  ['auto', { replacement: `'local'`, edit: 'local' }],
  ['echo', { replacement: `'print(x)'` }],
  ['async', { replacement: `'function' alone: 'await' needs no async function` }],
  ['delete', { replacement: `'x = null' or 'x.fini()'` }],
])

/** Values and names of other languages. */
export const VALUE_HABITS: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ['nil', { replacement: `'null'`, edit: 'null' }],
  ['None', { replacement: `'null'`, edit: 'null' }],
  ['NULL', { replacement: `'null'`, edit: 'null' }],
  ['undefined', { replacement: `'null'`, edit: 'null' }],
  ['True', { replacement: `'true'`, edit: 'true' }],
  ['False', { replacement: `'false'`, edit: 'false' }],
  ['self', { replacement: `'me'`, edit: 'me' }],
  ['console', { replacement: `'print(x)' or 'new ConsoleBox()'` }],
  ['println', { replacement: `'print'`, edit: 'print' }],
  ['typeof', { replacement: `'typeName(x)'` }],
  ['instanceof', { replacement: `'is'`, edit: 'is' }],
  ['len', { replacement: `'x.length()'` }],
  ['range', { replacement: `'a..b'` }],
  ['foreach', { replacement: `'for x in list { … }'` }],
  ['parseInt', { replacement: `'int(x)'`, edit: 'int' }],
  ['parseFloat', { replacement: `'float(x)'`, edit: 'float' }],
  ['input', { replacement: `'new ConsoleBox().readLine()'`, edit: 'new ConsoleBox().readLine' }],
  ['System', { replacement: `'print(x)'` }],
  ['Math', { replacement: `'MathBox'`, edit: 'MathBox' }],
  ['JSON', { replacement: `'JSONBox'`, edit: 'JSONBox' }],
  ['printf', { replacement: `'print'`, edit: 'print' }],
])

/** What is meant by tokens of other languages where no token of ours fits; `text` says what to write. */
export interface TokenHabit {
  readonly text: string
  /** Replaces the token, where that alone is what is meant. */
  readonly edit?: string
}

/** By the text of the unexpected token; with the text right before it (`* *`), or the word before it (`local {`), where that decides. */
export const TOKEN_HABITS: ReadonlyMap<string, TokenHabit> = new Map<string, TokenHabit>([
  ['=>', { text: "a function is written 'fn(x) { … }'" }],
  ['**', { text: "a power is written 'x.pow(n)'" }],
  [':=', { text: "write 'local x = …'" }],
  ['local {', { text: "there is no destructuring: declare each name with 'local'" }],
  ['local [', { text: "there is no destructuring: declare each name with 'local'" }],
  ['extends', { text: "write 'from'", edit: 'from' }],
])

/** Characters that begin no token, and what is meant by them. */
export const CHARACTER_HABITS: ReadonlyMap<string, TokenHabit> = new Map<string, TokenHabit>([
  ['`', { text: 'texts stand between " or \'' }],
  ['“', { text: 'write "', edit: '"' }],
  ['”', { text: 'write "', edit: '"' }],
  ['„', { text: 'write "', edit: '"' }],
  ['‘', { text: "write '", edit: "'" }],
  ['’', { text: "write '", edit: "'" }],
  ['–', { text: "write '-'", edit: '-' }],
  ['−', { text: "write '-'", edit: '-' }],
  ['×', { text: "write '*'", edit: '*' }],
  ['÷', { text: "write '/'", edit: '/' }],
  ['≤', { text: "write '<='", edit: '<=' }],
  ['≥', { text: "write '>='", edit: '>=' }],
  ['≠', { text: "write '!='", edit: '!=' }],
  ['（', { text: "write '('", edit: '(' }],
  ['）', { text: "write ')'", edit: ')' }],
  ['［', { text: "write '['", edit: '[' }],
  ['］', { text: "write ']'", edit: ']' }],
  ['｛', { text: "write '{'", edit: '{' }],
  ['｝', { text: "write '}'", edit: '}' }],
  ['，', { text: "write ','", edit: ',' }],
  ['、', { text: "write ','", edit: ',' }],
  ['；', { text: "write ';'", edit: ';' }],
  ['：', { text: "write ':'", edit: ':' }],
  ['．', { text: "write '.'", edit: '.' }],
  ['＝', { text: "write '='", edit: '=' }],
  ['＋', { text: "write '+'", edit: '+' }],
  ['－', { text: "write '-'", edit: '-' }],
  ['＊', { text: "write '*'", edit: '*' }],
  ['／', { text: "write '/'", edit: '/' }],
  ['％', { text: "write '%'", edit: '%' }],
  ['＜', { text: "write '<'", edit: '<' }],
  ['＞', { text: "write '>'", edit: '>' }],
  ['！', { text: "write '!'", edit: '!' }],
  ['？', { text: "write '?'", edit: '?' }],
  ['＆', { text: "write '&'", edit: '&' }],
  ['｜', { text: "write '|'", edit: '|' }],
  ['「', { text: 'write "', edit: '"' }],
  ['」', { text: 'write "', edit: '"' }],
  ['\u200b', { text: 'delete this character, which cannot be seen', edit: '' }],
  ['\ufeff', { text: 'delete this character, which cannot be seen', edit: '' }],
  ['\\', { text: 'a line needs no sign to go on: an operator at its end or at the start of the next one is enough' }],
])
