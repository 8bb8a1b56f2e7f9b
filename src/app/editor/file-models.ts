/**
 * The files of the program as Monaco's models: the address of a model is the name of its file, so that an answer about
 * any file finds its text, and a model finds its file.
 */
import type { SourceText } from "../../protocol/worker.ts"
import { editor, Uri } from "./monaco-features.ts"

function addressOf(name: string): Uri {
  return Uri.from({ scheme: "inmemory", authority: "program", path: `/${name}` })
}

/** The name of the file that a model's address stands for. */
export function fileNameOf(address: Uri): string {
  return address.path.slice(1)
}

/** The model of a file, or null if there is no such file. */
export function modelOf(name: string): editor.ITextModel | null {
  return editor.getModel(addressOf(name))
}

/** Brackets keep the colours of the theme. */
function setOptions(model: editor.ITextModel): void {
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } })
}

/** The models of the files of one program. */
export class FileModels {
  readonly #models = new Map<string, editor.ITextModel>()
  readonly #onText: (text: string, file: string) => void

  constructor(onText: (text: string, file: string) => void) {
    this.#onText = onText
  }

  /** The models by the names of their files. */
  entries(): Iterable<readonly [string, editor.ITextModel]> {
    return this.#models
  }

  /** Sets the options of all models again: an editor that is created resets them. */
  reset(): void {
    for (const model of this.#models.values()) setOptions(model)
  }

  /** Makes the models that are missing, and brings those that differ to the text of their file. */
  update(files: readonly SourceText[]): void {
    for (const { name, text } of files) {
      const model = this.#models.get(name)
      if (model === undefined) this.#models.set(name, this.#make(name, text))
      else if (model.getValue() !== text) {
        // As an edit, so that Undo in the editor brings the text back.
        model.pushStackElement()
        model.pushEditOperations(null, [{ range: model.getFullModelRange(), text }], () => null)
        model.pushStackElement()
      }
    }
  }

  /** Gives the models up whose files are not among `files`. */
  forget(files: readonly SourceText[]): void {
    for (const [name, model] of this.#models) {
      if (files.some((file) => file.name === name)) continue
      this.#models.delete(name)
      model.dispose()
    }
  }

  #make(name: string, text: string): editor.ITextModel {
    const model = editor.createModel(text, "hako", addressOf(name))
    model.setEOL(editor.EndOfLineSequence.LF)
    model.updateOptions({ tabSize: 2, insertSpaces: true })
    setOptions(model)
    model.onDidChangeContent(() => this.#onText(model.getValue(), name))
    return model
  }
}
