import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Block, ToolCall} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import {changedText, foundText, repairedText, rewoundText} from './moved-text.ts';
import {stormText} from './storm-text.ts';

/** What was said and done, in order: all that a request can be made of, by record number. `through` is the newest record of the newest request. */
export type Trace = {entries: Growing<Entry>; through: number};

/** `heard`: the newest record that stood in the request which a reply answers. What the user said after it is not answered yet. */
export type Entry =
  | {kind: 'user'; seq: number; text: string; steering: boolean}
  | {kind: 'assistant'; seq: number; heard: number; step: number; content: readonly Block[]}
  | {kind: 'result'; seq: number; call: CallId; outcome: Outcome}
  /** Stands beside the result of a call. */
  | {kind: 'told'; seq: number; call: CallId; text: string};

export const trace: Fold<Trace> = {initial: {entries: new Growing<Entry>(), through: -1}, apply};

function apply(state: Trace, {seq, event}: Recorded): Trace {
  if (event.type === 'context.assembled') return {...state, through: event.plan.through};
  if (event.type === 'result.replaced') return {...state, entries: replaced(state.entries, event)};
  const entry = entryOf(seq, event, state.through);
  return entry === null ? state : {...state, entries: state.entries.with(entry)};
}

/** The trace as it was when record `through` was its newest. */
export function cutTrace({entries, through: heard}: Trace, through: number): Trace {
  let {length} = entries;
  while (length > 0 && entries.at(length - 1)!.seq > through) length--;
  return {entries: entries.upTo(length), through: Math.min(heard, through)};
}

function entryOf(seq: number, event: SessionEvent, heard: number): Entry | null {
  switch (event.type) {
    case 'user.prompted':
      return {kind: 'user', seq, text: event.text, steering: false};
    case 'user.steered':
      return {kind: 'user', seq, text: event.text, steering: true};
    case 'model.replied':
      return {kind: 'assistant', seq, heard, step: event.step, content: event.content};
    case 'tool.finished':
      return {kind: 'result', seq, call: event.call, outcome: event.outcome};
    case 'storm.noticed':
      return toldOf(seq, event);
    case 'session.repaired':
      return {kind: 'user', seq, text: repairedText, steering: true};
    case 'session.rewound':
    case 'session.resumed':
    case 'files.checkpointed':
      return movedOf(seq, event);
    default:
      return null;
  }
}

function toldOf(seq: number, {storm, pauses}: Extract<SessionEvent, {type: 'storm.noticed'}>): Entry | null {
  const call = storm.calls.at(-1);
  return call === undefined ? null : {kind: 'told', seq, call, text: stormText(storm, pauses)};
}

/** What the model could not know: the files, or what was said of them, are no longer as it saw them. */
function movedOf(
  seq: number,
  event: Extract<SessionEvent, {type: 'session.rewound' | 'session.resumed' | 'files.checkpointed'}>,
): Entry | null {
  const text =
    event.type === 'session.rewound'
      ? rewoundText(event)
      : event.type === 'session.resumed'
        ? foundText(event.worktree)
        : changedText(event);
  return text === null ? null : {kind: 'user', seq, text, steering: true};
}

function replaced(entries: Growing<Entry>, {call, outcome}: Extract<SessionEvent, {type: 'result.replaced'}>): Growing<Entry> {
  return new Growing([...entries].map(entry => (entry.kind === 'result' && entry.call === call ? {...entry, outcome} : entry)));
}

export const callsOf = (content: readonly Block[]): readonly ToolCall[] => content.filter(block => block.type === 'call');
