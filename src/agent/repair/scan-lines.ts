import {unseal} from '../../core/log/codec.ts';
import {startOf} from '../../core/log/lineage.ts';
import {Lines} from '../../core/log/lines.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Range, ReadableLine} from '../../ports/log-repairing.ts';
import {recordOf} from './records-in.ts';

/**
 * Every line of a damaged log, in the file's order: a record whose bytes are those that its hash is of, or null. `bytes` is all of the file; `torn` what stands behind the last line end,
 * `ended` false where that is a whole record whose line end alone is not as it was written.
 */
export type Scanned = {
  lines: readonly (ReadableLine | (Range & {line: number; hash: null}))[];
  /** What a first record must follow, as the readable line with number 0 says, or else the session's own id. */
  start: Sha256;
  bytes: number;
  torn: number;
  ended: boolean;
};

export async function scanLines(stream: AsyncIterable<Uint8Array>, name: string): Promise<Scanned> {
  const split = new Lines();
  const lines: Scanned['lines'][number][] = [];
  let start: Sha256 | null = null;
  let at = 0;
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    for (const text of split.push(chunk)) {
      const place = {line: lines.length + 1, start: at, end: at + text.length + 1};
      const record = recordOf(text);
      if (record?.seq === 0) start ??= startOf(text, name);
      lines.push(record === null ? {...place, hash: null} : {...place, seq: record.seq, prev: record.prev, hash: record.hash});
      at = place.end;
    }
  }
  const rest = split.rest();
  const ended = 'why' in unseal(rest.subarray(0, -1)) || rest.length === 0;
  return {lines, start: start ?? startOf(new Uint8Array(), name), bytes, torn: bytes - at, ended};
}
