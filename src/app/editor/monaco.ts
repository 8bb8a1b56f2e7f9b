/**
 * Makes the two kinds of Monaco editor of the page: the one that edits the source, and read-only ones that show a
 * stage. Both are plain functions from a container and callbacks to a handle; React's part is in the components
 * beside this file.
 */
import EditorWorker from "monaco-editor/editor/editor.worker?worker"
import type { DiagnosticMessage, SourceText, TextRange } from "../../protocol/worker.ts"
import type { TierSum } from "../../protocol/tiers.ts"
import type { LineCount } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { FileModels, fileNameOf, modelOf } from "./file-models.ts"
import { type DebugMarkEvents, type DebugMarks, showDebugMarks } from "./debug-marks.ts"
import { type LanguageId, registerLanguages } from "./languages.ts"
import { showMarkers } from "./markers.ts"
import { showLinkedPlaces } from "./linked-places.ts"
import { editor } from "./monaco-features.ts"
import { registerHints } from "./hints.ts"
import { registerProviders, toRange } from "./providers.ts"
import { applyTheme } from "./theme.ts"
import { NUMBER_CHARACTERS, showLineCounts } from "./line-counts.ts"
import { showTierMarks } from "./tier-marks.ts"

self.MonacoEnvironment = { getWorker: () => new EditorWorker() }

let isSetUp = false

/** Registers languages and providers and takes the page's colours over. */
function setUp(): void {
  if (isSetUp) return
  isSetUp = true
  registerLanguages()
  registerProviders()
  registerHints()
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
  readonly onSelection: (range: TextRange) => void
  readonly onFocus?: () => void
}

/** What the editor of the source tells its owner. */
export interface SourceEvents extends EditorEvents {
  readonly debugging: DebugMarkEvents
  /** The user, or a change over several files, has changed the text of a file. */
  readonly onText: (text: string, file: string) => void
  /** A gesture such as “go to definition” leads to a place in another file. */
  readonly onOpen: (file: string, place: TextRange) => void
}

/** What its owner can do with any editor. */
export interface EditorHandle {
  readonly focus: () => void
  readonly hasFocus: () => boolean
  /** Shows a place, selects it and scrolls to it. */
  readonly reveal: (range: TextRange) => void
  /** Marks the places that belong to what is pointed at; scrolls to the first if asked and out of sight. */
  readonly setLinked: (ranges: readonly TextRange[], scroll: boolean) => void
  readonly dispose: () => void
}

/** What can be done with an editor that shows a stage. */
export interface ViewEditorHandle extends EditorHandle {
  readonly setText: (text: string) => void
}

/** What can be done with the editor of the source. */
export interface SourceEditorHandle extends EditorHandle {
  /** Takes over files that were changed elsewhere, and shows one of them with a selection. */
  readonly setFiles: (files: readonly SourceText[], shown: string, selection: TextRange) => void
  readonly showDiagnostics: (diagnostics: readonly DiagnosticMessage[]) => void
  /** Marks beside the line numbers which tier each function reached. */
  readonly showTiers: (sums: readonly TierSum[]) => void
  /** Says beside the line numbers of the file that is shown how often its lines were executed. */
  readonly showLineCounts: (lines: readonly LineCount[]) => void
  readonly setTabMovesFocus: (tabMovesFocus: boolean) => void
  /** Shows what debugging marks in the file that is shown. */
  readonly setDebugMarks: (marks: DebugMarks) => void
}

/** The editor of the source: one Monaco editor, and a model for every file, so that each has its own Undo. */
export function makeSourceEditor(container: HTMLElement, files: readonly SourceText[], shown: string, selection: TextRange, events: SourceEvents): SourceEditorHandle {
  setUp()
  // Changes that the page itself makes are not reported back to it.
  let isOurs = false
  const ours = (change: () => void): void => {
    isOurs = true
    try {
      change()
    } finally {
      isOurs = false
    }
  }
  const models = new FileModels((text, file) => {
    if (!isOurs) events.onText(text, file)
  })
  ours(() => models.update(files))
  const view = editor.create(container, {
    ...baseOptions(),
    model: modelOf(shown),
    ariaLabel: t("editor.label"),
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    quickSuggestions: { other: true, comments: false, strings: false },
    wordBasedSuggestions: "off",
    suggest: { showWords: false, preview: false },
    lightbulb: { enabled: editor.ShowLightbulbIconMode.OnCode },
    formatOnPaste: false,
    lineNumbersMinChars: NUMBER_CHARACTERS,
    glyphMargin: true,
    folding: true,
    matchBrackets: "always",
    occurrencesHighlight: "singleFile",
  })
  models.reset()
  const select = (range: TextRange): void => {
    const model = view.getModel()
    if (model === null) return
    const place = toRange(model, range)
    view.setSelection(place)
    view.revealRangeInCenterIfOutsideViewport(place)
  }
  ours(() => select(selection))
  reportSelection(view, events, () => isOurs)
  const handle = handleOf(view)
  const opener = editor.registerEditorOpener({
    openCodeEditor: (_, resource, place) => {
      const file = fileNameOf(resource)
      const model = modelOf(file)
      if (model === null) return false
      const start = place === undefined ? { lineNumber: 1, column: 1 } : "lineNumber" in place ? place : { lineNumber: place.startLineNumber, column: place.startColumn }
      const offset = model.getOffsetAt(start)
      events.onOpen(file, { start: offset, end: offset })
      view.focus()
      return true
    },
  })
  return {
    ...handle,
    setFiles: (next, name, range) =>
      ours(() => {
        models.update(next)
        const model = modelOf(name)
        if (view.getModel() !== model) {
          handle.setLinked([], false)
          view.setModel(model)
        }
        models.forget(next)
        select(range)
      }),
    showDiagnostics: (diagnostics) => {
      for (const [name, model] of models.entries()) showMarkers(model, name, diagnostics)
    },
    setDebugMarks: showDebugMarks(view, { onToggle: events.debugging.onToggle, onMoved: (lines) => !isOurs && events.debugging.onMoved(lines) }),
    showTiers: (sums) => {
      for (const [name, model] of models.entries()) showTierMarks(model, name, sums)
    },
    showLineCounts: (lines) => {
      const model = view.getModel()
      if (model !== null) showLineCounts(view, fileNameOf(model.uri), lines)
    },
    setTabMovesFocus: (tabMovesFocus) => view.updateOptions({ tabFocusMode: tabMovesFocus }),
    dispose: () => {
      opener.dispose()
      view.dispose()
      models.forget([])
    },
  }
}

/** A read-only editor that shows a stage as text. */
export function makeViewEditor(container: HTMLElement, label: string, language: LanguageId, text: string, events: EditorEvents): ViewEditorHandle {
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
    hover: { enabled: "on" },
    guides: { indentation: false, bracketPairs: false },
  })
  // Brackets keep the colours of the theme.
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } })
  let isOurs = false
  reportSelection(view, events, () => isOurs)
  return {
    ...handleOf(view),
    setText: (next) => {
      if (model.getValue() === next) return
      isOurs = true
      try {
        model.setValue(next)
      } finally {
        isOurs = false
      }
    },
    dispose: () => {
      view.dispose()
      model.dispose()
    },
  }
}

/** Reports the selection, except while the page itself moves it. */
function reportSelection(view: editor.IStandaloneCodeEditor, events: EditorEvents, isOurs: () => boolean): void {
  view.onDidChangeCursorSelection((event) => {
    const model = view.getModel()
    if (isOurs() || model === null || event.source === "modelChange") return
    const { selection } = event
    events.onSelection({ start: model.getOffsetAt(selection.getStartPosition()), end: model.getOffsetAt(selection.getEndPosition()) })
  })
  view.onDidFocusEditorText(() => events.onFocus?.())
}

function handleOf(view: editor.IStandaloneCodeEditor): EditorHandle {
  return {
    focus: () => view.focus(),
    hasFocus: () => view.hasTextFocus(),
    reveal: (range) => {
      const model = view.getModel()
      if (model === null) return
      const place = toRange(model, range)
      view.setSelection(place)
      view.revealRangeInCenterIfOutsideViewport(place)
    },
    setLinked: showLinkedPlaces(view),
    dispose: () => view.dispose(),
  }
}
