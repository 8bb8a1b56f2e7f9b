/**
 * The security headers of everything the server sends.
 *
 * The one idea: a worker does not inherit the page's content security policy when its script has one of its own, so each kind of
 * response carries the narrowest policy it can live with. A run worker executes programs of strangers: it may compile
 * WebAssembly and nothing else, neither fetch nor load another script.
 */

/** Make the page cross-origin isolated: shared memory for input, fine timers. */
export const ISOLATION_HEADERS: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
}

const SHARED_HEADERS: Readonly<Record<string, string>> = {
  ...ISOLATION_HEADERS,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Strict-Transport-Security": "max-age=31536000",
}

// Monaco positions text with style attributes and generated style sheets, which is why styles may be inline; scripts never are.
const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  // Text never becomes HTML or code, except through a policy that a script of ours (the editor, `trusted-scripts.ts`) has made.
  "require-trusted-types-for 'script'; trusted-types *"

const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

const RUN_WORKER_POLICY = "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'"

/** Headers of the response to `path` (absolute, without query). */
export function headersFor(path: string): Record<string, string> {
  const name = /^\/workers\/([^/]+)\.js$/.exec(path)?.[1]
  const policy = name === undefined ? PAGE_POLICY : name.startsWith("run") ? RUN_WORKER_POLICY : WORKER_POLICY
  return { ...SHARED_HEADERS, "Content-Security-Policy": policy }
}
