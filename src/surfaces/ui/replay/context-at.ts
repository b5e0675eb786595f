import {callTitle} from '../../../core/projections/call-title.ts';
import {sessionState, type SessionState} from '../../../core/projections/session-state.ts';
import {isTakenBack} from '../../../core/projections/taken-back.ts';
import {callsOf, type Entry} from '../../../core/context/trace.ts';
import {unreachable} from '../../../core/log/fold.ts';
import type {ToolCall} from '../../../core/vocabulary/block.ts';
import type {Recorded} from '../../../core/vocabulary/event.ts';
import type {CallId} from '../../../core/vocabulary/ids.ts';
import type {Tape} from './tape.ts';

/** What stood in a request. `fixed` are the tokens of what stands in every one: the charter and the tools. `left_out` counts what stood in an earlier one and is not in it. */
export type RequestContext = {
  step: number;
  tokens: number;
  budget: number;
  assembler: string;
  sha256: string;
  fixed: number;
  items: readonly ContextItem[];
  left_out: number;
};

/** `what` is one line for a person, not yet made safe for a terminal. */
export type ContextItem = {seq: number; who: 'user' | 'model' | 'result' | 'note'; as: 'whole' | 'masked'; tokens: number; what: string};

/** The newest request at each moment of a log. Nothing is folded before it is asked for, and every so many records the state is kept, so that going back is quick. */
export class Contexts {
  readonly #records: readonly Recorded[];
  readonly #takenBack: Tape['taken_back'];
  readonly #kept: SessionState[] = [sessionState.initial];

  constructor({records, taken_back}: Pick<Tape, 'records' | 'taken_back'>) {
    this.#records = records;
    this.#takenBack = taken_back;
  }

  /** Null before the first request. */
  at(moment: number): RequestContext | null {
    const index = this.#records.findLastIndex(({event}, at) => at <= moment && event.type === 'context.assembled');
    const event = this.#records[index]?.event;
    if (event?.type !== 'context.assembled') return null;
    const {plan, trace} = this.#stateAfter(index);
    const entries = [...trace.entries];
    const calls = new Map<CallId, ToolCall>(
      entries.flatMap(entry => (entry.kind === 'assistant' ? callsOf(entry.content).map(call => [call.id, call] as const) : [])),
    );
    const standing = inRequestOrder(entries).flatMap(entry => {
      const kept = plan.kept.get(entry.seq);
      return kept === undefined ? [] : [{seq: entry.seq, ...kept, ...described(entry, calls)}];
    });
    const {tokens, budget, assembler} = event.plan;
    return {
      step: event.step,
      tokens,
      budget,
      assembler,
      sha256: event.sha256,
      fixed: tokens - standing.reduce((sum, item) => sum + item.tokens, 0),
      items: standing,
      left_out: this.#leftOut(index, new Set(standing.map(({seq}) => seq))),
    };
  }

  /** What was evicted until then, and neither taken back nor put in again. */
  #leftOut(index: number, standing: ReadonlySet<number>): number {
    const spans = this.#takenBack[index] ?? [];
    const evicted = new Set<number>();
    for (const {event} of this.#records.slice(0, index + 1))
      if (event.type === 'context.assembled') for (const {seq} of event.plan.removed) evicted.add(seq);
    return [...evicted].filter(seq => !standing.has(seq) && !isTakenBack(spans, seq)).length;
  }

  #stateAfter(index: number): SessionState {
    let at = Math.min(this.#kept.length - 1, Math.floor((index + 1) / every)) * every;
    let state = this.#kept[at / every] ?? sessionState.initial;
    for (; at <= index; at++) {
      if (at % every === 0 && this.#kept.length === at / every) this.#kept.push(state);
      state = sessionState.apply(state, this.#records[at]!);
    }
    return state;
  }
}

const every = 512;

/** A reply stands where its request ended, and behind it what its calls gave, in the order of the calls. */
function inRequestOrder(entries: readonly Entry[]): readonly Entry[] {
  const places = new Map<CallId, readonly [number, number]>();
  for (const entry of entries)
    if (entry.kind === 'assistant') callsOf(entry.content).forEach(({id}, index) => places.set(id, [entry.heard + 0.5, index + 1]));
  const placeOf = (entry: Entry): readonly [number, number] => {
    if (entry.kind === 'assistant') return [entry.heard + 0.5, 0];
    return entry.kind === 'user' ? [entry.seq, 0] : (places.get(entry.call) ?? [entry.seq, 0]);
  };
  const placed = entries.map(entry => ({entry, place: placeOf(entry)}));
  return placed.toSorted((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]).map(({entry}) => entry);
}

function described(entry: Entry, calls: ReadonlyMap<CallId, ToolCall>): Pick<ContextItem, 'who' | 'what'> {
  switch (entry.kind) {
    case 'user':
      return {who: 'user', what: entry.text};
    case 'assistant':
      return {who: 'model', what: replyWords(entry)};
    case 'result': {
      const call = calls.get(entry.call);
      return {who: 'result', what: call === undefined ? entry.call : `${entry.call} ${callTitle(call)}`};
    }
    case 'told':
      return {who: 'note', what: entry.text};
    default:
      return unreachable(entry);
  }
}

function replyWords({step, content}: Extract<Entry, {kind: 'assistant'}>): string {
  const text = content
    .flatMap(block => (block.type === 'text' ? [block.text.trim()] : []))
    .filter(part => part !== '')
    .join(' ');
  const calls = callsOf(content).map(call => `${call.id} ${call.tool}`);
  return [`step ${step}`, ...(text === '' ? [] : [text]), ...(calls.length === 0 ? [] : [calls.join(', ')])].join(' · ');
}
