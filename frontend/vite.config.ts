import { fileURLToPath } from "node:url";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const gateway = process.env.FINCC_GATEWAY ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double", semicolons: true }),
    react(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    manifest: true,
    target: "es2023",
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    // What every page needs comes in one piece: cut where pages differ, it would be some fifty and a tenth more to load.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shell", test: /src\/(?:ui\/shell\/Shell|features\/overview\/OverviewPage)\.tsx/ }], includeDependenciesRecursively: true } } },
  },
  server: { host: "127.0.0.1", proxy: { "/api": gateway, "/signin": gateway } },
});
