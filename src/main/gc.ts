import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {lookForUseless, takeAway} from '../agent/gc/gc.ts';
import type {GcPorts} from '../agent/gc/gc-ports.ts';
import type {Gc} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import type {Parts} from './parts.ts';

/** What `agent gc` looks at and takes away, over the real adapters. One at a time in a home. */
export async function composeGc(parts: Parts): Promise<Gc> {
  const {home} = parts;
  const [{takeLock}, {startTimeOf}, {checkpointStores}, {leftoversIn}, {tarArchives}] = await Promise.all([
    import('../adapters/session/lock.ts'),
    import('../adapters/processes/process-table.ts'),
    import('../adapters/worktree/checkpoint-stores.ts'),
    import('../adapters/session/leftovers.ts'),
    import('../adapters/archive/archives.ts'),
  ]);
  const ports: GcPorts = {
    catalogue: await parts.catalogue(),
    blobs: await parts.blobs(),
    stores: checkpointStores({home, startTimeOf}),
    leftovers: leftoversIn(home, startTimeOf),
    archives: tarArchives(home),
    archiveFiles: () => archivesBelow(home),
    now: () => Date.now(),
  };
  return {
    look: () => lookForUseless(ports),
    collect: async useless => {
      const lock = takeLock(join(home, 'gc.lock'), startTimeOf);
      if ('heldBy' in lock) throw new Stop(1, `Another agent gc is at work (pid ${lock.heldBy}). Wait until it is done.`);
      try {
        return await takeAway(useless, ports);
      } finally {
        lock.release();
      }
    },
  };
}

/** Where people put them: in the home itself, or in a folder of it that is none of ours. */
async function archivesBelow(home: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [home];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !(folder === home && ours.has(entry.name))) folders.push(path);
      else if (entry.isFile() && entry.name.endsWith('.agent.tar.zst')) found.push(path);
    }
  }
  return found;
}

const ours: ReadonlySet<string> = new Set(['blobs', 'checkpoints', 'sessions', 'worktrees']);

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, {withFileTypes: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
