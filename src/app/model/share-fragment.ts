/** The mark by which a link of ours is known before its codec is loaded. */

/** True if `hash` claims to be a link of ours, readable or not. */
export function isShareFragment(hash: string): boolean {
  return /^#\d+\./.test(hash) || shortId(hash) !== null
}

/** The id of a short link, whose program a server keeps; null for any other fragment. */
export function shortId(hash: string): string | null {
  return /^#s=([0-9A-Za-z]{9,22})$/.exec(hash)?.[1] ?? null
}
