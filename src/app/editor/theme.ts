/**
 * Monaco's colours, read from the custom properties of `theme.css`: that file is the one place where colours stand.
 */
import { editor } from "./monaco-features.ts"

const NAME = "hako"

/** Makes Monaco take over the colours the page has now. */
export function applyTheme(isDark: boolean): void {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const rule = (token: string, name: string, fontStyle = ""): editor.ITokenThemeRule => ({
    token,
    foreground: colour(name).replace("#", ""),
    fontStyle,
  })
  editor.defineTheme(NAME, {
    base: isDark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      rule("", "--ink"),
      rule("comment", "--syntax-comment", "italic"),
      rule("string", "--syntax-string"),
      rule("string.escape", "--syntax-constant"),
      rule("number", "--syntax-number"),
      rule("keyword", "--syntax-keyword"),
      rule("constant", "--syntax-constant"),
      rule("type", "--syntax-type"),
      rule("call", "--syntax-call"),
      rule("value", "--syntax-value"),
      rule("label", "--syntax-label"),
      rule("operator", "--syntax-operator"),
      rule("operator.name", "--syntax-call"),
      rule("bracket", "--syntax-operator"),
      rule("plain", "--ink"),
    ],
    colors: {
      "editor.background": colour("--surface"),
      "editor.foreground": colour("--ink"),
      "editorLineNumber.foreground": colour("--ink-faint"),
      "editorLineNumber.activeForeground": colour("--ink-soft"),
      "editor.lineHighlightBackground": colour("--line-current"),
      "editor.lineHighlightBorder": "#00000000",
      "editorCursor.foreground": colour("--accent"),
      "editor.selectionBackground": colour("--selection"),
      "editor.inactiveSelectionBackground": colour("--selection-inactive"),
      "editor.wordHighlightBackground": colour("--selection-inactive"),
      "editor.wordHighlightStrongBackground": colour("--selection-inactive"),
      "editorIndentGuide.background1": colour("--hairline"),
      "editorIndentGuide.activeBackground1": colour("--hairline-strong"),
      "editorBracketMatch.background": colour("--selection-inactive"),
      "editorBracketMatch.border": colour("--hairline-strong"),
      "editorError.foreground": colour("--error"),
      "editorWarning.foreground": colour("--warning"),
      "editorInfo.foreground": colour("--accent"),
      "editorHint.foreground": colour("--ink-soft"),
      "editorWidget.background": colour("--raised"),
      "editorWidget.border": colour("--hairline-strong"),
      "editorWidget.foreground": colour("--ink"),
      "editorHoverWidget.background": colour("--raised"),
      "editorHoverWidget.border": colour("--hairline-strong"),
      "editorSuggestWidget.background": colour("--raised"),
      "editorSuggestWidget.border": colour("--hairline-strong"),
      "editorSuggestWidget.selectedBackground": colour("--selection"),
      "editorSuggestWidget.selectedForeground": colour("--ink"),
      "editorSuggestWidget.highlightForeground": colour("--accent-text"),
      "editorSuggestWidget.focusHighlightForeground": colour("--accent-text"),
      "input.background": colour("--surface"),
      "input.border": colour("--hairline-strong"),
      focusBorder: colour("--accent"),
      "scrollbarSlider.background": `${colour("--ink-faint")}55`,
      "scrollbarSlider.hoverBackground": `${colour("--ink-faint")}88`,
      "scrollbarSlider.activeBackground": `${colour("--ink-faint")}aa`,
      "scrollbar.shadow": "#00000000",
      "editorOverviewRuler.border": "#00000000",
      "menu.background": colour("--raised"),
      "menu.foreground": colour("--ink"),
      "menu.selectionBackground": colour("--selection"),
      "menu.selectionForeground": colour("--ink"),
      "peekViewEditor.background": colour("--surface"),
      "peekViewResult.background": colour("--ground"),
      "peekViewTitle.background": colour("--ground"),
      "peekView.border": colour("--accent"),
    },
  })
  editor.setTheme(NAME)
}
