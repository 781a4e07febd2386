import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const PURE = ["src/lib/**/*.test.ts", "src/features/**/*.test.ts", "src/test/**/*.test.ts", "src/ui/**/*.test.ts"];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    reporters: ["default", "./src/test/plain-line-reporter.ts"],
    coverage: {
      include: ["src/**/*.{ts,tsx}"],
      // Not product code: tests and what they need, what is generated, and the entry that only mounts the app.
      exclude: ["**/*.test.{ts,tsx}", "src/test/**", "src/**/*.gen.ts", "src/api/schema.d.ts", "src/main.tsx"],
      reporter: ["text-summary", ["text", { file: "coverage.txt" }], "json-summary"],
      thresholds: { "src/lib/**": { lines: 95 }, "src/!(lib)/**": { lines: 70 } },
    },
    projects: [
      { extends: true, test: { name: "pure", environment: "node", include: PURE, testTimeout: 60_000 } },
      { extends: true, test: { name: "screen", environment: "jsdom", include: ["src/**/*.test.tsx"], setupFiles: ["./src/test/setup.ts"], testTimeout: 60_000 } },
    ],
  },
});
