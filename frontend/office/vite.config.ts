import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Compressed files beside the plain ones: the static files' server sends them without compressing anything itself.
const compressed: Plugin = {
  name: "compressed",
  enforce: "post",
  generateBundle(_, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      const source = file.type === "chunk" ? file.code : file.source;
      if (source.length === 0) continue;
      this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) });
      this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(source) });
    }
  },
};

// Plain names: Django's static storage gives them fingerprints. Entries share no module, so that no chunk has to be found by name.
export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [compressed],
  publicDir: here("public"),
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
    chunkSizeWarningLimit: 800,
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
