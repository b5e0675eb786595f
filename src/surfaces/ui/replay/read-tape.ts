import type {Recorded} from '../../../core/vocabulary/event.ts';
import {TapeMaker, type Limits, type Tape} from './tape.ts';

/**
 * The tape of a log as it is being read: the first one as soon as there is something to see, the next ones so that the slider moves, the last one whole.
 * None where no record is within the range.
 */
export async function* readTape({records, ...limits}: Limits & {records: AsyncIterable<Recorded>}): AsyncGenerator<Tape> {
  const maker = new TapeMaker(limits);
  let due = 0;
  let read = 0;
  for await (const record of records) {
    maker.take(record);
    // A short log is whole in the first frame.
    if (++read < shortLog || performance.now() < due) continue;
    const tape = maker.tape(false);
    if (tape === null) continue;
    yield tape;
    due = performance.now() + between;
  }
  const whole = maker.tape(true);
  if (whole !== null) yield whole;
}

const shortLog = 100;

/** Milliseconds: drawing takes a few of them. */
const between = 150;
