import {join} from 'node:path';
import {git} from './git.ts';
import {keptTrees, readNote, storeEnvironment, writeNote} from './store.ts';
import {inTurn, type Workplace} from './workplace.ts';

/** Copies every object that the session's checkpoints borrow from the user's repository, then stops borrowing. */
export async function settle(at: Workplace): Promise<void> {
  if (at.leansOn === null) return;
  // The bulk goes over while checkpoints are still taken; what they borrowed meanwhile follows in their turn.
  await copyBorrowed(at);
  await inTurn(at, async () => {
    await copyBorrowed(at);
    const note = readNote(at.store, at.id);
    if (note !== null) writeNote(at.store, {...note, leansOn: null});
    at.leansOn = null;
  });
}

async function copyBorrowed(at: Workplace): Promise<void> {
  const trees = keptTrees(at.store, at.id);
  if (trees.length === 0) return;
  const leaning = {cwd: at.store, env: storeEnvironment(at.store, at.leansOn)};
  const alone = {cwd: at.store, env: storeEnvironment(at.store, null)};
  const needed = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {...leaning, input: `${trees.join('\n')}\n`});
  const have = await git(['cat-file', '--batch-check=%(objectname)'], {...alone, input: needed});
  const missing = have.toString().split('\n').filter(line => line.endsWith(' missing')).map(line => line.slice(0, -' missing'.length));
  if (missing.length === 0) return;
  const args = ['pack-objects', '-q', '--window=0', '--delta-base-offset', join(at.store, 'objects', 'pack', 'pack')];
  await git(args, {...leaning, input: `${missing.join('\n')}\n`});
}
