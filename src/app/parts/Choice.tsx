/** One of a few values, side by side: radio buttons that look like one control. */
import { type ReactNode, useId } from "react"

/** What a choice needs. */
export interface ChoiceProps<T extends string> {
  readonly label: string
  readonly values: readonly { readonly value: T; readonly text: string; readonly hint?: string }[]
  readonly value: T
  readonly isLabelShown?: boolean
  readonly onChange: (value: T) => void
}

/** A choice. */
export function Choice<T extends string>({ label, values, value, isLabelShown = true, onChange }: ChoiceProps<T>): ReactNode {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend className={isLabelShown ? "choice-label" : "visually-hidden"}>{label}</legend>
      <div className="choice-values">
        {values.map((row) => (
          <label key={row.value} className="choice-value" title={row.hint}>
            <input type="radio" className="visually-hidden" name={name} checked={row.value === value} onChange={() => onChange(row.value)} />
            <span>{row.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
