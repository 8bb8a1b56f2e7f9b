/** The examples table: one row for every source file of the folder, and the reverse. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EXAMPLES } from "./index.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("EXAMPLES", () => {
  it("has one row for every program of the folder", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".hako"));
    expect(EXAMPLES.map((example) => example.file).toSorted()).toEqual(files.toSorted());
  });

  it("names every file after its id", () => {
    expect(EXAMPLES.filter((example) => example.file !== `${example.id}.hako`)).toEqual([]);
  });

  it.each(EXAMPLES)("$id fits a screen and opens with a sentence", ({ file }) => {
    const lines = readFileSync(new URL(file, import.meta.url), "utf8").split("\n");
    expect(lines[0]).toMatch(/^\/\/ .+\.$/);
    expect(lines.filter((line) => !line.startsWith("// expect")).length).toBeLessThanOrEqual(160);
  });
});
