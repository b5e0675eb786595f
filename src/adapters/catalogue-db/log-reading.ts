import {createReadStream} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {decode} from '../../core/log/codec.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {Lineage} from '../../core/log/lineage.ts';
import {Lines} from '../../core/log/lines.ts';
import {rowing, type Rowing} from '../../core/projections/session-row.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId, Sha256} from '../../core/vocabulary/ids.ts';
import {LogDamaged, type Catalogue} from '../../ports/catalogue.ts';
import type {IndexedSession} from '../../ports/session-index.ts';

/** What a log says, as far as it can be read. `to` is where to go on; null where it has to be read from its beginning next time. */
export type LogRead = {state: Rowing; damaged: IndexedSession['damaged']; to: ReadTo | null};

/** Behind the record `seq`, which ends before the byte `offset`. */
export type ReadTo = {seq: number; hash: Sha256; offset: number};

/** The whole of a log. No further than its first record where that says that it is of another place than `root`. Null where it was removed. */
export async function readWhole(log: {id: SessionId; file: string}, root: string | null, catalogue: Catalogue): Promise<LogRead | null> {
  let state = rowing.initial;
  let last: Pick<Recorded, 'seq' | 'hash'> | null = null;
  try {
    for await (const record of catalogue.read(log.id)) {
      last = record;
      if (isSessionEvent(record.event)) state = rowing.apply(state, record as Recorded);
      if (isElsewhere(state.root, root)) return {state, damaged: null, to: null};
    }
  } catch (error) {
    if (error instanceof LogDamaged) return {state, damaged: {line: error.line, why: error.message}, to: null};
    if (isGone(error)) return null;
    throw error;
  }
  const offset = last === null ? null : await endOf(log.file, last.hash);
  return {state, damaged: null, to: last === null || offset === null ? null : {seq: last.seq, hash: last.hash, offset}};
}

export const isElsewhere = (opened: string | null, root: string | null): boolean => root !== null && opened !== null && opened !== root;

/** What was added to a log since. Null where what was read is not its beginning any more. */
export async function readOn(
  {id, file}: {id: SessionId; file: string},
  {state: before, to}: {state: Rowing; to: ReadTo},
): Promise<LogRead | null> {
  if (!(await endsAt(file, to))) return null;
  const {checkSessionEvent} = await import('../../core/log/event-schema.ts');
  const lines = new Lines();
  const lineage = new Lineage();
  lineage.owner = id;
  let state = before;
  let after = to;
  for await (const chunk of createReadStream(file, {start: to.offset, highWaterMark: 1 << 18})) {
    for (const line of lines.push(chunk as Uint8Array)) {
      const decoded = decode(line, after);
      const why = 'why' in decoded ? decoded.why : (checkSessionEvent(decoded.record.event) ?? lineage.take(decoded.record));
      if ('why' in decoded || why !== null) {
        const damage = new LogDamaged(file, after.seq + 2, why ?? '');
        return {state, damaged: {line: damage.line, why: damage.message}, to: null};
      }
      const {seq, hash} = decoded.record;
      after = {seq, hash, offset: after.offset + line.length + 1};
      if (isSessionEvent(decoded.record.event)) state = rowing.apply(state, decoded.record as Recorded);
    }
  }
  return {state, damaged: null, to: after};
}

const endOfLine = (hash: Sha256): string => `"hash":"${hash}"}\n`;
const lookedThrough = 1 << 16;

/** Where the record with this hash ends, if that is near the end of the file: behind it is at most a torn line, or what came meanwhile. */
async function endOf(file: string, hash: Sha256): Promise<number | null> {
  return withFile(file, null, async handle => {
    const {size} = await handle.stat();
    const start = Math.max(0, size - lookedThrough);
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const end = endOfLine(hash);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(end, undefined, 'latin1');
    return at === -1 ? null : start + at + end.length;
  });
}

async function endsAt(file: string, {hash, offset}: ReadTo): Promise<boolean> {
  return withFile(file, false, async handle => {
    const end = endOfLine(hash);
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(end.length), 0, end.length, Math.max(0, offset - end.length));
    return buffer.subarray(0, bytesRead).toString('latin1') === end;
  });
}

async function withFile<T>(file: string, otherwise: T, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(file, 'r');
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    // What lies there now is no log any more: whoever reads it from its beginning says so.
    if (error instanceof Error && 'syscall' in error) return otherwise;
    throw error;
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
