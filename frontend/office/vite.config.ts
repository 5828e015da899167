import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Plain names: Django's static storage gives them fingerprints. Entries share no module, so that no chunk has to be found by name.
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  css: {
    preprocessorOptions: { scss: { loadPaths: [here("../node_modules")], quietDeps: true } },
  },
  build: {
    outDir: here("../../src/minsheng/web/office/static/office"),
    emptyOutDir: true,
    target: ["chrome109", "firefox115", "safari16.4"],
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { office: here("src/office.ts"), charts: here("src/charts.ts"), style: here("styles/office.scss") },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "office[extname]",
      },
      checks: { eval: false, pluginTimings: false }, // htmx has an eval, and is told never to use it
    },
  },
  test: { environment: "jsdom", include: ["tests/**/*.test.ts"], css: false },
});
