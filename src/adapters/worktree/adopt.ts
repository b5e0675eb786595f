import type {Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import {whileCollected} from './collecting.ts';
import {git} from './git.ts';
import {storeOf} from './layout.ts';
import type {StartTimeOf} from './process.ts';
import {ensureStore, keepTree, objectsOf, readNote, writeNote} from './store.ts';
import {reading} from './trees.ts';

type Host = {home: string; startTimeOf: StartTimeOf};
type Adopting = {repo: string | null; place: Place; id: SessionId; from: SessionId; trees: readonly GitTree[]};

/** A fork stands in the same store as its parent. Where that one's checkpoints still lean on the user's objects, those of the fork do too, until they are settled. */
export async function adoptTrees({home, startTimeOf}: Host, {repo, place, id, from, trees}: Adopting): Promise<void> {
  const store = storeOf(home, place);
  await ensureStore(store, repo);
  const parent = readNote(store, from);
  const leansOn = parent === null || parent.leansOn !== null ? objectsOf(repo) : null;
  writeNote(store, {session: id, repo, root: place.root, kind: place.kind, leansOn, pid: process.pid, large: parent?.large ?? {}});
  await whileCollected(store, startTimeOf);
  for (const tree of await standing(store, trees)) keepTree(store, id, tree);
}

/** Those that are there: a ref on one that is missing would stop git in this store for good. */
async function standing(store: string, trees: readonly GitTree[]): Promise<readonly GitTree[]> {
  const lines = (await git(['cat-file', '--batch-check'], {...reading(store), input: trees.map(tree => `${tree}\n`).join('')}))
    .toString()
    .split('\n');
  return trees.filter((_, index) => lines[index]?.split(' ')[1] === 'tree');
}
