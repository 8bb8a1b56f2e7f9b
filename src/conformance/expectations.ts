/**
 * Expectations of a conformance program, written as comments in the program itself.
 *
 * One idea: a program and what it must do stand in one file, so every engine, the worker and the command line
 * are held to the same text, and a reader sees the behaviour beside the line that shows it.
 *
 * The first line of a program is a comment that states the behaviour in one sentence. Directives are line
 * comments; each may stand alone or at the end of a code line:
 *
 *   // expect: text             one line of standard output, in order; `// expect:` is an empty line
 *   // expect stderr: text      one line of standard error written by the program, in order
 *                               (the report of an uncaught error is not part of it)
 *   // expect exit: N           the exit code, as a signed 32-bit number (a process reports `N & 255`)
 *   // expect trap: Kind: text  the program ends with an uncaught error of this kind and message; the exit code
 *                               is then 1. Without `: text` only the kind is compared.
 *   // expect error: S1         the program is rejected by this rule of the language specification and does not
 *                               run. Brackets around the rule are allowed, `@3` after it names the line.
 *   // expect warning: S27      the program is accepted with a warning of this rule; `@3` as for errors.
 *   // expect drawing: text     one record of what it draws, in order, as `canvas/commands.ts` writes them; a program
 *                               with such a line has something to draw on, any other has not. The one text `...`
 *                               asks for something to draw on and leaves open what is drawn.
 *   // file: other.hako         ends the file above and begins the next file of the program; alone on its line. The first
 *                               file is the one the program starts with
 *   // stdin: text              one line of standard input
 *   // args: a b                the program's arguments, separated by spaces
 *
 * A trap, error or warning directive at the end of a code line also asserts that line; one that stands alone
 * asserts a line only through `@N`. Exactly one space after the colon belongs to the notation.
 *
 * Invariants: what is not expected must not happen. Without `expect:` nothing is written to standard output;
 * without `expect exit:` the code is 0, or 1 after a trap; without `expect error:` the program compiles.
 * Each expected error must be reported; further errors may follow from it. Warnings that are not named are
 * ignored. A directive that is misspelt is refused, never skipped.
 */

/** A file of a program. */
export interface ProgramFile {
  readonly name: string;
  readonly text: string;
}

/** An uncaught run-time error that ends the program. */
export interface ExpectedTrap {
  readonly kind: string;
  /** Null when only the kind is compared. */
  readonly message: string | null;
  /** The 1-based line that fails, or null when the program does not say. */
  readonly line: number | null;
}

/** A diagnostic named by the rule of the language specification that it reports. */
export interface ExpectedDiagnostic {
  readonly rule: string;
  /** The 1-based line of the primary span, or null when the program does not say. */
  readonly line: number | null;
}

/** Everything that a conformance program says about itself. */
export interface Expectations {
  /** The sentence of the first line. */
  readonly title: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly drawing: readonly string[];
  readonly exitCode: number;
  readonly trap: ExpectedTrap | null;
  readonly errors: readonly ExpectedDiagnostic[];
  readonly warnings: readonly ExpectedDiagnostic[];
  readonly stdin: readonly string[];
  readonly args: readonly string[];
}

/** A conformance program whose notation is wrong; the message names the line. */
export class ExpectationError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = "ExpectationError";
    this.line = line;
  }
}

const DIRECTIVE = /\/\/ (expect(?: [a-z]+)?|stdin|args):(.*)$/;
const NEAR_DIRECTIVE = /(?:\/\/|#)\s*(?:expect|expects|expected|stdin|args)\b[^:]{0,12}:|^\s*(?:\/\/|#)\s*files?\s*:/i;
const FILE = /^\/\/ file: ([A-Za-z0-9_./-]+\.hako)$/;
const TRAP = /^([A-Z][A-Za-z]*)(?:: (.*))?$/;
const RULE = /^\[?([SPL]\d+|HK\d{4})\]?(?: @(\d+))?$/;
const TITLE = /^\uFEFF?(?:\/\/|#!?)\s*(\S.*)$/;

/** Reads the directives of one program. Throws `ExpectationError` when the notation is wrong. */
export function readExpectations(source: string): Expectations {
  const lines = source.split(/\r\n|\r|\n/);
  const title = TITLE.exec(lines[0] ?? "")?.[1];
  if (title === undefined) throw new ExpectationError(1, "the first line must be a comment that states the behaviour");

  const stdout: string[] = [];
  const stderr: string[] = [];
  const drawing: string[] = [];
  const errors: ExpectedDiagnostic[] = [];
  const warnings: ExpectedDiagnostic[] = [];
  const stdin: string[] = [];
  const args: string[] = [];
  let trap: ExpectedTrap | null = null;
  let exitCode: number | null = null;

  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const found = DIRECTIVE.exec(line);
    if (found === null) {
      if (FILE.test(line)) continue;
      if (NEAR_DIRECTIVE.test(line)) throw new ExpectationError(number, `not a directive: ${line.trim()}`);
      continue;
    }
    const name = found[1] ?? "";
    const text = withoutOneSpace(found[2] ?? "");
    const codeLine = line.slice(0, found.index).trim() === "" ? null : number;
    switch (name) {
      case "expect":
        stdout.push(text);
        break;
      case "expect stderr":
        stderr.push(text);
        break;
      case "expect drawing":
        drawing.push(text);
        break;
      case "expect exit":
        if (exitCode !== null) throw new ExpectationError(number, "a second exit code");
        exitCode = readExitCode(text, number);
        break;
      case "expect trap":
        if (trap !== null) throw new ExpectationError(number, "a second trap");
        trap = readTrap(text, number, codeLine);
        break;
      case "expect error":
        errors.push(readDiagnostic(text, number, codeLine));
        break;
      case "expect warning":
        warnings.push(readDiagnostic(text, number, codeLine));
        break;
      case "stdin":
        stdin.push(text);
        break;
      case "args":
        args.push(...text.split(" ").filter((arg) => arg !== ""));
        break;
      default:
        throw new ExpectationError(number, `unknown directive '${name}'`);
    }
  }

  if (errors.length > 0 && (stdout.length > 0 || stderr.length > 0 || drawing.length > 0 || trap !== null || exitCode !== null)) {
    throw new ExpectationError(1, "a program that is rejected cannot also run");
  }
  if (trap !== null && exitCode !== null && exitCode !== 1) {
    throw new ExpectationError(1, "a trap ends the program with exit code 1");
  }
  return {
    title,
    stdout,
    stderr,
    drawing,
    exitCode: exitCode ?? (trap === null ? 0 : 1),
    trap,
    errors,
    warnings,
    stdin,
    args,
  };
}

/**
 * The files of a program, the first one called `name`. Where `keepsLines`, blank lines stand in place of the files before, so that a
 * line has one number in all of them and an expectation's line says which file it means.
 */
export function filesOf(name: string, source: string, keepsLines = true): readonly [ProgramFile, ...ProgramFile[]] {
  const lines = source.split("\n");
  const starts = lines.flatMap((line, index) => (FILE.test(line) ? [index] : []));
  const textFrom = (start: number, end: number | undefined): string => "\n".repeat(keepsLines ? start : 0) + lines.slice(start, end).join("\n");
  return [
    { name, text: starts.length === 0 ? source : `${textFrom(0, starts[0])}\n` },
    ...starts.map((start, i) => ({ name: FILE.exec(lines[start] as string)?.[1] ?? "", text: textFrom(start + 1, starts[i + 1]) })),
  ];
}

function withoutOneSpace(text: string): string {
  return text.startsWith(" ") ? text.slice(1) : text;
}

function readExitCode(text: string, line: number): number {
  const code = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(code) || code !== (code | 0)) throw new ExpectationError(line, `not an exit code: '${text}'`);
  return code;
}

function readTrap(text: string, line: number, codeLine: number | null): ExpectedTrap {
  const found = TRAP.exec(text);
  if (found === null) throw new ExpectationError(line, `not a trap: '${text}'`);
  return { kind: found[1] ?? "", message: found[2] ?? null, line: codeLine };
}

function readDiagnostic(text: string, line: number, codeLine: number | null): ExpectedDiagnostic {
  const found = RULE.exec(text);
  if (found === null) throw new ExpectationError(line, `not a rule: '${text}'`);
  const at = found[2];
  return { rule: found[1] ?? "", line: at === undefined ? codeLine : Number(at) };
}
