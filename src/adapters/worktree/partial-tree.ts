import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Content} from './checkout.ts';
import {git} from './git.ts';
import {eachOf} from './overlay.ts';
import {keepTree, storeEnvironment} from './store.ts';

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
