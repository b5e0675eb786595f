import {snapshotFiles} from '../adapters/session/snapshot-file.ts';
import {foldLog} from '../agent/fold-log.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import {decodeSnapshot, type Snapshot} from '../core/projections/snapshot.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged} from '../ports/catalogue.ts';
import type {Log} from '../ports/log.ts';
import {foldsBuild} from './version.ts';

/** The state behind the last record of a log: of its snapshot and what came after it, or else of all of it. `snapshot` is the record that it was made behind, -1 where there is none. */
export async function foldedSession(id: SessionId, log: Pick<Log, 'read'>, home: string): Promise<{state: SessionState; snapshot: number}> {
  const kept = await snapshotOf(id, home);
  if (kept !== null) {
    try {
      return {state: await foldLog(log.read(kept.behind), kept.state), snapshot: kept.behind.seq};
    } catch (error) {
      // It is of another log; or the log is damaged behind it, which the whole of it tells better.
      if (!(error instanceof LogDamaged)) throw error;
    }
  }
  return {state: await foldLog(log.read()), snapshot: -1};
}

async function snapshotOf(id: SessionId, home: string): Promise<Snapshot | null> {
  const bytes = await snapshotFiles(home).read(id);
  const kept = bytes === null ? null : decodeSnapshot(bytes, await foldsBuild());
  return kept?.state.opened?.session === id ? kept : null;
}
