import {open} from 'node:fs/promises';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {rowing, type Rowing} from '../../core/projections/session-row.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId, Sha256} from '../../core/vocabulary/ids.ts';
import type {LogPoint} from '../../core/vocabulary/log-point.ts';
import {LogDamaged, type Catalogue} from '../../ports/catalogue.ts';
import type {IndexedSession} from '../../ports/session-index.ts';

/**
 * What a log says, as far as it can be read. `to` is where to go on; null where it has to be read from its beginning next time. Of one that is not `whole` no more was read than where it
 * was opened.
 */
export type LogRead = {state: Rowing; damaged: IndexedSession['damaged']; to: LogPoint | null; whole: boolean};

/** What a log was read to before. */
export type LogBase = {state: Rowing; to: LogPoint};

type Reading = {id: SessionId; file: string; catalogue: Catalogue};

/** The whole of a log, or no further than where it says that it is this session's, and of another place than `root`. Null where it was removed. */
export async function readWhole(reading: Reading, root: string | null): Promise<LogRead | null> {
  const {id, catalogue} = reading;
  let state = rowing.initial;
  let last: Pick<Recorded, 'seq' | 'hash'> | null = null;
  try {
    for await (const record of catalogue.read(id)) {
      last = record;
      if (isSessionEvent(record.event)) state = rowing.apply(state, record as Recorded);
      if (isElsewhere(state.root, root) && names(record.event, id)) return {state, damaged: null, to: null, whole: false};
    }
    return {state, damaged: null, to: last === null ? null : await pointOf(reading.file, last), whole: true};
  } catch (error) {
    if (error instanceof LogDamaged) return {state, damaged: {line: error.line, why: error.message}, to: null, whole: true};
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

export const isElsewhere = (opened: string | null, root: string | null): boolean => root !== null && opened !== null && opened !== root;

/** A fork's log begins with its parent's records. */
const names = (event: {type: string}, id: SessionId): boolean =>
  isSessionEvent(event) && (event.type === 'session.opened' || event.type === 'session.forked') && event.session === id;

/** What was added to a log since. Null where that does not fit to what was read: the whole of it tells better why. */
export async function readOn({id, file, catalogue}: Reading, base: LogBase): Promise<LogRead | null> {
  let {state} = base;
  let last: Pick<Recorded, 'seq' | 'hash'> = base.to;
  try {
    for await (const record of catalogue.read(id, base.to)) {
      last = record;
      if (isSessionEvent(record.event)) state = rowing.apply(state, record as Recorded);
    }
    return {state, damaged: null, to: last === base.to ? base.to : await pointOf(file, last), whole: true};
  } catch (error) {
    if (error instanceof LogDamaged || (error instanceof Error && 'syscall' in error)) return null;
    throw error;
  }
}

const lookedThrough = 1 << 16;

/** Where this record ends, if that is near the end of the file: behind it is at most a torn line, or what came meanwhile. */
async function pointOf(file: string, {seq, hash}: {seq: number; hash: Sha256}): Promise<LogPoint | null> {
  const handle = await open(file, 'r');
  try {
    const {size} = await handle.stat();
    const start = Math.max(0, size - lookedThrough);
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const end = `"hash":"${hash}"}\n`;
    const at = buffer.subarray(0, bytesRead).lastIndexOf(end, undefined, 'latin1');
    return at === -1 ? null : {seq, hash, offset: start + at + end.length};
  } finally {
    await handle.close();
  }
}
