import {join} from 'node:path';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {git} from './git.ts';
import {keptTrees, readNote, storeEnvironment, writeNote} from './store.ts';
import {inTurn, type Workplace} from './workplace.ts';

/** Copies every object that the session's checkpoints borrow from the user's repository, then stops borrowing. */
export async function settle(at: Workplace): Promise<void> {
  if (at.leansOn === null) return;
  // The bulk goes over while checkpoints are still taken; what they borrowed meanwhile follows in their turn.
  await copyBorrowed(at.store, at.id, at.leansOn);
  await inTurn(at, async () => {
    await settleClosed(at.store, at.id);
    at.leansOn = null;
  });
}

/** The same for a session that nobody works in. */
export async function settleClosed(store: string, id: SessionId): Promise<void> {
  const note = readNote(store, id);
  if (note === null || note.leansOn === null) return;
  await copyBorrowed(store, id, note.leansOn);
  writeNote(store, {...note, leansOn: null});
}

async function copyBorrowed(store: string, id: SessionId, leansOn: string): Promise<void> {
  const trees = keptTrees(store, id);
  if (trees.length === 0) return;
  const leaning = {cwd: store, env: storeEnvironment(store, leansOn)};
  const alone = {cwd: store, env: storeEnvironment(store, null)};
  const needed = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {...leaning, input: `${trees.join('\n')}\n`});
  const have = await git(['cat-file', '--batch-check=%(objectname)'], {...alone, input: needed});
  const missing = have
    .toString()
    .split('\n')
    .filter(line => line.endsWith(' missing'))
    .map(line => line.slice(0, -' missing'.length));
  if (missing.length === 0) return;
  const args = ['pack-objects', '-q', '--window=0', '--delta-base-offset', join(store, 'objects', 'pack', 'pack')];
  await git(args, {...leaning, input: `${missing.join('\n')}\n`});
}
