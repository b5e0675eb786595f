import {follows, unseal} from '../../core/log/codec.ts';
import {checkSessionEvent} from '../../core/log/event-schema.ts';
import {Lines} from '../../core/log/lines.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';

/** The records in a piece of a log, each proven by its own hash alone; null for a line that cannot be read. */
export async function* recordsIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Recorded<{type: string}> | null> {
  const lines = new Lines();
  for await (const chunk of bytes) for (const line of lines.push(chunk)) yield recordOf(line);
  if (lines.rest().length > 0) yield null;
}

/** Null where the line is none. */
export function recordOf(line: Uint8Array): Recorded<{type: string}> | null {
  const unsealed = unseal(line);
  if ('why' in unsealed) return null;
  const {seq, prev} = unsealed.value as {seq?: unknown; prev?: unknown};
  if (typeof seq !== 'number') return null;
  const alone = follows(unsealed, {seq: seq - 1, hash: prev as Sha256});
  return 'why' in alone || checkSessionEvent(alone.record.event) !== null ? null : alone.record;
}
