import type {EventCheck} from '../../core/log/event-schema.ts';
import {LogWalk, type Place, type Tail, type Walked} from '../../core/audit/log-walk.ts';
import type {Fault} from '../../core/audit/fault.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';

/** A record whose bytes are those that its hash is of, and that has its type's shape; and where it lies. */
export type Entry = {record: Recorded<{type: string}>; place: Place};

/** The number and hash of any line whose bytes are those that its hash is of. */
export type Sealed = {seq: number; hash: Sha256; place: Place};

/** A log as it lies in its file. `entries` goes on behind what does not fit; the first `whole` of them follow one another from the first line on. */
export type ReadLog = {
  file: string;
  bytes: number;
  entries: readonly Entry[];
  sealed: readonly Sealed[];
  whole: number;
  faults: readonly Fault[];
  /** Lines of a newer format. */
  newer: number;
  tail: Tail | null;
};

export type LogToRead = {name: string; check: EventCheck; next: string};

export async function readLog({file, bytes}: NonNullable<ReturnType<Catalogue['raw']>>, {name, check, next}: LogToRead): Promise<ReadLog> {
  const walk = new LogWalk(name);
  const entries: Entry[] = [];
  const sealed: Sealed[] = [];
  const faults: Fault[] = [];
  const read = {bytes: 0, whole: null as number | null, newer: 0};
  const fault = ({line, ...range}: Place, seq: number | null, why: string) => {
    faults.push({what: 'log', file, line, seq, bytes: range, why, next});
  };
  const take = ({place, record, problem, newer, sealed: seal}: Walked) => {
    const shape = record === null ? null : check(record.event);
    const wrong = problem ?? shape;
    if (seal !== null) sealed.push({seq: seal.seq, hash: seal.hash, place});
    if (wrong !== null) read.whole ??= entries.length;
    if (newer) read.newer++;
    else if (wrong !== null) fault(place, record?.seq ?? null, wrong);
    if (record !== null && shape === null) entries.push({record, place});
  };
  try {
    for await (const chunk of bytes) {
      read.bytes += chunk.length;
      for (const walked of walk.push(chunk)) take(walked);
    }
  } catch (error) {
    fault({line: sealed.length + 1, start: read.bytes, end: read.bytes}, null, unreadable(error));
  }
  const tail = walk.finish();
  const strange = walk.strange(name);
  const last = sealed.at(-1);
  if (strange !== null && last !== undefined) fault(last.place, last.seq, strange);
  if (tail?.damaged) {
    const end = tail.start + tail.bytes;
    fault({line: (sealed.at(-1)?.place.line ?? 0) + 1, start: end - 1, end}, null, 'its line end (0x0A) is not as it was written');
  }
  return {file, bytes: read.bytes, entries, sealed, whole: read.whole ?? entries.length, faults, newer: read.newer, tail};
}

/** What the system says of a file that it does not give; a mistake of the program is thrown on. */
export function unreadable(error: unknown): string {
  if (error instanceof Error && 'syscall' in error) return `it cannot be read: ${error.message}`;
  throw error;
}
