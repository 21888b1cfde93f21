// Bundles every entry into xai_widgets/static: js/*.ts, js/*.css, and the model shim of exported pages.
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUDGET = 100_000; // bytes; every instance of a widget carries its own copy

const root = fileURLToPath(new URL("..", import.meta.url));
const entries = readdirSync(`${root}/js`)
  .filter((name) => /\.(ts|css)$/.test(name))
  .map((name) => ({ in: `js/${name}`, out: name.replace(/\.\w+$/, "") }));
const host = readdirSync(`${root}/js/lib`).filter((name) => name === "host.ts");

rmSync(`${root}/xai_widgets/static`, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...entries, ...host.map(() => ({ in: "js/lib/host.ts", out: "host" }))],
  outdir: "xai_widgets/static",
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minify: true,
  target: "es2022",
});

for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
  console.log(`${path} ${(bytes / 1000).toFixed(1)} kB`);
  if (bytes > BUDGET) {
    console.error(`${path} is over the budget of ${BUDGET / 1000} kB`);
    process.exitCode = 1;
  }
}
