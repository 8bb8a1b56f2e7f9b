/**
 * What the page may load as a script: its own workers, and nothing else.
 *
 * The one idea: the server demands Trusted Types, so the browser asks this policy before a string becomes the address of a script, and
 * refuses strings as HTML or code altogether. Importing this file installs the policy, so it is imported before anything makes a worker.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes
factory?.createPolicy("default", {
  createScriptURL(url) {
    const { origin, pathname } = new URL(url, location.href)
    if (origin !== location.origin || !/\/workers\/[\w.-]+\.js$/.test(pathname)) throw new TypeError(`not a script of this page: ${url}`)
    return url
  },
})
