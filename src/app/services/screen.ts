/** What kind of screen the page is on, and what the user asked of all pages. */

/** Narrower than this is a phone: one pane at a time. */
export const PHONE_QUERY = "(max-width: 720px)"

/** True on a narrow screen. */
export function isPhone(): boolean {
  return matchMedia(PHONE_QUERY).matches
}

/** True on Apple keyboards, whose command key stands for Control. */
export const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent)
