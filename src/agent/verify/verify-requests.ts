import {assembler} from '../../core/context/assemble.ts';
import {promptHash} from '../../core/context/render.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {promptBuilder} from '../prompt-builder.ts';
import {viewText} from '../view-text.ts';
import {standingParts, whyNotBuilt} from './standing-parts.ts';

/** What became of one request when it was built again: its hash agrees, it does not, or `why` it could not be built. */
export type RequestProof = {record: Recorded; step: number} & (
  | {agrees: true}
  | {agrees: false; rebuilt: Sha256}
  | {agrees: null; why: string}
);

/** Every request of a session, built again from its log and blobs alone. The records are all those of known types, from the first on. */
export async function* verifyRequests(records: Iterable<Recorded>, blobs: Blobs): AsyncGenerator<RequestProof> {
  const builds = requestBuilder(blobs);
  let state = sessionState.initial;
  for (const record of records) {
    state = sessionState.apply(state, record);
    const {event} = record;
    if (event.type === 'context.assembled') yield {record, step: event.step, ...(await verified(event, state, builds))};
  }
}

type Assembled = Extract<SessionEvent, {type: 'context.assembled'}>;
type Builds = (event: Assembled, state: SessionState) => Promise<Sha256>;
type Unbound<T> = T extends unknown ? Omit<T, 'record' | 'step'> : never;

async function verified(event: Assembled, state: SessionState, builds: Builds): Promise<Unbound<RequestProof>> {
  if (event.plan.assembler !== assembler)
    return {agrees: null, why: `assembled by ${event.plan.assembler}, and this build has only ${assembler}`};
  if (state.opened === null) return {agrees: null, why: 'the log does not say how the session was opened'};
  try {
    const rebuilt = await builds(event, state);
    return rebuilt === event.sha256 ? {agrees: true} : {agrees: false, rebuilt};
  } catch (error) {
    return {agrees: null, why: whyNotBuilt(error)};
  }
}

function requestBuilder(blobs: Blobs): Builds {
  const standing = standingParts(blobs);
  // A view that is gone may be cut again: the request is then as good as proven, and the view is told of by itself.
  const build = promptBuilder(shown => viewText(shown, blobs));
  return async ({step, max_output}, {opened, plan, trace}) => {
    if (opened === null) throw new Error('Nothing is built before a session was opened.');
    return promptHash(await build({step, plan, trace, max_output, ...(await standing(opened))}));
  };
}
