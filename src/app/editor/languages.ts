/**
 * How Monaco colours the source and the three low-level texts. The words of Hakorune come from the token table; the
 * others are described here as far as colours need it. Each ends with a rule for any other word, so that a part of a
 * word is never taken for a word.
 */
import { keywordLists } from "../model/highlight.ts"
import { languages } from "./monaco-features.ts"

/** Ids of the languages. */
export type LanguageId = "asm" | "hako" | "mir" | "wat" | "llvm" | "plaintext"

/** Tells Monaco about the languages; once. */
export function registerLanguages(): void {
  const { keywords, constants } = keywordLists()

  languages.register({ id: "hako", extensions: [".hako"], aliases: ["Hakorune"] })
  languages.setLanguageConfiguration("hako", {
    comments: { lineComment: "//", blockComment: ["/*", "*/"] },
    brackets: [["{", "}"], ["[", "]"], ["(", ")"], ["%{", "}"]],
    autoClosingPairs: [
      { open: "{", close: "}" },
      { open: "[", close: "]" },
      { open: "(", close: ")" },
      { open: '"', close: '"', notIn: ["string", "comment"] },
      { open: "/*", close: "*/", notIn: ["string", "comment"] },
    ],
    surroundingPairs: [
      { open: "{", close: "}" },
      { open: "[", close: "]" },
      { open: "(", close: ")" },
      { open: '"', close: '"' },
      { open: "'", close: "'" },
    ],
    wordPattern: /[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?/u,
    onEnterRules: [],
    indentationRules: { increaseIndentPattern: /[{[(]\s*$/, decreaseIndentPattern: /^\s*[}\])]/ },
  })
  languages.setMonarchTokensProvider("hako", {
    unicode: true,
    keywords,
    constants,
    tokenizer: {
      root: [
        [/\/\/.*$/u, "comment"],
        [/#.*$/u, "comment"],
        [/\/\*/u, "comment", "@comment"],
        [/"/u, "string", "@double"],
        [/'/u, "string", "@single"],
        [/\d+\.\d+([eE][+-]?\d+)?/u, "number"],
        [/\d+/u, "number"],
        [/(\.)([\p{L}_][\p{L}\p{N}_]*)(?=\s*\()/u, ["operator", "call"]],
        [/(\.)([\p{L}_][\p{L}\p{N}_]*)/u, ["operator", "plain"]],
        [/\p{Lu}[\p{L}\p{N}_]*/u, { cases: { "@keywords": "keyword", "@default": "type" } }],
        [
          /[\p{L}_][\p{L}\p{N}_]*(?=\()/u,
          { cases: { "@keywords": "keyword", "@constants": "constant", "@default": "call" } },
        ],
        [/[\p{L}_][\p{L}\p{N}_]*/u, { cases: { "@keywords": "keyword", "@constants": "constant", "@default": "plain" } }],
        [/%?\{|[}[\]()]/u, "bracket"],
        [/[-+*/%=!<>&|^~?:.,;@]+/u, "operator"],
      ],
      comment: [
        [/[^*]+/u, "comment"],
        [/\*\//u, "comment", "@pop"],
        [/\*/u, "comment"],
      ],
      double: [
        [/[^\\"]+/u, "string"],
        [/\\./u, "string.escape"],
        [/\\/u, "string"],
        [/"/u, "string", "@pop"],
      ],
      single: [
        [/[^\\']+/u, "string"],
        [/\\./u, "string.escape"],
        [/\\/u, "string"],
        [/'/u, "string", "@pop"],
      ],
    },
  })

  languages.register({ id: "mir" })
  languages.setMonarchTokensProvider("mir", {
    tokenizer: {
      root: [
        [/;.*$/, "comment"],
        [/"([^"\\]|\\.)*"/, "string"],
        [/\bbb\d+/, "label"],
        [/%\d+/, "value"],
        [/@[\w.$/]+/, "call"],
        [/\bhk_\w+/, "call"],
        [/-?\b\d+(\.\d+)?([eE][+-]?\d+)?\b/, "number"],
        [/\b[a-z]\w*(\.\w+)+/, "keyword"],
        [/\b(phase|file|class|static|synthetic|is|as|define|declare|global|enum|ret|br|jump|switch|label|throw|catch|phi|copy|select|call|retain|release)\b/, "keyword"],
        [/\b(i64|f64|i1|bool|void|any|obj|str|unit|box)\b/, "type"],
        [/\b(true|false|null)\b/, "constant"],
        [/\b[A-Z]\w*/, "type"],
        [/\w+/, "plain"],
      ],
    },
  })

  languages.register({ id: "wat" })
  languages.setMonarchTokensProvider("wat", {
    tokenizer: {
      root: [
        [/;;.*$/, "comment"],
        [/\(;/, "comment", "@comment"],
        [/"([^"\\]|\\.)*"/, "string"],
        [/\$[^\s()]+/, "value"],
        [/[-+]?\b(0x[\da-fA-F_]+(\.[\da-fA-F]*)?(p[-+]?\d+)?|\d[\d_]*(\.\d*)?([eE][+-]?\d+)?|inf|nan)\b/, "number"],
        [/\b(module|func|param|result|local|global|memory|table|elem|data|export|import|type|mut|start|block|loop|if|then|else|end|call_indirect|call|br_table|br_if|br|return|unreachable|select|drop)\b/, "keyword"],
        [/\b(i32|i64|f32|f64|v128|funcref|externref)\b(?!\.)/, "type"],
        [/\b(i32|i64|f32|f64|v128|local|global|memory|ref|table)\.[\w.]+/, "operator.name"],
        [/[\w.]+/, "plain"],
      ],
      comment: [
        [/[^;]+/, "comment"],
        [/;\)/, "comment", "@pop"],
        [/;/, "comment"],
      ],
    },
  })

  languages.register({ id: "asm" })
  languages.setMonarchTokensProvider("asm", {
    tokenizer: {
      root: [
        [/^"([^"\\]|\\.)*":|^[\w.$]+:/, "label"],
        [/^\s+[a-z][\w.]*/, "keyword"],
        [/"([^"\\]|\\.)*"/, "string"],
        [/\.L\w+/, "label"],
        [/%[a-z]\w*/, "value"],
        [/\b([xwvdsqb]([12]?\d|3[01])|[xw]zr|w?sp)\b/, "value"],
        [/\b(lsl|lsr|asr|ror|sxtw|uxtw|sxtb|uxtb|sxth|uxth|lo12|[gl][te]|eq|ne|mi|pl|vs|vc|hi|ls|hs|lo|cc|cs)\b/, "operator.name"],
        [/[#$]?-?\b(0x[\da-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?)\b/, "number"],
        [/\bhkp?[._][\w.]+/, "call"],
        [/[\w.]+/, "plain"],
      ],
    },
  })

  languages.register({ id: "llvm" })
  languages.setMonarchTokensProvider("llvm", {
    tokenizer: {
      root: [
        [/;.*$/, "comment"],
        [/c?"([^"\\]|\\.)*"/, "string"],
        [/%[\w.$-]+|%"[^"]*"/, "value"],
        [/@[\w.$-]+|@"[^"]*"/, "call"],
        [/![\w.]*/, "label"],
        [/^[\w.$-]+:/, "label"],
        [/\b(i\d+|ptr|void|double|float|label|metadata|token|x)\b/, "type"],
        [/\b(define|declare|target|datalayout|triple|source_filename|attributes|global|constant|private|internal|external|unnamed_addr|local_unnamed_addr|align|distinct|nounwind|noinline|alwaysinline|dso_local)\b/, "keyword"],
        [/\b(ret|br|switch|unreachable|call|tail|musttail|load|store|alloca|getelementptr|inbounds|phi|select|icmp|fcmp|add|sub|mul|sdiv|srem|udiv|urem|shl|ashr|lshr|and|or|xor|fadd|fsub|fmul|fdiv|frem|fneg|trunc|zext|sext|bitcast|ptrtoint|inttoptr|sitofp|fptosi|insertvalue|extractvalue|nsw|nuw|to)\b/, "operator.name"],
        [/\b(true|false|null|undef|poison|zeroinitializer|none)\b/, "constant"],
        [/-?\b(0x[\da-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?)\b/, "number"],
        [/[\w.$-]+/, "plain"],
      ],
    },
  })
}
