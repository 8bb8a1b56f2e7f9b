/**
 * The reference: a naive interpreter of the syntax tree, written from the language's specification. It shares the parser with the
 * compiler and nothing else, so what it and the compiler agree on is unlikely to be a shared mistake.
 *
 * It runs programs that the checker accepts; what it does not know it says, and gives no outcome.
 */
import type { SourceFile } from "../compiler/base/source.ts"
import type { Block, BoxDecl, Item, Member, MethodMember, Program, Stmt, Visibility } from "../compiler/syntax/ast.ts"
import { Evaluator } from "./reference/evaluate.ts"
import { ExitRequest } from "./reference/library.ts"
import { ArrayThing, type BoxModel, Env, Failure, FunctionThing, OutOfReach, type Value } from "./reference/values.ts"

/** What the reference did. */
export interface ReferenceOutcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  readonly error: { readonly kind: string; readonly message: string; readonly line: number } | null
}

/** Runs a program that has no errors; null if it uses what the reference does not know. */
export function runReference(source: SourceFile, program: Program, input: { readonly stdin: readonly string[]; readonly args: readonly string[] } = { stdin: [], args: [] }): ReferenceOutcome | null {
  const machine = new Evaluator(source, input.stdin)
  let exitCode = 0
  let error: ReferenceOutcome["error"] = null
  try {
    for (const item of program.items) load(machine, item)
    exitCode = codeOf(start(machine, program.items, input.args))
  } catch (thrown) {
    if (thrown instanceof OutOfReach || thrown instanceof RangeError) return null
    if (thrown instanceof ExitRequest) exitCode = thrown.code
    else if (thrown instanceof Failure) {
      exitCode = 1
      error = { kind: thrown.kind, message: thrown.message, line: machine.lineAt(thrown.at) }
    } else throw thrown
  }
  return { stdout: machine.stdout, stderr: machine.stderr, exitCode, error }
}

function codeOf(result: Value): number {
  return typeof result === "bigint" ? Number(BigInt.asIntN(32, result)) : result === true ? 1 : 0
}

/** Declares what an item declares, nested declarations too. */
function load(machine: Evaluator, item: Item): void {
  switch (item.kind) {
    case "EnumDecl":
      machine.enums.set(item.name.text, item)
      return
    case "FunctionDecl":
      if (item.owner !== null) throw new OutOfReach("function of an owner")
      machine.functions.set(item.name.text, item)
      loadNested(machine, item.body)
      return
    case "BoxDecl":
      loadBox(machine, item)
      return
    case "UsingDecl":
    case "ImportDecl":
      throw new OutOfReach("using")
    default:
      return
  }
}

function loadNested(machine: Evaluator, block: Block): void {
  for (const stmt of block.stmts) if (stmt.kind === "BoxDecl" || stmt.kind === "EnumDecl" || stmt.kind === "FunctionDecl") load(machine, stmt)
}

function loadBox(machine: Evaluator, decl: BoxDecl): void {
  const box: BoxModel = {
    decl,
    name: decl.name.text,
    isStatic: decl.isStatic,
    parents: decl.parents.map((p) => p.name.text),
    interfaces: decl.interfaces.map((i) => i.text),
    fields: [],
    properties: new Map(),
    methods: [],
    constructors: [],
    initialisers: [],
    privateFields: new Set(),
    privateMethods: new Set(),
    publicFields: [],
  }
  machine.boxes.set(box.name, box)
  const add = (member: Member, visibility: Visibility | null): void => {
    switch (member.kind) {
      case "InitListMember":
        for (const field of member.fields) add(field, visibility)
        return
      case "VisibilityMember":
        for (const item of member.items) add(item, member.visibility)
        return
      case "StaticInitMember":
        box.initialisers.push(member)
        return
      case "FieldMember": {
        const seen = member.visibility ?? visibility
        box.fields.push(member)
        if (seen === "private") box.privateFields.add(member.name.text)
        if (seen === "public") box.publicFields.push(member.name.text)
        return
      }
      case "PropertyMember":
        box.properties.set(member.name.text, member)
        if ((member.visibility ?? visibility) === "private") box.privateFields.add(member.name.text)
        return
      case "ConstructorMember":
        box.constructors.push(member)
        loadNested(machine, member.body)
        return
      case "MethodMember":
        box.methods.push(member)
        if ((member.visibility ?? visibility) === "private") box.privateMethods.add(member.name.text)
        loadNested(machine, member.body)
        return
    }
  }
  for (const member of decl.members) add(member, null)
}

const isMain = (m: MethodMember): boolean => m.name.text === "main" && m.params.length <= 1

/** Runs the entry point (3.4) after the globals. */
function start(machine: Evaluator, items: readonly Item[], args: readonly string[]): Value {
  for (const item of items) {
    if (item.kind !== "GlobalDecl") continue
    machine.globals.set(item.name.text, { value: null })
    const value = item.init === null ? null : machine.ev(item.init, new Env(null))
    machine.globals.set(item.name.text, { value })
  }
  const argv = new ArrayThing([...args])
  const statics = [...machine.boxes.values()].filter((b) => b.isStatic && b.methods.some(isMain))
  const viaBox = (box: BoxModel): Value => {
    const member = box.methods.find(isMain) as MethodMember
    return machine.callMethod(machine.staticOf(box), { member, box }, member.params.length > 0 ? [argv] : [])
  }
  const main = statics.find((b) => b.name === "Main")
  if (main !== undefined) return viaBox(main)
  const decl = machine.functions.get("main")
  if (decl !== undefined) return machine.callValue(machine.named("main", new Env(null)), decl.params.length > 0 ? [argv] : [])
  if (machine.boxes.get("Main")?.methods.some(isMain) === true) throw new OutOfReach("an ordinary box Main")
  if (statics.length === 1) return viaBox(statics[0] as BoxModel)
  const stmts = items.filter((i): i is Stmt => !["UsingDecl", "ImportDecl", "InterfaceDecl", "GlobalDecl"].includes(i.kind))
  const body: Block = { kind: "Block", span: { start: 0, end: 0 }, stmts }
  return machine.invoke(new FunctionThing({ name: "main", params: [], body, handlers: null, env: null, me: null, box: null, yields: false }), [])
}
