import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["./src/test/setup.ts"],
    reporters: ["default", "./src/test/plain-line-reporter.ts"],
    coverage: { include: ["src/lib/**"], exclude: ["**/*.test.ts"], thresholds: { lines: 95 } },
  },
});
