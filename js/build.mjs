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
  const { outputFiles } = await bundle(entry, { plugins: [onlyWords([])], write: false });
  const built = await bundle(entry, { plugins: [onlyWords(outputFiles.map(({ text }) => text))] });
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

/** Leaves away the words that no code can ask for: those whose key no literal there is, or begins. Keys are in English alone. */
function onlyWords(codes) {
  const literals = new Set(codes.flatMap((text) => [...text.matchAll(/["'`]([\w.]+)/g)].map(([, literal]) => literal)));
  const stems = [...literals].filter((literal) => literal.includes("."));
  const asked = (key) => literals.has(key) || stems.some((stem) => key.startsWith(stem));
  const load = ({ path }) => {
    const [keyed, table] = [join(dirname(path), KEYED), path].map((each) => JSON.parse(readFileSync(each, "utf8")));
    const tree = treeOf(Object.keys(keyed).filter(asked), table);
    if (basename(path) === KEYED) {
      return { contents: `${flat}; export default Object.fromEntries(flat(${JSON.stringify(tree)}));`, loader: "js" };
    }
    const texts = flat(tree).map(([, text]) => text);
    const contents = `import keyed from "./${KEYED}";
      const texts = ${JSON.stringify(texts)};
      export default Object.fromEntries(Object.keys(keyed).map((key, index) => [key, texts[index]]));`;
    return { contents, loader: "js", resolveDir: dirname(path) };
  };
  return { name: "only words", setup: ({ onLoad }) => onLoad({ filter: WORDS }, load) };
}

/** Texts by the parts of their keys, which begin alike: that of "a.b" is at a, b, "". */
function treeOf(keys, texts) {
  const tree = {};
  for (const key of keys) {
    const leaf = key.split(".").reduce((node, part) => {
      node[part] ??= {};
      return node[part];
    }, tree);
    leaf[""] = texts[key];
  }
  return pruned(tree);
}

/** A text alone stands for itself. */
function pruned(node) {
  const names = Object.keys(node);
  if (names.length === 1 && names[0] === "") return node[""];
  return Object.fromEntries(names.map((name) => [name, name ? pruned(node[name]) : node[""]]));
}

/** Keys and texts of a tree; goes into the bundles too. */
function flat(tree, stem = "") {
  return Object.entries(tree).flatMap(([name, below]) => {
    const key = stem + (stem && name && ".") + name;
    return typeof below === "string" ? [[key, below]] : flat(below, key);
  });
}
