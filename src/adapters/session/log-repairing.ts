import {createReadStream, existsSync, linkSync, renameSync, rmSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {SessionBusy} from '../../ports/catalogue.ts';
import type {HeldLog, LogRepairing} from '../../ports/log-repairing.ts';
import {takeLock, type Alive} from './lock.ts';
import {cannotBegin, orRefused} from './refused.ts';
import {removeSnapshot} from './snapshot-file.ts';
import {syncFolder} from './sync-folder.ts';
import {writeParts} from './write-parts.ts';

/** In one AGENT_HOME. The new log is written beside the old one and synced; the old one gets its second name before it loses the first. */
export const logRepairing = ({home, startTimeOf}: {home: string; startTimeOf: Alive}): LogRepairing => ({
  hold: async id => {
    const folder = join(home, 'sessions', id);
    const lock = orRefused(join(folder, 'lock'), () => takeLock(join(folder, 'lock'), startTimeOf), cannotBegin);
    if ('heldBy' in lock) throw new SessionBusy(id, lock.heldBy);
    return heldLog(join(folder, 'log.jsonl'), lock.release);
  },
});

function heldLog(file: string, release: () => void): HeldLog {
  const beside = `${file}.repairing`;
  return {
    file,
    release,
    bytes: () => createReadStream(file, {highWaterMark: 1 << 18}) as AsyncIterable<Uint8Array>,
    begin: async (ranges, behind) => {
      try {
        await writeParts(beside, {from: file, ranges, behind});
      } catch (error) {
        rmSync(beside, {force: true});
        throw error;
      }
      return {swap: () => orRefused(file, () => swap(file, beside)), forget: () => rmSync(beside, {force: true})};
    },
  };
}

function swap(file: string, beside: string): string {
  const aside = keep(file);
  removeSnapshot(file);
  syncFolder(dirname(file));
  renameSync(beside, file);
  syncFolder(dirname(file));
  return aside;
}

/** A second name for the same file: until the new log has taken the first, the damaged one still lies under it. */
function keep(file: string): string {
  for (let n = 1; ; n++) {
    const aside = `${file}.damaged-${n}`;
    // An earlier repair came this far.
    if (existsSync(aside) && statSync(aside).ino === statSync(file).ino) return aside;
    if (existsSync(aside)) continue;
    linkSync(file, aside);
    return aside;
  }
}
