/**
 * The language service: Monaco's providers over the compiler worker. Each turns positions into offsets, asks, and
 * turns the answer back; an answer about a text that has changed meanwhile is dropped.
 */
import type { CompletionMessage, CompilerRequestName, CompilerRequests, TextRange } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { compiler, programFiles } from "../services/compiling.ts"
import { store } from "../services/store.ts"
import { fileNameOf, modelOf } from "./file-models.ts"
import { type editor, languages, Range } from "./monaco-features.ts"

/** The id of the source's language. */
const LANGUAGE = "hako"

/** A range of offsets as Monaco's lines and columns. */
export function toRange(model: editor.ITextModel, range: TextRange): Range {
  const start = model.getPositionAt(range.start)
  const end = model.getPositionAt(range.end)
  return new Range(start.lineNumber, start.column, end.lineNumber, end.column)
}

/** Asks about the text of `model`; null if the worker fails or the text changes before the answer. */
async function ask<K extends CompilerRequestName>(
  model: editor.ITextModel,
  request: K,
  input: CompilerRequests[K]["in"],
): Promise<CompilerRequests[K]["out"] | null> {
  const version = model.getVersionId()
  try {
    const output = await compiler().request(request, input)
    return model.isDisposed() || model.getVersionId() !== version ? null : output
  } catch {
    // The compiler client tells the user when its worker dies; an editor gesture just gets no answer.
    return null
  }
}

function place(model: editor.ITextModel, position: { readonly lineNumber: number; readonly column: number }) {
  return { files: programFiles(), file: fileNameOf(model.uri), offset: model.getOffsetAt(position) }
}

/** Places in any of the files as Monaco's locations. */
function locations(places: readonly { readonly file: string; readonly range: TextRange }[]): languages.Location[] {
  return places.flatMap(({ file, range }) => {
    const model = modelOf(file)
    return model === null ? [] : [{ uri: model.uri, range: toRange(model, range) }]
  })
}

/** The languages of the views whose instructions are explained, and the tables that explain them. */
const EXPLAINED = { mir: "mir", wat: "wat", llvm: "llvm", asm: "asm" } as const

/** Registers every provider; once. */
export function registerProviders(): void {
  languages.registerHoverProvider(LANGUAGE, {
    async provideHover(model, position) {
      const found = await ask(model, "hover", place(model, position))
      if (found === null) return null
      return { range: toRange(model, found.range), contents: found.markdown.map((value) => ({ value })) }
    },
  })

  for (const [language, view] of Object.entries(EXPLAINED)) {
    languages.registerHoverProvider(language, {
      async provideHover(model, position) {
        const found = await ask(model, "explain", { view, line: model.getLineContent(position.lineNumber), offset: position.column - 1 })
        if (found === null) return null
        return { range: new Range(position.lineNumber, found.range.start + 1, position.lineNumber, found.range.end + 1), contents: [{ value: found.markdown }] }
      },
    })
  }

  languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: [".", ":"],
    async provideCompletionItems(model, position) {
      const found = await ask(model, "complete", place(model, position))
      if (found === null) return { suggestions: [] }
      const range = toRange(model, found.replace)
      return { suggestions: found.items.map((item, index) => suggestion(item, range, index)) }
    },
  })

  languages.registerDefinitionProvider(LANGUAGE, {
    async provideDefinition(model, position) {
      const found = await ask(model, "definition", place(model, position))
      return found === null ? null : (locations([found])[0] ?? null)
    },
  })

  languages.registerReferenceProvider(LANGUAGE, {
    async provideReferences(model, position) {
      const found = await ask(model, "references", place(model, position))
      return locations(found ?? [])
    },
  })

  languages.registerDocumentHighlightProvider(LANGUAGE, {
    async provideDocumentHighlights(model, position) {
      const found = await ask(model, "references", place(model, position))
      const own = fileNameOf(model.uri)
      return (found ?? []).filter(({ file }) => file === own).map((reference) => ({ range: toRange(model, reference.range) }))
    },
  })

  languages.registerRenameProvider(LANGUAGE, {
    async provideRenameEdits(model, position, newName) {
      const found = await ask(model, "rename", { ...place(model, position), to: newName })
      if (found === null) return { edits: [] }
      if ("refused" in found) return { edits: [], rejectReason: t("editor.rename.refused", { reason: found.refused }) }
      return {
        edits: found.edits.flatMap((edit) => {
          const other = modelOf(edit.file)
          return other === null ? [] : [{ resource: other.uri, versionId: other.getVersionId(), textEdit: { range: toRange(other, edit.range), text: edit.text } }]
        }),
      }
    },
  })

  languages.registerDocumentFormattingEditProvider(LANGUAGE, {
    async provideDocumentFormattingEdits(model) {
      const found = await ask(model, "format", { file: { name: fileNameOf(model.uri), text: model.getValue() } })
      return found?.text == null || found.text === model.getValue() ? [] : [{ range: model.getFullModelRange(), text: found.text }]
    },
  })

  languages.registerCodeActionProvider(LANGUAGE, {
    provideCodeActions(model, range, context) {
      const { diagnostics, version, checkedVersion } = store.getState()
      if (version !== checkedVersion) return { actions: [], dispose: () => {} }
      const own = fileNameOf(model.uri)
      const actions: languages.CodeAction[] = []
      for (const diagnostic of diagnostics) {
        if (diagnostic.fix === null || diagnostic.file !== own || !Range.areIntersectingOrTouching(toRange(model, diagnostic.range), range)) continue
        actions.push({
          title: diagnostic.fix.title,
          kind: "quickfix",
          isPreferred: true,
          diagnostics: context.markers.filter((marker) => marker.code === diagnostic.code),
          edit: {
            edits: diagnostic.fix.edits.map((edit) => ({
              resource: model.uri,
              versionId: model.getVersionId(),
              textEdit: { range: toRange(model, edit.range), text: edit.text },
            })),
          },
        })
      }
      return { actions, dispose: () => {} }
    },
  })
}

function suggestion(item: CompletionMessage, range: Range, index: number): languages.CompletionItem {
  return {
    label: item.label,
    kind: COMPLETION_KINDS[item.kind],
    insertText: item.insert,
    ...(item.isSnippet ? { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    detail: item.detail,
    documentation: { value: item.documentation },
    range,
    // The worker's order is the order of likelihood.
    sortText: String(index).padStart(5, "0"),
  }
}

const COMPLETION_KINDS: { readonly [K in CompletionMessage["kind"]]: languages.CompletionItemKind } = {
  keyword: languages.CompletionItemKind.Keyword,
  variable: languages.CompletionItemKind.Variable,
  function: languages.CompletionItemKind.Function,
  method: languages.CompletionItemKind.Method,
  field: languages.CompletionItemKind.Field,
  box: languages.CompletionItemKind.Class,
  enum: languages.CompletionItemKind.Enum,
  variant: languages.CompletionItemKind.EnumMember,
  snippet: languages.CompletionItemKind.Snippet,
}
