/** The mark by which a link of ours is known before its codec is loaded. */

/** True if `hash` claims to be a link of ours, readable or not. */
export function isShareFragment(hash: string): boolean {
  return /^#\d+\./.test(hash)
}
