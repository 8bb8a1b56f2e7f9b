/**
 * End-to-end tests: the built page, served as in production, in Chromium.
 *
 * The browser is the one of the operating system if there is one; otherwise the one that Playwright installs.
 */
import { defineConfig } from "@playwright/test"
import { findChromium } from "./src/setup/tools.ts"

const PORT = Number(process.env["E2E_PORT"] ?? 5179)
const chromium = findChromium()

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  fullyParallel: true,
  forbidOnly: process.env["CI"] !== undefined,
  retries: 0,
  workers: 2,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  outputDir: "test-results",
  snapshotPathTemplate: "e2e/pictures/{arg}{ext}",
  use: {
    baseURL: `http://localhost:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    // A trace doubles the time of every test; `--trace=retain-on-failure` records one.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(chromium === null ? {} : { executablePath: chromium }),
      // Chromium's own sandbox does not work for root, which is what containers run as.
      args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    },
  },
  webServer: {
    command: "node dist/server.js",
    env: { PORT: String(PORT) },
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
    timeout: 20_000,
  },
})
