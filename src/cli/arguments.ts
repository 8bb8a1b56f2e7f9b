/**
 * Reads a command's arguments: options from a table, then operands. Unknown names answer with the valid ones.
 */

/** An option of a command. A flag has no `values`; `values: null` takes any text. */
export interface CommandOption {
  readonly name: string
  readonly values: readonly string[] | null | "flag"
  readonly default: string
  readonly doc: string
}

/** Options by name, and what is left. After the first operand everything is an operand: it may belong to the program. */
export interface ParsedArguments {
  readonly options: ReadonlyMap<string, string>
  readonly operands: readonly string[]
}

/** The arguments make no sense; the message says what to do. */
export class UsageError extends Error {}

/** Parses `args` by the table. Throws UsageError. */
export function parseArguments(args: readonly string[], table: readonly CommandOption[]): ParsedArguments {
  const options = new Map(table.map((option) => [option.name, option.default]))
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at] as string
    if (arg === "--") {
      at++
      break
    }
    if (!arg.startsWith("-") || arg === "-") break
    const [, name, , inline] = /^--?([^=]+)(=(.*))?$/s.exec(arg) ?? []
    const option = table.find((o) => o.name === name)
    if (option === undefined) {
      const valid = table.map((o) => `--${o.name}`).join(", ")
      throw new UsageError(`unknown option ${arg}; ${valid === "" ? "this command has none" : `valid: ${valid}`}`)
    }
    if (option.values === "flag") {
      if (inline !== undefined) throw new UsageError(`--${option.name} takes no value`)
      options.set(option.name, "true")
      continue
    }
    const value = inline ?? args[++at]
    if (value === undefined) throw new UsageError(`--${option.name} needs a value`)
    if (option.values !== null && !option.values.includes(value)) throw new UsageError(`--${option.name}=${value}: valid values are ${option.values.join(", ")}`)
    options.set(option.name, value)
  }
  return { options, operands: args.slice(at) }
}
