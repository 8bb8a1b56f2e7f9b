/**
 * How a waiting program is given input: one line at a time through shared memory, since a worker that waits receives
 * no messages. The page writes, the run worker blocks in `Atomics.wait`.
 *
 * The buffer is `HEADER_BYTES` of 32-bit words and then `CAPACITY` bytes of UTF-8. The words:
 *
 * - `STATE`: `EMPTY` (the page may write), `LINE` (bytes are ready), `END` (no more input, for good). The page sets
 *   `LINE` or `END` and notifies; the worker takes the bytes, sets `EMPTY` and notifies. `END` is never left.
 * - `LENGTH`: bytes ready.
 * - `MORE`: 1 if the line goes on in the next filling, 0 if this is its last part. A line carries no line break.
 * - `TAKEN`: batches of output that the page has taken since the run began. The page adds and notifies; a running worker,
 *   which receives no messages either, waits on it when too many batches are in flight.
 */

/** Index of the state word. */
export const STATE = 0
/** Index of the length word. */
export const LENGTH = 1
/** Index of the word that says whether the line goes on. */
export const MORE = 2
/** Index of the count of output batches taken. */
export const TAKEN = 3

/** The page may write. */
export const EMPTY = 0
/** A line, or a part of one, is ready. */
export const LINE = 1
/** There is no more input. */
export const END = 2

/** Bytes before the text. */
export const HEADER_BYTES = 16
/** Bytes of text that fit at once. */
export const CAPACITY = 64 * 1024
