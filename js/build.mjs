// Bundles every entry into xai_widgets/static: js/*.ts, js/*.css and the host of exported pages, js/lib/host.ts.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUDGET = 100_000; // bytes: every instance of a widget carries its own copy
const WORDS = /words\.\w+\.json$/;
const KEYED = "words.en.json"; // has the keys for the words of other languages in the same order

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

/** Leaves away the words that no source can ask for: those whose key no literal there is, or begins. Keys are in English alone. */
function onlyWords(sources) {
  const literals = new Set(
    sources.flatMap((text) => [...text.matchAll(/["'`]([\w.]+)/g)].map(([, literal]) => literal)),
  );
  const stems = [...literals].filter((literal) => literal.includes("."));
  const load = ({ path }) => {
    const [keyed, table] = [join(dirname(path), KEYED), path].map((each) => JSON.parse(readFileSync(each, "utf8")));
    const asked = (key) => literals.has(key) || stems.some((stem) => key.startsWith(stem));
    const kept = Object.keys(keyed).filter(asked);
    if (basename(path) === KEYED) {
      return { contents: JSON.stringify(Object.fromEntries(kept.map((key) => [key, table[key]]))), loader: "json" };
    }
    const texts = JSON.stringify(kept.map((key) => table[key]));
    const contents = `import keyed from "./${KEYED}";
      const texts = ${texts};
      export default Object.fromEntries(Object.keys(keyed).map((key, index) => [key, texts[index]]));`;
    return { contents, loader: "js", resolveDir: dirname(path) };
  };
  return { name: "only words", setup: ({ onLoad }) => onLoad({ filter: WORDS }, load) };
}
