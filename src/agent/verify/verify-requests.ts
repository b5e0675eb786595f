import {assembler} from '../../core/context/assemble.ts';
import {promptHash} from '../../core/context/render.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {BlobRef, Sha256} from '../../core/vocabulary/ids.ts';
import type {ToolCard} from '../../core/vocabulary/prompt.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {promptBuilder, systemOf} from '../prompt-builder.ts';
import {viewText} from '../view-text.ts';

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
    if (error instanceof BlobDamaged) return {agrees: null, why: 'a blob that it is made of is damaged or missing'};
    if (error instanceof SyntaxError) return {agrees: null, why: 'the blob of its environment or tools is not JSON'};
    throw error;
  }
}

function requestBuilder(blobs: Blobs): Builds {
  const load = remembered(async (ref: BlobRef) => new TextDecoder().decode(await blobs.get(ref)));
  // A view that is gone may be cut again: the request is then as good as proven, and the view is told of by itself.
  const build = promptBuilder(shown => viewText(shown, blobs));
  return async ({step, max_output}, {opened, plan, trace}) => {
    if (opened === null) throw new Error('Nothing is built before a session was opened.');
    const system = await systemOf(await load(opened.versions.charter), opened, load);
    const tools = JSON.parse(await load(opened.versions.tools)) as ToolCard[];
    return promptHash(await build({step, plan, trace, max_output, system, tools}));
  };
}

function remembered<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new Map<Key, Promise<Value>>();
  return key => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
