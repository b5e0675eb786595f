import {chainStart} from '../../src/core/log/chain.ts';
import {encode} from '../../src/core/log/codec.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {Sha256} from '../../src/core/vocabulary/ids.ts';

/** Events as records of a log with this name, one second apart, with the lines that they lie on the disk as. */
export function recordsOf(events: readonly SessionEvent[], name = 'test'): {records: readonly Recorded[]; lines: readonly string[]} {
  const records: Recorded[] = [];
  const lines: string[] = [];
  let prev: Sha256 = chainStart(name);
  for (const [seq, event] of events.entries()) {
    const open = {v: 1 as const, seq, at: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(), prev, event};
    const {line, hash} = encode(open);
    records.push({...open, hash});
    lines.push(line);
    prev = hash;
  }
  return {records, lines};
}
