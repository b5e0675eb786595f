import type {Recorded, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Model, ModelProgress, Reply} from '../../ports/model.ts';
import {INTERRUPTED} from './failures.ts';

/** A model that gives the replies of a session's log again: step n gets what was replied to step n. */
export async function recorded(records: AsyncIterable<Recorded<SessionEvent | UnknownEvent>>): Promise<Model> {
  const replies = new Map<number, Replied>();
  let last = 'recorded/session';
  for await (const {event} of records) {
    if (!isReplied(event)) continue;
    replies.set(event.step, event);
    last = `recorded/${event.model}`;
  }
  return {
    name: last,
    window: 200_000,
    price: {input: 0, output: 0, cached: 0, cache_written: 0, as_of: 'recorded'},
    reply: async (prompt, show, signal) => {
      if (signal.aborted) return {kind: 'failed', failure: INTERRUPTED};
      const event = replies.get(prompt.step);
      return event === undefined ? ended(prompt.step, replies) : given(event, show);
    },
  };
}

type Replied = Extract<SessionEvent, {type: 'model.replied'}>;

function isReplied(event: SessionEvent | UnknownEvent): event is Replied {
  return event.type === 'model.replied';
}

function ended(step: number, replies: ReadonlyMap<number, Replied>): Reply {
  const message = `The recording has no reply to step ${step}; its last is to step ${Math.max(0, ...replies.keys())}.`;
  return {kind: 'failed', failure: {code: 'recording-ended', message, retryable: false}};
}

function given(event: Replied, show: (progress: ModelProgress) => void): Reply {
  const {content, stop, model, usage, response} = event;
  for (const block of content) {
    if (block.type === 'call') show({type: 'calling', tool: block.tool});
    else if (block.text !== '') show({type: block.type, delta: block.text});
  }
  return {kind: 'replied', content, stop, model, usage, raw: {recorded: response}};
}
