import {recordsIn} from '../../agent/repair/records-in.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {transcript} from '../../core/projections/transcript.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {plural} from './format/amounts.ts';
import {plainLines} from './plain.ts';

type Repaired = Extract<SessionEvent, {type: 'session.repaired'}>;

/** What could be read behind the damage of a log, each line marked: it happened, and no state is made of it. */
export async function* appendixLines({appendix, records}: Repaired, blobs: Blobs): AsyncGenerator<string> {
  if (appendix === null) return;
  yield `┆ Behind the damage, ${plural(records, 'record')} that count for nothing:\n`;
  let state = transcript.initial;
  try {
    for await (const record of recordsIn(blobs.read(appendix))) {
      if (record === null) yield '┆ (a line that cannot be read)\n';
      if (record === null || !isSessionEvent(record.event)) continue;
      const before = state.done.length;
      state = transcript.apply(state, record as Recorded);
      for (const entry of state.done.from(before)) for (const line of plainLines(entry)) yield `┆ ${line}\n`;
    }
  } catch (error) {
    if (!(error instanceof BlobDamaged)) throw error;
    yield `┆ (it cannot be read any more: ${error.message})\n`;
  }
  yield '┆ So far what stood behind the damage.\n';
}
