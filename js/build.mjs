// Bundles every entry into xai_widgets/static: js/*.ts, js/*.css and the host of exported pages, js/lib/host.ts.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUDGET = 100_000; // bytes: every instance of a widget carries its own copy
const WORDS = /words\.\w+\.json$/;

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const entries = readdirSync("js").filter((name) => [".ts", ".css"].includes(extname(name)));

const outputs = [];
for (const entry of [...entries.map((name) => `js/${name}`), "js/lib/host.ts"]) {
  const { metafile } = await bundle(entry, { write: false });
  const sources = Object.keys(metafile.inputs).filter((path) => !WORDS.test(path));
  const built = await bundle(entry, { plugins: [onlyWords(sources.map((path) => readFileSync(path, "utf8")))] });
  outputs.push(...Object.entries(built.metafile.outputs));
}
for (const [path, { bytes }] of outputs) console.log(`${path}  ${(bytes / 1000).toFixed(1)} kB`);

const current = new Set(outputs.map(([path]) => basename(path)));
for (const name of readdirSync("xai_widgets/static")) if (!current.has(name)) rmSync(`xai_widgets/static/${name}`);

const heavy = outputs.filter(([, { bytes }]) => bytes > BUDGET).map(([path]) => path);
if (heavy.length) throw new Error(`over the budget of ${BUDGET / 1000} kB: ${heavy.join(", ")}`);

function bundle(entry, options) {
  return build({
    entryPoints: [entry],
    entryNames: "[name]",
    outdir: "xai_widgets/static",
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "none",
    metafile: true,
    minify: true,
    target: "es2022",
    ...options,
  });
}

/** Leaves away the words that no source can ask for: a key is a literal there, or begins as a template does. */
function onlyWords(sources) {
  const found = (pattern) => sources.flatMap((text) => [...text.matchAll(pattern)].map(([, literal]) => literal));
  const whole = new Set(found(/["'`]([\w.]+)(?=["'`])/g));
  const heads = [...new Set(found(/`(\w+\.[\w.]*)\$\{/g))];
  const asked = (key) => whole.has(key) || heads.some((head) => key.startsWith(head));
  const load = ({ path }) => {
    const words = Object.entries(JSON.parse(readFileSync(path, "utf8")));
    const kept = words.filter(([key]) => asked(key));
    return { contents: JSON.stringify(Object.fromEntries(kept)), loader: "json" };
  };
  return { name: "only words", setup: ({ onLoad }) => onLoad({ filter: WORDS }, load) };
}
