import {inKeyOrder} from '../../core/log/key-order.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Assemblers} from './assemblers.ts';
import {LoopOrder, type Ordered} from './loop-order.ts';
import {Moments} from './moments.ts';
import {planDifferences} from './plan-differences.ts';
import {requestRemaker, type Made, type Remaker} from './remake-request.ts';

/** What became of one record when the loop was run again over it; `request` where it is one. */
export type Replayed = {record: Recorded; step: number; ordered: Ordered; request: RequestReplay | null};

/**
 * `same`: plan and hash came out as they were recorded. `different`: they did not, or none was to be made. `hash-only`: it could not be planned again, and the prompt of its recorded
 * plan has the recorded hash. `unproven`: not even that can be said.
 */
export type RequestReplay =
  | {kind: 'same'; made: Made}
  | {kind: 'different'; why: readonly string[]; made: Made | null; from: SessionState}
  | {kind: 'hash-only' | 'unproven'; why: string};

type Replaying = {
  blobs: Blobs;
  assemblers: Assemblers;
  /** Whether it goes on from the request that was recorded, so that one difference is one difference, or from the one that was made. */
  after: 'recorded' | 'made';
};

/**
 * Runs the loop again over a log: what came from outside is taken as recorded, what the loop made of it is made again. A request is made before the recorded one is looked at. The
 * records are all those of known types, from the first on.
 */
export async function* replayRecords(records: readonly Recorded[], {blobs, assemblers, after}: Replaying): AsyncGenerator<Replayed> {
  const remaker = requestRemaker(blobs, assemblers);
  const order = new LoopOrder();
  const moments = new Moments();
  const redacted = records.findLast(({event}) => event.type === 'session.redacted')?.seq ?? -1;
  let state = sessionState.initial;
  for (const record of records) {
    const {event} = record;
    const request =
      event.type === 'context.assembled' && state.opened !== null
        ? await replayed(event, {before: state, ready: moments.ready, redacted: record.seq < redacted, remaker})
        : null;
    const before = state;
    state = sessionState.apply(before, after === 'made' ? asMade(record, request) : record);
    const ordered = order.take(record, before, state);
    moments.take(state);
    yield {record, step: state.turn.step, ordered, request};
  }
}

type Assembled = Extract<SessionEvent, {type: 'context.assembled'}>;
type At = {before: SessionState; ready: readonly SessionState[]; redacted: boolean; remaker: Remaker};

async function replayed(event: Assembled, {before, ready, redacted, remaker}: At): Promise<RequestReplay> {
  const {step, max_output, plan} = event;
  const remade = await remaker.remake({step, max_output, assembler: plan.assembler, budget: plan.budget, through: plan.through}, ready);
  const same = remade.kind === 'made' ? remade.made.find(made => isSame(made, event)) : undefined;
  if (same !== undefined) return {kind: 'same', made: same};
  if (remade.kind === 'unknown') return byHash(event, before, {remaker, why: remade.why});
  // Its plan counts the tokens of a text that is no longer there.
  const taken = redacted ? await byHash(event, before, {remaker, why: 'a value was taken out of what they were made of'}) : null;
  if (taken?.kind === 'hash-only') return taken;
  if (remade.kind !== 'made') return {kind: 'different', why: [remade.why], made: null, from: before};
  const made = remade.made.at(-1)!;
  return {kind: 'different', why: whyDifferent(made, event), made, from: made.from};
}

const isSame = ({plan, sha256}: Made, event: Assembled): boolean =>
  sha256 === event.sha256 && JSON.stringify(inKeyOrder(plan)) === JSON.stringify(inKeyOrder(event.plan));

async function byHash(event: Assembled, from: SessionState, {remaker, why}: {remaker: Remaker; why: string}): Promise<RequestReplay> {
  const rebuilt = await remaker.rebuild(event, from);
  return {kind: 'sha256' in rebuilt && rebuilt.sha256 === event.sha256 ? 'hash-only' : 'unproven', why};
}

function whyDifferent(made: Made, event: Assembled): readonly string[] {
  const plan = planDifferences(event.plan, made.plan);
  return plan.length > 0
    ? plan
    : [`the plan is the same, and the text that is made of it has the sha256 ${made.sha256}, not ${event.sha256}`];
}

function asMade(record: Recorded, request: RequestReplay | null): Recorded {
  const {event} = record;
  const made = request !== null && 'made' in request ? request.made : null;
  if (event.type !== 'context.assembled' || made === null) return record;
  return {...record, event: {...event, plan: made.plan, sha256: made.sha256}};
}
