// Bundles every entry into xai_widgets/static: js/*.ts, js/*.css and the host of exported pages, js/lib/host.ts.
import { readdirSync, rmSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUDGET = 100_000; // bytes: every instance of a widget carries its own copy

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const entries = readdirSync("js").filter((name) => [".ts", ".css"].includes(extname(name)));

const { metafile } = await build({
  entryPoints: [...entries.map((name) => `js/${name}`), "js/lib/host.ts"],
  entryNames: "[name]",
  outdir: "xai_widgets/static",
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
});

const outputs = Object.entries(metafile.outputs);
for (const [path, { bytes }] of outputs) console.log(`${path}  ${(bytes / 1000).toFixed(1)} kB`);

const current = new Set(outputs.map(([path]) => basename(path)));
for (const name of readdirSync("xai_widgets/static")) if (!current.has(name)) rmSync(`xai_widgets/static/${name}`);

const heavy = outputs.filter(([, { bytes }]) => bytes > BUDGET).map(([path]) => path);
if (heavy.length) throw new Error(`over the budget of ${BUDGET / 1000} kB: ${heavy.join(", ")}`);
