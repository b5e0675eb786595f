#!/usr/bin/env node
// Bundles the program into dist/: one split ESM bundle, so that a start reads few files and a command loads only what it uses; what a thread of its own
// runs is a file by itself.
// node bin/build.js [--entry FILE]… [--outdir DIR] [--sourcemap] [--sizes]
import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {dirname, join, relative, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const {values} = parseArgs({
  options: {
    entry: {type: 'string', multiple: true, default: [join(root, 'src/main/agent.ts'), join(root, 'src/main/excerpt.ts')]},
    outdir: {type: 'string', default: join(root, 'dist')},
    sourcemap: {type: 'boolean', default: false},
    sizes: {type: 'boolean', default: false},
  },
});

/** Native binaries and wasm files are found beside the code of their package, so these stay packages of their own. */
const external = ['better-sqlite3', 'tiktoken', '@vscode/ripgrep', 'web-tree-sitter', '@vscode/tree-sitter-wasm'];

/** What threads run: each is one file, found by its name beside the code that starts it. */
const threads = ['src/adapters/threads/line-thread.ts'];

async function main() {
  const outdir = resolve(values.outdir);
  await removeFormerBuild(outdir);
  const shared = await options(outdir);
  const program = {...shared, entryPoints: values.entry.map(entry => resolve(entry)), splitting: true};
  // A thread shares no file with the program, whose own files would be more for it.
  const thread = {...shared, entryPoints: threads.map(entry => join(root, entry)), splitting: false, banner: {}};
  // esbuild has printed what is wrong, and where.
  const results = await Promise.all([build(program), build(thread)]).catch(() => process.exit(1));
  if (values.sizes) printSizes(results.map(({metafile}) => metafile.outputs));
}

async function options(outdir) {
  const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return {
    outdir,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.15',
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay: they stand in stack traces, and short ones would save nothing that the compile cache does not.
    minifyIdentifiers: false,
    legalComments: 'none',
    sourcemap: values.sourcemap ? 'external' : false,
    metafile: true,
    external,
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      AGENT_VERSION: JSON.stringify(version),
      AGENT_FOLDS: JSON.stringify(await foldSources()),
    },
    // CommonJS inside an ES module bundle still calls `require` for Node's own modules.
    banner: {js: `import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);`},
    plugins: [await loadedTogether(), processAsItIs, englishOnly, withoutDevtools, yogaAtOnce, widthWithoutTables],
  };
}

/** All that folds are made of: a snapshot of a session's state is of the build that made it. As src/main/fold-sources.ts does in a source checkout. */
async function foldSources() {
  const core = join(root, 'src/core');
  const hash = createHash('sha256');
  const files = (await readdir(core, {recursive: true})).filter(name => name.endsWith('.ts')).toSorted();
  for (const name of files) hash.update(`${name}\0`).update(await readFile(join(core, name)));
  return hash.digest('hex');
}

/** Chunks carry a hash in their names: those of the build before would stay and be published. */
async function removeFormerBuild(outdir) {
  await mkdir(outdir, {recursive: true});
  const stale = (await readdir(outdir)).filter(name => /\.js(\.map)?$/.test(name));
  await Promise.all(stale.map(name => rm(join(outdir, name))));
}

/**
 * Modules that are imported late, but always together, become one file: a start opens a dozen files instead of seventy. What a command adds
 * to the first group is in the second. Whatever is in neither is a file of its own.
 */
async function loadedTogether() {
  const late = await lateImports();
  const isStart = path =>
    /^src\/(main|adapters\/(session|config|worktree|processes|files|shell-syntax|threads)|surfaces\/cli\/run|adapters\/models\/(open|openai-compatible)\.ts)/.test(
      path,
    ) && !isApart(path);
  const isApart = path => /(bash-tree|walk|doctor|open-script|terminal|pick|player|main\/agent)\.ts$/.test(path);
  const groups = {
    start: late.filter(isStart),
    commands: late.filter(path => (path.startsWith('src/surfaces/cli/') && !isStart(path)) || path === 'src/main/doctor.ts'),
  };
  const groupOf = new Map(Object.entries(groups).flatMap(([group, paths]) => paths.map(path => [path, group])));
  return {
    name: 'loaded-together',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^\./}, ({path, kind, resolveDir}) => {
        const group = kind === 'dynamic-import' ? groupOf.get(relative(root, join(resolveDir, path))) : undefined;
        return group === undefined ? undefined : {path: group, namespace: 'group'};
      });
      onLoad({filter: /.*/, namespace: 'group'}, async ({path: group}) => {
        await refuseSameNames(groups[group]);
        return {contents: groups[group].map(path => `export * from './${path}';`).join('\n'), resolveDir: root};
      });
    },
  };
}

async function lateImports() {
  const files = (await readdir(join(root, 'src'), {recursive: true})).filter(name => /\.tsx?$/.test(name));
  const found = await Promise.all(
    files.map(async file => {
      const text = await readFile(join(root, 'src', file), 'utf8');
      return [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, path]) => join('src', dirname(file), path));
    }),
  );
  return [...new Set(found.flat())].toSorted((a, b) => (a < b ? -1 : 1));
}

/** Of two exports with one name, `export *` would silently give neither. */
async function refuseSameNames(paths) {
  const seen = new Map();
  for (const path of paths) {
    const text = await readFile(join(root, path), 'utf8');
    for (const [, name] of text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)) {
      if (seen.has(name)) throw new Error(`${path} and ${seen.get(name)} are loaded together, and both export ${name}`);
      seen.set(name, path);
    }
  }
}

/** To import `node:process` reads all that hangs on it, and loads parts of Node that nobody asked for: the global is the same object. */
const processAsItIs = {
  name: 'process-as-it-is',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^(node:)?process$/}, () => ({path: 'process', namespace: 'global'}));
    onLoad({filter: /.*/, namespace: 'global'}, () => ({
      contents: `const {process} = globalThis;
export default process;
export const {argv, cwd, emitWarning, env, execArgv, execPath, hrtime, nextTick, off, on, pid, platform, version, versions} = process;`,
    }));
  },
};

/** The words of validation errors in forty languages are half of zod. */
const englishOnly = {
  name: 'english-only',
  setup({onLoad}) {
    onLoad({filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/}, () => ({contents: "export {default as en} from './en.js';"}));
  },
};

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
    onResolve({filter: /^yoga-wasm$/}, ({importer}) => ({
      path: join(dirname(importer), '../binaries/yoga-wasm-base64-esm.js'),
      namespace: 'yoga-wasm',
    }));
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

/** Finding the characters of a text loads Unicode tables. Text of ASCII and the signs that the screen is made of does without, so that the first frame does. */
const widthWithoutTables = {
  name: 'width-without-tables',
  setup({onLoad}) {
    onLoad({filter: /node_modules[\\/]string-width[\\/]index\.js$/}, async ({path}) => {
      let contents = await readFile(path, 'utf8');
      for (const [written, instead] of widthChanges)
        contents = contents.includes(written) ? contents.replace(written, instead) : missing(path);
      return {contents};
    });
  },
};

const widthChanges = [
  ['const segmenter = new Intl.Segmenter();', 'let segmenter;'],
  ['segmenter.segment(string)', '(segmenter ??= new Intl.Segmenter()).segment(string)'],
  // Every one of these is one column wide: Latin letters, dashes, quotes, dots and box lines.
  ['/^[\\u0020-\\u007E]*$/', '/^[\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u02FF\\u2010-\\u2027\\u2030-\\u203A\\u2500-\\u257F]*$/'],
];

function missing(path) {
  throw new Error(`${relative(root, path)} is not as this build knows it: its package changed, so look at the plugin that rewrites it.`);
}

function printSizes(outputs) {
  const files = outputs.flatMap(Object.entries).toSorted(([, a], [, b]) => b.bytes - a.bytes);
  for (const [file, {bytes, entryPoint}] of files)
    console.log(`${String(bytes).padStart(9)}  ${file}${entryPoint === undefined ? '' : `  ← ${entryPoint}`}`);
  console.log(`${String(files.reduce((sum, [, {bytes}]) => sum + bytes, 0)).padStart(9)}  in all`);
}

// Last, since everything above is named by constants.
await main();
