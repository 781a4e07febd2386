import { defineConfig } from "@playwright/test";

/** Quick tests carry `@quick`; everything runs with `npm run test:e2e:full`. Against a real instance set FINCC_E2E_URL. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  globalSetup: "./e2e/setup.ts",
  outputDir: "test-results",
  workers: Number(process.env.FINCC_E2E_WORKERS ?? 2),
  timeout: 45_000,
  expect: { timeout: 10_000 },
  retries: 0,
  forbidOnly: true,
  reporter: [["list"], ["./e2e/plain-line-reporter.ts"]],
  use: {
    viewport: { width: 1280, height: 860 },
    locale: "en-US",
    timezoneId: "UTC",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
