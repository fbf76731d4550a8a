// Bundles the islands and styles into the folder given as the first argument: hashed names, each file also compressed, and a manifest
// that says which name stands for which entry.
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.ts", style: "styles/style.css", icon: "src/icon.svg" },
  outdir: out,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "copy" },
  metafile: true,
  logLevel: "warning",
});

const entries = {};
for (const [file, about] of Object.entries(result.metafile.outputs)) {
  const from = about.entryPoint;
  if (from) entries[from.split("/").pop()] = file.split("/").pop();
}
const files = readdirSync(out).sort();
for (const name of files) {
  const bytes = readFileSync(join(out, name));
  writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
}
writeFileSync(join(out, "manifest.txt"), [
  ...Object.entries(entries).map(([entry, file]) => `entry ${entry} ${file}`),
  ...files.map((file) => `file ${file}`),
].join("\n"));
