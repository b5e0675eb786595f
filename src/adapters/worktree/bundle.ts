import {createWriteStream, existsSync} from 'node:fs';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import type {CheckpointBundles} from '../../ports/archive.ts';
import {bundleHeader, refOf} from './bundle-header.ts';
import {askGit, git, streamGit, type GitOptions} from './git.ts';
import {storeOf} from './layout.ts';
import {reading} from './trees.ts';

/**
 * Writes trees of a store as a bundle that git reads, each with a commit around it, since a bundle carries nothing else. The objects are stored as they are: whoever packs the bundle
 * compresses it as a whole, and the same trees give the same bytes, however they lie in the store.
 */
export const writeBundle =
  (home: string): CheckpointBundles['write'] =>
  async (place, trees, file) => {
    const store = storeOf(home, place);
    const wanted = [...new Set(trees)].toSorted();
    const {whole, missing} = existsSync(join(store, 'agent')) ? await sort(reading(store), wanted) : {whole: [], missing: wanted};
    if (whole.length === 0) return {missing, contents: 0, written: false};
    const beside = `${file}.git`;
    try {
      const from = await commits(store, beside, whole);
      await pipeline(Readable.from(bundle(from.options, from.format)), createWriteStream(file, {flags: 'wx', mode: 0o600}));
      return {missing, contents: await contentsOf(reading(store), whole), written: true};
    } finally {
      await rm(beside, {recursive: true, force: true});
    }
  };

/** A tree is whole where everything in it can be read. Each is looked at alone only where they are not all. */
async function sort(options: GitOptions, trees: readonly GitTree[]): Promise<{whole: readonly GitTree[]; missing: readonly GitTree[]}> {
  if (await isWhole(options, trees)) return {whole: trees, missing: []};
  const missing: GitTree[] = [];
  for (const tree of trees) if (!(await isWhole(options, [tree]))) missing.push(tree);
  return {whole: trees.filter(tree => !missing.includes(tree)), missing};
}

const isWhole = async (options: GitOptions, trees: readonly GitTree[]): Promise<boolean> =>
  (await askGit(['rev-list', '--objects', '--quiet', '--stdin'], {...options, input: lines(trees)})).code === 0;

/** A repository of its own that borrows from the store, so that nothing is written there. */
async function commits(store: string, beside: string, trees: readonly GitTree[]): Promise<{options: GitOptions; format: string}> {
  const {env} = reading(store);
  const format = (await git(['rev-parse', '--show-object-format'], reading(store))).toString().trim();
  await git(['-c', 'init.defaultRefFormat=files', 'init', '-q', '--bare', '--template=', `--object-format=${format}`, beside], {
    cwd: store,
    env: {...env, GIT_DIR: beside},
  });
  await mkdir(join(beside, 'objects', 'info'), {recursive: true});
  await writeFile(join(beside, 'objects', 'info', 'alternates'), `${join(store, 'objects')}\n`);
  const options = {cwd: beside, env: {...env, GIT_DIR: beside}};
  await git(['fast-import', '--quiet'], {...options, input: trees.map(commitOf).join('')});
  return {options, format};
}

/** Always the same for the same tree. */
const commitOf = (tree: GitTree): string =>
  `commit ${refOf(tree)}\ncommitter agent <agent@localhost> 0 +0000\ndata 0\nM 040000 ${tree} ""\n\n`;

async function* bundle(options: GitOptions, format: string): AsyncGenerator<Uint8Array> {
  const refs = (await git(['for-each-ref', '--sort=refname', '--format=%(objectname) %(refname)'], options)).toString();
  yield Buffer.from(bundleHeader(format, refs));
  const asTheyAre = ['--no-reuse-object', '--no-reuse-delta', '--window=0', '--compression=0', '--threads=1'];
  yield* streamGit(['-c', 'pack.useBitmaps=false', 'pack-objects', '-q', '--all', ...asTheyAre, '--stdout'], options);
}

/** How many different contents of files are in the trees. */
async function contentsOf(options: GitOptions, trees: readonly GitTree[]): Promise<number> {
  const objects = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {...options, input: lines(trees)});
  const types = await git(['cat-file', '--batch-check=%(objecttype)'], {...options, input: objects});
  return types
    .toString()
    .split('\n')
    .filter(type => type === 'blob').length;
}

const lines = (words: readonly string[]): string => words.map(word => `${word}\n`).join('');
