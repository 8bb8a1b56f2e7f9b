/**
 * Bundles what runs in Node: `dist/hako.js` (the command line) and `dist/server.js`, with their assets beside them.
 *
 * The one idea: a bundle needs no `node_modules`, so `dist` can be copied anywhere with Node 20 or newer. Code that few commands need
 * stays in chunks of its own beside the entry and is read when it is imported.
 */
import { chmodSync } from "node:fs"
import { join, resolve } from "node:path"
import { build } from "vite"
import { bundleConstants } from "./source-lines.ts"

/** Bundles `entries` (output name to source path, relative to `root`) into `outDir`. */
export async function bundleForNode(root: string, outDir: string, entries: Readonly<Record<string, string>>): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: "warn",
    define: bundleConstants(root),
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "node20",
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, resolve(root, path)])),
        output: {
          format: "es",
          entryFileNames: "[name].js",
          chunkFileNames: "lib/[name]-[hash].js",
        },
      },
    },
  })
  for (const name of Object.keys(entries)) chmodSync(join(outDir, `${name}.js`), 0o755)
}
