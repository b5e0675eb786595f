import type {GitTree} from '../../core/vocabulary/ids.ts';
import type {ChangedFile, DiffOptions} from '../../ports/worktree.ts';
import {git, nulTerminated, streamGit, type GitOptions} from './git.ts';
import {leaningOn, storeEnvironment} from './store.ts';

/** An entry of a tree: `mode` in git's six octal digits. */
export type Entry = {mode: string; object: string};
export type Difference = {path: string; from: Entry | null; to: Entry | null};

/** For commands that read trees of the store, whichever session made them. The user's configuration of diffs stays out of it. */
export function reading(store: string): GitOptions & {env: Record<string, string>} {
  return {cwd: store, env: {...storeEnvironment(store, leaningOn(store)), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1'}};
}

export async function differences(store: string, from: GitTree, to: GitTree): Promise<Difference[]> {
  const words = nulTerminated(await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to], reading(store)));
  const found: Difference[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) found.push(difference(words[at] ?? '', words[at + 1] ?? ''));
  return found;
}

export async function changedFiles(store: string, from: GitTree, to: GitTree): Promise<ChangedFile[]> {
  const [changes, counts] = await Promise.all([
    differences(store, from, to),
    git(['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv', from, to], reading(store)),
  ]);
  const lines = new Map(nulTerminated(counts).map(line => [line.split('\t').slice(2).join('\t'), line.split('\t')]));
  return changes.map(change => {
    const [added, removed] = lines.get(change.path) ?? [];
    return {path: change.path, change: kindOf(change), added: count(added), removed: count(removed)};
  });
}

export function diffTrees(store: string, from: GitTree, to: GitTree, options: DiffOptions): AsyncIterable<Uint8Array> {
  const form = options.stat ? ['--stat=100'] : ['-p', ...(options.binary === true ? ['--binary'] : [])];
  const how = ['--no-ext-diff', '--no-textconv', '--find-renames', `--color=${options.color ? 'always' : 'never'}`];
  return streamGit(['diff-tree', '-r', ...form, ...how, from, to], reading(store));
}

/** The bytes of each object, by its name. */
export async function readObjects(from: GitOptions, names: readonly string[]): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return new Map();
  const out = await git(['cat-file', '--batch'], {...from, input: wanted.map(name => `${name}\n`).join('')});
  const found = new Map<string, Buffer>();
  let at = 0;
  for (const name of wanted) {
    const end = out.indexOf(0x0a, at);
    const size = Number(out.subarray(at, end).toString().split(' ')[2]);
    if (!Number.isInteger(size)) throw new Error(`object ${name} is missing for ${from.cwd}`);
    found.set(name, out.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return found;
}

// ":100644 100755 <object> <object> M"
function difference(line: string, path: string): Difference {
  const [fromMode = '', toMode = '', from = '', to = ''] = line.slice(1).split(' ');
  return {path, from: entry(fromMode, from), to: entry(toMode, to)};
}

function entry(mode: string, object: string): Entry | null {
  return mode === '000000' ? null : {mode, object};
}

function kindOf({from, to}: Difference): ChangedFile['change'] {
  if (from === null) return 'added';
  if (to === null) return 'deleted';
  return from.mode.slice(0, 2) === to.mode.slice(0, 2) ? 'modified' : 'type-changed';
}

function count(word: string | undefined): number | null {
  return word === undefined || word === '-' ? null : Number(word);
}
