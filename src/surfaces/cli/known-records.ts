import type {Program} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {isKnown} from './session-list.ts';

/** The records of a session, without its lock; those of types that this version does not know are passed over. Ends with what is wrong where a line is damaged. */
export async function* knownRecords(id: SessionId, program: Program): AsyncGenerator<Recorded> {
  try {
    for await (const record of (await program.catalogue()).read(id)) if (isKnown(record)) yield record;
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    throw new Stop(
      1,
      `The log of session ${id} is damaged; shown is what stands before it. ${error.message}\nKeep what can be read behind it, too: agent sessions repair ${id}`,
      {cause: error},
    );
  }
}
