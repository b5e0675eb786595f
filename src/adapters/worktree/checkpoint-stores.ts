import {existsSync, rmSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {CheckpointStores, Kept, StoreLook} from '../../ports/checkpoint-stores.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {sizeOf} from './carry.ts';
import {holdStore, sessionAtWork} from './collecting.ts';
import {removeIfEmpty} from './discard.ts';
import {git} from './git.ts';
import type {StartTimeOf} from './process.ts';
import {unneededIn, type TreeRef} from './store-contents.ts';
import {namesIn, readNote} from './store.ts';
import {reading} from './trees.ts';

type Setup = {home: string; startTimeOf: StartTimeOf};

/** The stores below `<home>/checkpoints`. */
export function checkpointStores({home, startTimeOf}: Setup): CheckpointStores {
  const folder = join(home, 'checkpoints');
  return {
    look: async kept => {
      const stores = namesIn(folder).filter(name => name.endsWith('.git'));
      const looks: StoreLook[] = [];
      for (const name of stores) looks.push(await lookAt(join(folder, name), kept, startTimeOf));
      return looks;
    },
    collect: async (store, kept) => await collect(store, kept, startTimeOf),
  };
}

async function lookAt(store: string, kept: Kept, startTimeOf: StartTimeOf): Promise<StoreLook> {
  try {
    const session = sessionAtWork(store, startTimeOf);
    if (session !== null) return {store, trees: 0, bytes: 0, state: {kind: 'in-use', session}};
    const {refs, loose, packed} = await unneededIn(store, staying(kept), kept.before);
    return {store, trees: new Set(refs.map(({tree}) => tree)).size, bytes: loose + packed, state: {kind: 'free'}};
  } catch (error) {
    if (!(error instanceof WorktreeRefused || isOfSystem(error))) throw error;
    return {store, trees: 0, bytes: 0, state: {kind: 'unreadable', why: error.message}};
  }
}

const isOfSystem = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

/** A tree stays while any session names it: a fork names its parent's. */
const staying =
  ({trees}: Kept) =>
  ({tree}: TreeRef): boolean =>
    trees.has(tree);

async function collect(store: string, kept: Kept, startTimeOf: StartTimeOf): Promise<{freed: number}> {
  const held = holdStore(store, startTimeOf);
  try {
    const session = sessionAtWork(store, startTimeOf);
    if (session !== null) throw new WorktreeRefused('in-use', `session ${session} has come to work in ${store}`);
    const before = await sizeOf(store);
    const {refs, packed} = await unneededIn(store, staying(kept), kept.before);
    for (const {file} of refs) rmSync(file, {force: true});
    for (const {file} of refs) await removeIfEmpty(dirname(file));
    forgetSessions(store, kept);
    // What goes is decided by git again, from the refs that are left: nothing that one of them leads to can go.
    const since = new Date(kept.before).toISOString();
    if (packed > 0) await git(['repack', '-A', '-d', '-l', '-q', `--unpack-unreachable=${since}`], reading(store));
    await git(['prune', `--expire=${since}`], reading(store));
    return {freed: Math.max(0, before - (await sizeOf(store)))};
  } finally {
    held.release();
  }
}

/** The notes and indexes of sessions that are gone with their worktree. */
function forgetSessions(store: string, {sessions, before}: Kept): void {
  for (const name of namesIn(join(store, 'agent'))) {
    const id = /^([0-9a-z]{10})\./.exec(name)?.[1] as SessionId | undefined;
    if (id === undefined || sessions.has(id)) continue;
    const root = readNote(store, id)?.root;
    const file = join(store, 'agent', name);
    const stat = statSync(file, {throwIfNoEntry: false});
    if (stat !== undefined && stat.mtimeMs < before && (root === undefined || !existsSync(root))) rmSync(file, {force: true});
  }
}
