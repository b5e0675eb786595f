import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Failure, ToolCall} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import type {Verdict} from '../vocabulary/verdict.ts';
import {gateNote} from './gate-note.ts';
import {changedNote, repairedNote, resumedNote, rewoundNote} from './moved-note.ts';
import {stormNote} from './storm-note.ts';

/**
 * What happened, as a person reads it. `done` only grows: what stands there never changes again. `open` are the cards of calls that have
 * not ended, in call order.
 */
export type Transcript = {done: Growing<Entry>; open: readonly CallCard[]};

export type Entry =
  | {kind: 'prompt'; seq: number; text: string; steering: boolean}
  | {kind: 'answer'; seq: number; step: number; text: string}
  | {kind: 'thought'; seq: number; step: number; text: string}
  | {kind: 'call'; seq: number; card: CallCard & {outcome: Outcome}}
  | {kind: 'failure'; seq: number; step: number; attempt: number; error: Failure; retry_in_ms: number | null}
  | {kind: 'note'; seq: number; level: 'info' | 'warning' | 'error'; text: string};

export type CallCard = {
  call: ToolCall;
  started_at: string | null;
  verdict: Verdict | null;
  outcome: Outcome | null;
  ended_at: string | null;
};

export const transcript: Fold<Transcript> = {initial: {done: new Growing(), open: []}, apply};

function apply(state: Transcript, record: Recorded): Transcript {
  const {seq, at, event} = record;
  switch (event.type) {
    case 'model.replied':
      return replied(state, seq, event);
    case 'tool.judged':
      return update(state, event.call, card => ({...card, verdict: event.verdict}));
    case 'tool.started':
      return update(state, event.call, card => ({...card, started_at: at}));
    case 'human.answered':
      return event.answer === 'allow'
        ? update(state, event.call, card => ({...card, verdict: {kind: 'allow', rule: 'the user allowed it'}}))
        : state;
    case 'tool.finished':
      return finished(state, record, event);
    case 'session.repaired':
      return add({...state, open: []}, entryOf(seq, event)!);
    case 'user.prompted':
      return add({...state, open: []}, {kind: 'prompt', seq, text: event.text, steering: false});
    default: {
      const entry = entryOf(seq, event);
      return entry === null ? state : add(state, entry);
    }
  }
}

function entryOf(seq: number, event: SessionEvent): Entry | null {
  switch (event.type) {
    case 'user.steered':
      return {kind: 'prompt', seq, text: event.text, steering: true};
    case 'model.failed':
      return {kind: 'failure', seq, step: event.step, attempt: event.attempt, error: event.error, retry_in_ms: event.retry_in_ms};
    case 'user.interrupted':
      return {kind: 'note', seq, level: 'warning', text: 'Interrupted.'};
    case 'session.resumed':
      return {kind: 'note', seq, level: 'info', text: resumedNote(event.worktree)};
    case 'session.forked':
      return {kind: 'note', seq, level: 'info', text: `Forked from session ${event.from.session} after step ${event.from.step}.`};
    case 'files.checkpointed':
      return event.by === 'other' ? {kind: 'note', seq, level: 'info', text: changedNote(event.changed)} : null;
    case 'session.rewound':
      return {kind: 'note', seq, level: 'info', text: rewoundNote(event)};
    case 'session.repaired':
      return {kind: 'note', seq, level: 'warning', text: repairedNote(event)};
    case 'result.replaced':
      return {kind: 'note', seq, level: 'warning', text: `The result of call ${event.call} was replaced by hand.`};
    case 'budget.reached':
      return {kind: 'note', seq, level: 'warning', text: `The limit on ${event.which} (${event.limit}) was reached.`};
    case 'storm.noticed':
      return {kind: 'note', seq, level: 'warning', text: stormNote(event.storm, event.pauses)};
    case 'gate.closed':
    case 'gate.opened':
      return {kind: 'note', seq, level: event.type === 'gate.closed' ? 'warning' : 'info', text: gateNote(event)};
    case 'degraded':
      return {kind: 'note', seq, level: 'warning', text: event.why};
    case 'changes.applied':
      return {
        kind: 'note',
        seq,
        level: 'info',
        text: `${event.how === 'apply' ? 'Applied' : 'Took back'} ${event.files.length} file${event.files.length === 1 ? '' : 's'}.`,
      };
    case 'process.ended':
      return event.by === 'recovery'
        ? {
            kind: 'note',
            seq,
            level: 'warning',
            text: `Ended a process left from before: ${event.group.command} (group ${event.group.pgid}).`,
          }
        : null;
    default:
      return null;
  }
}

function replied(state: Transcript, seq: number, {content, step}: Extract<SessionEvent, {type: 'model.replied'}>): Transcript {
  let {done} = state;
  for (const block of content) {
    if (block.type === 'text' && block.text.trim() !== '') done = done.with({kind: 'answer', seq, step, text: block.text});
    if (block.type === 'thinking' && block.text.trim() !== '') done = done.with({kind: 'thought', seq, step, text: block.text});
  }
  const open = content
    .filter(block => block.type === 'call')
    .map(call => ({call, started_at: null, verdict: null, outcome: null, ended_at: null}));
  return {done, open};
}

const update = (state: Transcript, id: CallId, change: (card: CallCard) => CallCard): Transcript => ({
  ...state,
  open: state.open.map(card => (card.call.id === id ? change(card) : card)),
});

// Cards leave `open` in call order, whatever order the calls end in, so that what stands in `done` has the model's order.
function finished(state: Transcript, {seq, at}: Recorded, {call, outcome}: Extract<SessionEvent, {type: 'tool.finished'}>): Transcript {
  const cards = update(state, call, card => ({...card, outcome, ended_at: at})).open;
  let {done} = state;
  let index = 0;
  for (const card of cards) {
    if (card.outcome === null) break;
    done = done.with({kind: 'call', seq, card: {...card, outcome: card.outcome}});
    index++;
  }
  return {done, open: cards.slice(index)};
}

const add = (state: Transcript, entry: Entry): Transcript => ({...state, done: state.done.with(entry)});
