#!/usr/bin/env node
// Bundles the program into dist/: one split ESM bundle, so that a start reads few files and a command loads only what it uses.
// node bin/build.js [--entry FILE] [--outdir DIR] [--sourcemap] [--sizes]
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {dirname, join, relative, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const {values} = parseArgs({
  options: {
    entry: {type: 'string', default: join(root, 'src/main/agent.ts')},
    outdir: {type: 'string', default: join(root, 'dist')},
    sourcemap: {type: 'boolean', default: false},
    sizes: {type: 'boolean', default: false},
  },
});

/** Native binaries and wasm files are found beside the code of their package, so these stay packages of their own. */
const external = ['better-sqlite3', 'tiktoken', '@vscode/ripgrep', 'web-tree-sitter', '@vscode/tree-sitter-wasm'];

async function main() {
  const outdir = resolve(values.outdir);
  await removeFormerBuild(outdir);
  // esbuild has printed what is wrong, and where.
  const result = await build(await options(outdir)).catch(() => process.exit(1));
  if (values.sizes) printSizes(result.metafile);
}

async function options(outdir) {
  const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return {
    entryPoints: [resolve(values.entry)],
    outdir,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.15',
    minify: true,
    // Names of classes are shown in errors.
    keepNames: true,
    legalComments: 'none',
    sourcemap: values.sourcemap ? 'external' : false,
    metafile: true,
    external,
    jsx: 'automatic',
    define: {'process.env.NODE_ENV': '"production"', AGENT_VERSION: JSON.stringify(version)},
    // CommonJS inside an ES module bundle still calls `require` for Node's own modules.
    banner: {js: `import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);`},
    plugins: [withoutDevtools, yogaAtOnce, segmenterLate],
  };
}

/** Chunks carry a hash in their names: those of the build before would stay and be published. */
async function removeFormerBuild(outdir) {
  await mkdir(outdir, {recursive: true});
  const stale = (await readdir(outdir)).filter(name => /\.js(\.map)?$/.test(name));
  await Promise.all(stale.map(name => rm(join(outdir, name))));
}

/** Ink connects to them when DEV is set, and they bring a browser's worth of code. */
const withoutDevtools = {
  name: 'without-devtools',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'stub'}));
    onLoad({filter: /.*/, namespace: 'stub'}, () => ({contents: 'export default {initialize() {}, connectToDevTools() {}};'}));
  },
};

/** Yoga fetches its own wasm from a data URL, and the first fetch loads Node's whole HTTP client. Here it is compiled from bytes at once. */
const yogaAtOnce = {
  name: 'yoga-at-once',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^yoga-wasm$/}, ({importer}) => ({path: join(dirname(importer), '../binaries/yoga-wasm-base64-esm.js'), namespace: 'yoga-wasm'}));
    onLoad({filter: /.*/, namespace: 'yoga-wasm'}, async ({path}) => {
      const [, base64] = embedded.exec(await readFile(path, 'utf8')) ?? missing(path);
      return {contents: Buffer.from(base64, 'base64'), loader: 'binary'};
    });
    onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path}) => {
      const contents = await readFile(path, 'utf8');
      return {contents: embedded.test(contents) ? contents.replace(embedded, '"data:"') : missing(path)};
    });
    onLoad({filter: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/}, () => ({contents: yogaIndex}));
  },
};

const embedded = /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)"/;

const yogaIndex = `
import bytes from 'yoga-wasm';
import loadYoga from '../binaries/yoga-wasm-base64-esm.js';
import wrapAssembly from './wrapAssembly.js';
const instantiateWasm = (imports, receive) => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  receive(instance);
  return instance.exports;
};
export default wrapAssembly(await loadYoga({instantiateWasm}));
export * from './generated/YGEnums.js';
`;

/** Splitting text into characters loads Unicode tables: only text that needs them should pay for it, not every start. */
const segmenterLate = {
  name: 'segmenter-late',
  setup({onLoad}) {
    onLoad({filter: /node_modules[\\/]string-width[\\/]index\.js$/}, async ({path}) => {
      const contents = await readFile(path, 'utf8');
      const [made, used] = ['const segmenter = new Intl.Segmenter();', 'segmenter.segment(string)'];
      if (!contents.includes(made) || !contents.includes(used)) missing(path);
      return {contents: contents.replace(made, 'let segmenter;').replace(used, '(segmenter ??= new Intl.Segmenter()).segment(string)')};
    });
  },
};

function missing(path) {
  throw new Error(`${relative(root, path)} is not as this build knows it: its package changed, so look at the plugin that rewrites it.`);
}

function printSizes({outputs}) {
  const files = Object.entries(outputs).toSorted(([, a], [, b]) => b.bytes - a.bytes);
  for (const [file, {bytes, entryPoint}] of files) console.log(`${String(bytes).padStart(9)}  ${file}${entryPoint === undefined ? '' : `  ← ${entryPoint}`}`);
  console.log(`${String(files.reduce((sum, [, {bytes}]) => sum + bytes, 0)).padStart(9)}  in all`);
}

// Last, since everything above is named by constants.
await main();
