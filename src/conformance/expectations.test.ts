/**
 * The notation of conformance programs: what each directive means, and that every program and example of the
 * repository is written in it.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ExpectationError, filesOf, readExpectations } from "./expectations.ts";

function read(...lines: string[]) {
  return readExpectations(["// A behaviour.", ...lines].join("\n"));
}

describe("filesOf", () => {
  const source = "// A behaviour.\nusing \"b.hako\"\n// file: b.hako\nfunction b() { }\n// file: sub/c.hako\n// c\n";

  it("gives a program of one file as it is", () => {
    expect(filesOf("a.hako", "// A\nprint(1)")).toEqual([{ name: "a.hako", text: "// A\nprint(1)" }]);
  });

  it("splits at the lines that name files, with the line numbers of the whole text or without", () => {
    expect(filesOf("a.hako", source)).toEqual([
      { name: "a.hako", text: "// A behaviour.\nusing \"b.hako\"\n" },
      { name: "b.hako", text: "\n\n\nfunction b() { }" },
      { name: "sub/c.hako", text: "\n\n\n\n\n// c\n" },
    ]);
    expect(filesOf("a.hako", source, false).map((file) => file.text)).toEqual(["// A behaviour.\nusing \"b.hako\"\n", "function b() { }", "// c\n"]);
  });

  it("refuses a line that nearly names a file", () => {
    expect(() => read("// files: b.hako")).toThrow(ExpectationError);
    expect(() => read("  // file: b.hako")).toThrow(ExpectationError);
    expect(() => read("// file: b")).toThrow(ExpectationError);
  });
});

describe("readExpectations", () => {
  it("expects nothing and success by default", () => {
    expect(read("local x = 1")).toEqual({
      title: "A behaviour.",
      stdout: [],
      stderr: [],
      drawing: [],
      exitCode: 0,
      trap: null,
      errors: [],
      warnings: [],
      stdin: [],
      args: [],
    });
  });

  it("reads output lines in order, after code and alone", () => {
    const found = read("print(1) // expect: 1", "print()", "// expect:", "// expect:   indented", "error(2) // expect stderr: Error: 2");
    expect(found.stdout).toEqual(["1", "", "  indented"]);
    expect(found.stderr).toEqual(["Error: 2"]);
  });

  it("reads a trap with its message, its line when it follows code, and exit code 1", () => {
    const found = read("print(1 / 0) // expect trap: DivisionByZero: Division by zero");
    expect(found.trap).toEqual({ kind: "DivisionByZero", message: "Division by zero", line: 2 });
    expect(found.exitCode).toBe(1);
    expect(read("// expect trap: StackOverflow").trap).toEqual({ kind: "StackOverflow", message: null, line: null });
  });

  it("reads rules with and without brackets and lines", () => {
    expect(read("x = 5 // expect error: S1").errors).toEqual([{ rule: "S1", line: 2 }]);
    expect(read("// expect error: [P3]").errors).toEqual([{ rule: "P3", line: null }]);
    expect(read("// expect error: L2 @3").errors).toEqual([{ rule: "L2", line: 3 }]);
    expect(read("// expect warning: S27").warnings).toEqual([{ rule: "S27", line: null }]);
  });

  it("reads exit codes, input and arguments", () => {
    const found = read("// expect exit: -7", "// stdin: a b", "// stdin:", "// args: x  y");
    expect(found.exitCode).toBe(-7);
    expect(found.stdin).toEqual(["a b", ""]);
    expect(found.args).toEqual(["x", "y"]);
  });

  it("accepts any line ending, a byte order mark and a hash comment as title", () => {
    expect(readExpectations("\uFEFF// T\r\nprint(1) // expect: 1\r\n").stdout).toEqual(["1"]);
    expect(readExpectations("#! A title").title).toBe("A title");
  });

  it.each([
    ["a missing title", "print(1)"],
    ["an unknown directive", "// T\n// expect fail: x"],
    ["a misspelt directive", "// T\n// expected: x"],
    ["a directive without a space", "// T\n//expect: x"],
    ["a rule that is none", "// T\n// expect error: undefined variable"],
    ["a trap without a kind", "// T\n// expect trap: division by zero"],
    ["an exit code beyond 32 bits", "// T\n// expect exit: 4294967296"],
    ["output of a rejected program", "// T\n// expect: 1\n// expect error: S1"],
    ["a trap with another exit code", "// T\n// expect trap: Panic\n// expect exit: 3"],
    ["two traps", "// T\n// expect trap: Panic\n// expect trap: Panic"],
  ])("refuses %s", (_name, source) => {
    expect(() => readExpectations(source)).toThrow(ExpectationError);
  });
});

function sources(folder: string): { path: string; text: string }[] {
  const root = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".hako"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

describe.each(["programs", "../examples"])("%s", (folder) => {
  const all = sources(folder);

  it("is not empty", () => {
    expect(all.length).toBeGreaterThan(10);
  });

  it("states a behaviour in every first line and expects something in every program", () => {
    const silent: string[] = [];
    for (const { path, text } of all) {
      const found = readExpectations(text);
      if (!/\/\/ expect/.test(text)) silent.push(`${path}: ${found.title}`);
    }
    expect(silent).toEqual([]);
  });

  it("names every program in kebab case", () => {
    expect(all.map((one) => one.path).filter((path) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*[\\/])*[a-z0-9]+(?:-[a-z0-9]+)*\.hako$/.test(path))).toEqual([]);
  });
});
