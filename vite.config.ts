/**
 * How the page is built and served in development, and how unit tests run.
 *
 * Invariants: every script, style, worker and binary comes from the page's own origin as a file of its own (nothing is inlined as a
 * `data:` URL, so the content security policy needs no exception); workers are ES modules under `workers/`, where the server gives
 * each kind the policy it needs; development runs cross-origin isolated like production.
 */
import react from "@vitejs/plugin-react"
import { defineConfig } from "vitest/config"
import { bundleConstants } from "./src/build/source-lines.ts"
import { ISOLATION_HEADERS } from "./src/server/headers.ts"

export default defineConfig({
  base: "./",
  define: bundleConstants(import.meta.dirname),
  plugins: [react()],
  worker: {
    format: "es",
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { entryFileNames: "workers/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]" },
    },
  },
  build: {
    outDir: "dist/page",
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { port: 5173, headers: ISOLATION_HEADERS },
  preview: { headers: ISOLATION_HEADERS },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    maxWorkers: 2,
    testTimeout: 120_000,
    setupFiles: ["src/setup/fixed-seed.ts"],
  },
})
