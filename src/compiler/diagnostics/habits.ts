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
  ['printf', { replacement: `'print'`, edit: 'print' }],
])
