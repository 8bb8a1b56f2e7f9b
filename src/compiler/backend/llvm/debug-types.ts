/**
 * Types of the language in debug metadata: integers, floats and bools as what they are, everything else as a pointer to a
 * structure that shows what is in the object, a dynamic value as tag and payload.
 */
import type { Type } from "../../mir/ir.ts"
import { ARRAY, carrierOf, HEADER, isNullable, STRING } from "../object-layout.ts"
import { quoted } from "./names.ts"
import type { Statics } from "./statics.ts"

/** Where metadata nodes are kept. */
export interface NodeTable {
  /** The number of a node with that text. */
  node(text: string): number
  /** A number whose node is given later, for structures that hold pointers to themselves. */
  reserve(): number
  define(node: number, text: string): void
}

interface Member {
  readonly name: string
  readonly type: number
  readonly offset: number
  readonly bits: number
}

/** Hands out the nodes of types. */
export class DebugTypes {
  readonly #table: NodeTable
  readonly #statics: Statics
  readonly #structures = new Map<string, number>()

  constructor(table: NodeTable, statics: Statics) {
    this.#table = table
    this.#statics = statics
  }

  /** The node of a type. */
  of(type: Type): number {
    switch (carrierOf(type)) {
      case "i64":
        return this.#basic("Integer", 64, "DW_ATE_signed")
      case "f64":
        return this.#basic("Float", 64, "DW_ATE_float")
      case "bool":
        return this.#basic("Bool", 8, "DW_ATE_boolean")
      case "pointer":
        return this.#table.node(`!DIDerivedType(tag: DW_TAG_pointer_type, baseType: !${this.#structure(isNullable(type) ? (type.slice(0, -1) as Type) : type)}, size: 64)`)
      default:
        return this.#known("Any", 128, () => {
          const word = this.#basic("Integer", 64, "DW_ATE_signed")
          return [{ name: "tag", type: word, offset: 0, bits: 64 }, { name: "payload", type: word, offset: 8, bits: 64 }]
        })
    }
  }

  #basic(name: string, bits: number, encoding: string): number {
    return this.#table.node(`!DIBasicType(name: ${quoted(name)}, size: ${bits}, encoding: ${encoding})`)
  }

  #word(): number {
    return this.#basic("u32", 32, "DW_ATE_unsigned")
  }

  #structure(type: Type): number {
    if (type === "str") {
      return this.#known("String", STRING.data * 8, () => [
        { name: "bytes", type: this.#word(), offset: STRING.bytes, bits: 32 },
        { name: "length", type: this.#word(), offset: STRING.codePoints, bits: 32 },
        { name: "text", type: this.#text(), offset: STRING.data, bits: 0 },
      ])
    }
    if (type === "arr") {
      const data = this.#table.node(`!DIDerivedType(tag: DW_TAG_pointer_type, baseType: !${this.#basic("Integer", 64, "DW_ATE_signed")}, size: 64)`)
      return this.#known("ArrayBox", (ARRAY.data + 8) * 8, () => [
        { name: "length", type: this.#word(), offset: ARRAY.length, bits: 32 },
        { name: "kind", type: this.#word(), offset: ARRAY.kind, bits: 32 },
        { name: "elements", type: data, offset: ARRAY.data, bits: 64 },
      ])
    }
    const name = /^box<(.*)>$/s.exec(type)?.[1]
    const def = name === undefined ? undefined : this.#statics.module.classes.get(name)
    if (def === undefined) return this.#known(type, HEADER.size * 8, () => this.#header())
    return this.#known(def.name, this.#statics.classInfo(def.name).size * 8, () =>
      def.fields.map((field) => {
        const slot = this.#statics.slot({ class: def.name, field: field.name })
        const carrier = carrierOf(slot.type)
        return { name: field.name, type: this.of(slot.type), offset: slot.offset, bits: carrier === "any" ? 128 : carrier === "bool" ? 8 : 64 }
      }),
    )
  }

  #header(): Member[] {
    return [{ name: "count", type: this.#word(), offset: HEADER.count, bits: 32 }, { name: "class", type: this.#word(), offset: HEADER.classWord, bits: 32 }]
  }

  #text(): number {
    const char = this.#basic("char", 8, "DW_ATE_UTF")
    return this.#table.node(`!DICompositeType(tag: DW_TAG_array_type, baseType: !${char}, elements: !{!${this.#table.node("!DISubrange(count: -1)")}})`)
  }

  /** A structure by name; its members are asked for once, when its number is known. */
  #known(name: string, bits: number, members: () => readonly Member[]): number {
    const known = this.#structures.get(name)
    if (known !== undefined) return known
    const node = this.#table.reserve()
    this.#structures.set(name, node)
    const elements = members().map(({ name: member, type, offset, bits: size }) => `!${this.#table.node(`!DIDerivedType(tag: DW_TAG_member, name: ${quoted(member)}, scope: !${node}, baseType: !${type}, size: ${size}, offset: ${offset * 8})`)}`)
    this.#table.define(node, `distinct !DICompositeType(tag: DW_TAG_structure_type, name: ${quoted(name)}, size: ${bits}, elements: !{${elements.join(", ")}})`)
    return node
  }
}
