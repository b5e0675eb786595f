import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Content} from './checkout.ts';
import {git} from './git.ts';
import {eachOf} from './overlay.ts';
import {keepTree, storeEnvironment} from './store.ts';
import {differences, reading} from './trees.ts';

/** A tree of exactly these files, kept in the store. It borrows nothing: it must outlive the user's objects. */
export async function writePartialTree(store: string, id: SessionId, files: readonly {path: string; content: Content}[]): Promise<GitTree> {
  const present = files.flatMap(({path, content}) => (content === null ? [] : [{path, ...content}]));
  const folder = await mkdtemp(join(store, 'agent', 'tree-'));
  try {
    const options = {cwd: folder, env: {...storeEnvironment(store, null), GIT_INDEX_FILE: join(folder, 'index')}};
    await eachOf([...present.keys()], async n => await writeFile(join(folder, String(n)), present[n]?.bytes ?? ''));
    const input = [...present.keys()].map(n => `${join(folder, String(n))}\n`).join('');
    const names = (await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], {...options, input})).toString().split('\n');
    const lines = present.map(({path, mode}, n) => `${mode} ${names[n] ?? ''}\t${path}\0`).join('');
    await git(['update-index', '-z', '--add', '--index-info'], {...options, input: lines});
    const tree = (await git(['write-tree'], options)).toString().trim() as GitTree;
    keepTree(store, id, tree);
    return tree;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** `tree` with these paths as `base` has them: what an apply brought over when it could not write them. */
export async function treeWithout(
  store: string,
  id: SessionId,
  {base, tree, paths}: {base: GitTree; tree: GitTree; paths: readonly string[]},
): Promise<GitTree> {
  if (paths.length === 0) return tree;
  const wanted = new Set(paths);
  const entries = (await differences(store, base, tree)).filter(({path}) => wanted.has(path));
  const removals = entries.map(({path, to}) => (to === null ? '' : `0 ${'0'.repeat(to.object.length)}\t${path}\0`));
  const returns = entries.map(({path, from}) => (from === null ? '' : `${from.mode} ${from.object}\t${path}\0`));
  const folder = await mkdtemp(join(store, 'agent', 'tree-'));
  try {
    const read = reading(store);
    const options = {...read, env: {...read.env, GIT_INDEX_FILE: join(folder, 'index')}};
    await git(['read-tree', tree], options);
    await git(['update-index', '-z', '--add', '--index-info'], {...options, input: [...removals, ...returns].join('')});
    const kept = (await git(['write-tree'], options)).toString().trim() as GitTree;
    keepTree(store, id, kept);
    return kept;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}
