import {leastAlike, type Likeness} from '../../core/compare/likeness.ts';
import type {Sides} from '../../core/compare/lines-alike.ts';
import {maskVolatile, type Volatile} from '../../core/compare/mask-volatile.ts';
import {callTitle, outcomeTitle} from '../../core/projections/call-title.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {compareOutputs, type Difference} from './compare-outputs.ts';
import {byNumber} from './recorded-verdict.ts';
import type {ScoredCall} from './score.ts';

/** A call then and now. `not-compared`: nothing can be said of it, and `why` not. `why` is null where the outputs tell. */
export type CallAlike = {
  call: CallId;
  step: number;
  title: string;
  was: string;
  now: string;
  likeness: Likeness | 'not-compared';
  why: string | null;
  difference: Difference | null;
};

type Where = {blobs: Blobs; places: Sides<readonly Volatile[]>};
type Verdict = Pick<CallAlike, 'likeness' | 'why' | 'difference'>;

/** `now` is what became of the call in the new session; null where it did not come to its end. */
export async function compareCall(recorded: ScoredCall, now: Outcome | null, where: Where): Promise<CallAlike> {
  const {call, step, started, outcome: was} = recorded;
  const words = (outcome: Outcome | null) => (outcome === null ? 'not run' : outcomeTitle(outcome));
  const verdict = unequalEnds({was, now, started: started !== null}) ?? (await outcomesAlike({was: was!, now: now!}, where));
  return {call: call.id, step, title: callTitle(call), was: words(was), now: words(now), ...verdict};
}

const notCompared = (why: string): Verdict => ({likeness: 'not-compared', why, difference: null});
const different = (why: string): Verdict => ({likeness: 'different', why, difference: null});

/** What there is to say where one of the two has no end of its own; null where both have. */
function unequalEnds({was, now, started}: Sides<Outcome | null> & {started: boolean}): Verdict | null {
  if (now?.kind === 'refused' && now.reason.startsWith(byNumber)) return notCompared(now.reason);
  if (now?.kind === 'failed' && now.error.code === 'placeholder' && was?.kind !== 'failed')
    return notCompared('it did not run: its arguments hold a secret that was taken out of the log');
  if (was === null && !started) return {likeness: 'same', why: 'it was not run, then as now', difference: null};
  if (was === null || was.kind === 'lost') return notCompared('how it ended then is not known');
  if (was.kind === 'ran' && was.settled === 'interrupt') return notCompared('it was interrupted then');
  return now === null ? different('it did not come about again') : null;
}

async function outcomesAlike({was, now}: Sides<Outcome>, where: Where): Promise<Verdict> {
  if (was.kind !== now.kind || outcomeTitle(was) !== outcomeTitle(now)) {
    const failures = failuresAlike({was, now}, where.places);
    if (failures !== 'volatile')
      return {...different(`then ${ended(was)}, now ${ended(now)}`), difference: (await outputsAlike({was, now}, where)).difference};
  }
  return outputsAlike({was, now}, where);
}

const ended = (outcome: Outcome): string => outcomeTitle(outcome).slice(0, 200);

function failuresAlike({was, now}: Sides<Outcome>, places: Sides<readonly Volatile[]>): Likeness {
  if (was.kind !== 'failed' || now.kind !== 'failed' || was.error.code !== now.error.code) return 'different';
  return maskVolatile(was.error.message, places.was) === maskVolatile(now.error.message, places.now) ? 'volatile' : 'different';
}

async function outputsAlike({was, now}: Sides<Outcome>, where: Where): Promise<Verdict> {
  const said = was.kind === 'failed' && now.kind === 'failed' && was.error.message !== now.error.message;
  const alike: Likeness = said ? 'volatile' : 'same';
  const [a, b] = [shownIn(was), shownIn(now)];
  if (a === null && b === null) return {likeness: alike, why: null, difference: null};
  if (a === null || b === null) return different(a === null ? 'there was no output then' : 'there is no output now');
  try {
    const {likeness, difference} = await compareOutputs({was: a, now: b}, where);
    return {likeness: leastAlike([alike, likeness]), why: null, difference};
  } catch (error) {
    if (!(error instanceof BlobDamaged)) throw error;
    return different(`the outputs have another sha256, and cannot be read: ${error.message}`);
  }
}

const shownIn = (outcome: Outcome) => ('shown' in outcome && outcome.shown !== undefined ? outcome.shown : null);
