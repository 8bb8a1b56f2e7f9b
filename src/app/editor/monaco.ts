/**
 * Makes the two kinds of Monaco editor of the page: the one that edits the source, and read-only ones that show a
 * stage. Both are plain functions from a container and callbacks to a handle; React's part is in the components
 * beside this file.
 */
import EditorWorker from "monaco-editor/editor/editor.worker?worker"
import type { DiagnosticMessage, TextRange } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { type LanguageId, registerLanguages } from "./languages.ts"
import { showMarkers } from "./markers.ts"
import { editor, Range, Uri } from "./monaco-features.ts"
import { registerProviders, toRange } from "./providers.ts"
import { applyTheme } from "./theme.ts"

self.MonacoEnvironment = { getWorker: () => new EditorWorker() }

let isSetUp = false

/** Registers languages and providers and takes the page's colours over. */
function setUp(): void {
  if (isSetUp) return
  isSetUp = true
  registerLanguages()
  registerProviders()
  applyTheme(isDarkNow())
  // The page says which theme is on by an attribute of its root.
  new MutationObserver(() => applyTheme(isDarkNow())).observe(document.documentElement, { attributeFilter: ["data-theme"] })
}

function isDarkNow(): boolean {
  return document.documentElement.dataset["theme"] === "dark"
}

function baseOptions(): editor.IStandaloneEditorConstructionOptions {
  const style = getComputedStyle(document.documentElement)
  return {
    automaticLayout: true,
    fontFamily: style.getPropertyValue("--font-mono").trim(),
    fontSize: 13.5,
    lineHeight: 21,
    fontLigatures: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    smoothScrolling: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    cursorSmoothCaretAnimation: "off",
    renderLineHighlight: "line",
    renderLineHighlightOnlyWhenFocus: true,
    padding: { top: 12, bottom: 12 },
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false, alwaysConsumeMouseWheel: false },
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    guides: { indentation: true, bracketPairs: false },
    bracketPairColorization: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: true, invisibleCharacters: true, nonBasicASCII: false, includeComments: true, includeStrings: true },
    renderFinalNewline: "on",
    maxTokenizationLineLength: 20_000,
    stopRenderingLineAfter: 10_000,
    accessibilityPageSize: 500,
  }
}

/** What an editor tells its owner. */
export interface EditorEvents {
  readonly onText?: (text: string) => void
  readonly onSelection: (range: TextRange) => void
  readonly onFocus?: () => void
}

/** What its owner can do with an editor. */
export interface EditorHandle {
  readonly focus: () => void
  readonly hasFocus: () => boolean
  /** Shows a place, selects it and scrolls to it. */
  readonly reveal: (range: TextRange) => void
  readonly setText: (text: string, selection: TextRange | null) => void
  /** Marks the places that belong to what is pointed at; scrolls to the first if asked and out of sight. */
  readonly setLinked: (ranges: readonly TextRange[], scroll: boolean) => void
  readonly showDiagnostics: (name: string, diagnostics: readonly DiagnosticMessage[]) => void
  readonly setTabMovesFocus: (tabMovesFocus: boolean) => void
  readonly dispose: () => void
}

/** The editor of the source. */
export function makeSourceEditor(container: HTMLElement, text: string, selection: TextRange, events: EditorEvents): EditorHandle {
  setUp()
  const model = editor.createModel(text, "hako", Uri.parse("inmemory://program/main.hako"))
  model.setEOL(editor.EndOfLineSequence.LF)
  const view = editor.create(container, {
    ...baseOptions(),
    model,
    ariaLabel: t("editor.label"),
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    quickSuggestions: { other: true, comments: false, strings: false },
    wordBasedSuggestions: "off",
    suggest: { showWords: false, preview: false },
    lightbulb: { enabled: editor.ShowLightbulbIconMode.OnCode },
    formatOnPaste: false,
    lineNumbersMinChars: 4,
    folding: true,
    matchBrackets: "always",
    occurrencesHighlight: "singleFile",
  })
  view.setSelection(toRange(model, selection))
  return handleOf(view, model, events)
}

/** A read-only editor that shows a stage as text. */
export function makeViewEditor(container: HTMLElement, label: string, language: LanguageId, text: string, events: EditorEvents): EditorHandle {
  setUp()
  const model = editor.createModel(text, language)
  const view = editor.create(container, {
    ...baseOptions(),
    model,
    readOnly: true,
    domReadOnly: true,
    ariaLabel: label,
    // Only the caret moves in a view: Tab leaves it.
    tabFocusMode: true,
    fontSize: 12.5,
    lineHeight: 19,
    lineNumbersMinChars: 4,
    folding: false,
    contextmenu: false,
    occurrencesHighlight: "off",
    selectionHighlight: false,
    matchBrackets: "never",
    hover: { enabled: "off" },
    guides: { indentation: false, bracketPairs: false },
  })
  return handleOf(view, model, events)
}

function handleOf(view: editor.IStandaloneCodeEditor, model: editor.ITextModel, events: EditorEvents): EditorHandle {
  const linked = view.createDecorationsCollection()
  // Brackets keep the colours of the theme.
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } })
  // Changes that the page itself makes are not reported back to it.
  let isOurs = false
  model.onDidChangeContent(() => {
    if (!isOurs) events.onText?.(model.getValue())
  })
  view.onDidChangeCursorSelection((event) => {
    if (isOurs || event.source === "modelChange") return
    const { selection } = event
    events.onSelection({ start: model.getOffsetAt(selection.getStartPosition()), end: model.getOffsetAt(selection.getEndPosition()) })
  })
  view.onDidFocusEditorText(() => events.onFocus?.())

  const ours = (change: () => void): void => {
    isOurs = true
    try {
      change()
    } finally {
      isOurs = false
    }
  }

  return {
    focus: () => view.focus(),
    hasFocus: () => view.hasTextFocus(),
    reveal: (range) => {
      const place = toRange(model, range)
      view.setSelection(place)
      view.revealRangeInCenterIfOutsideViewport(place)
    },
    setText: (text, selection) =>
      ours(() => {
        if (model.getValue() !== text) {
          if (view.getOption(editor.EditorOption.readOnly)) model.setValue(text)
          else {
            // As an edit, so that Undo in the editor brings the text back.
            view.pushUndoStop()
            view.executeEdits("page", [{ range: model.getFullModelRange(), text }])
            view.pushUndoStop()
          }
        }
        if (selection !== null) {
          const place = toRange(model, selection)
          view.setSelection(place)
          view.revealRangeInCenterIfOutsideViewport(place)
        }
      }),
    setLinked: (ranges, scroll) => {
      linked.set(
        ranges.map((range) => ({
          range: toRange(model, range),
          options: {
            inlineClassName: "linked-place",
            linesDecorationsClassName: "linked-bar",
            overviewRuler: { color: getComputedStyle(document.documentElement).getPropertyValue("--link").trim(), position: editor.OverviewRulerLane.Center },
          },
        })),
      )
      const first = ranges[0]
      if (!scroll || first === undefined) return
      const visible = view.getVisibleRanges()
      const places = ranges.map((range) => toRange(model, range))
      if (!places.some((place) => visible.some((shown) => Range.areIntersecting(shown, place)))) {
        view.revealRangeInCenter(toRange(model, first), editor.ScrollType.Immediate)
      }
    },
    showDiagnostics: (name, diagnostics) => showMarkers(model, name, diagnostics),
    setTabMovesFocus: (tabMovesFocus) => view.updateOptions({ tabFocusMode: tabMovesFocus }),
    dispose: () => {
      view.dispose()
      model.dispose()
    },
  }
}
