import {snapshotFiles} from '../adapters/session/snapshot-file.ts';
import type {Session} from '../agent/session.ts';
import {encodeSnapshot} from '../core/projections/snapshot.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Log} from '../ports/log.ts';
import {foldsBuild} from './version.ts';

type Kept = {id: SessionId; session: Pick<Session, 'state' | 'watch'>; log: Log; home: string; snapshot: number};

/** While a session runs, its state is kept beside its log now and then: where it rests, and at its end. `snapshot` is the record of the newest one that is there. */
export function keepSnapshots({id, session, log, home, snapshot}: Kept): void {
  const files = snapshotFiles(home);
  let kept = snapshot;
  let seen = log.last.seq;
  let writing = Promise.resolve();
  let waiting: NodeJS.Immediate | null = null;

  const write = async (): Promise<void> => {
    const build = await foldsBuild();
    const {end} = log;
    // Where a record did not reach the fold, the state is not the log's.
    if (seen !== end.seq) return;
    kept = end.seq;
    await files.write(id, encodeSnapshot({build, behind: end, state: session.state()}));
  };
  // It is only a cache: without it the next run reads the whole log.
  const told = (error: unknown): void =>
    void log.append({
      type: 'degraded',
      what: 'snapshot',
      why: `The snapshot could not be made: ${error instanceof Error ? error.message : String(error)}`,
    });
  const later = (): void => {
    waiting = null;
    writing = writing.then(write).catch(told);
  };

  const stop = session.watch(({seq}) => {
    seen = seq;
    const rests = session.state().turn.owes === 'human';
    // Not before all is told that was appended with it.
    if (rests && seq - kept >= enoughAtRest(seq)) waiting ??= setImmediate(later);
  });
  const close = log.close.bind(log);
  log.close = async () => {
    stop();
    if (waiting !== null) clearImmediate(waiting);
    try {
      await writing;
      if (log.last.seq - kept >= enoughAtEnd(log.last.seq)) await write().catch(told);
    } finally {
      await close();
    }
  };
}

/** What a killed run leaves to be read after its snapshot; in all, the snapshots of a session are some twenty times the last one. */
const enoughAtRest = (seq: number): number => Math.max(2_000, seq / 20);

/** Fewer are read in a few milliseconds. */
const enoughAtEnd = (seq: number): number => Math.max(250, seq / 100);
