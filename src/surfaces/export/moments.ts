import {isSessionEvent} from '../../core/log/event-types.ts';
import {Growing} from '../../core/log/growing.ts';
import {transcript, type CallCard, type Entry} from '../../core/projections/transcript.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';

/**
 * What can be stopped at when a session is told from its beginning: a prompt, a step with its calls, or what came between. `turn` counts from 1; 0 is before the
 * first prompt. `step` is null where it is none.
 */
export type Moment = {turn: number; step: number | null; at: string; pieces: readonly Piece[]};

/** As in the transcript; a call may also never have ended. */
export type Piece =
  | (Extract<Entry, {kind: 'prompt'}> & {whole: Excerpt | null})
  | Exclude<Entry, {kind: 'prompt' | 'call'}>
  | {kind: 'call'; card: CallCard}
  | {kind: 'replaced'; call: CallId; outcome: Outcome};

/** The moments of a log in their order, one at a time: what was told is not kept. */
export async function* moments(records: AsyncIterable<Recorded<SessionEvent | UnknownEvent>>): AsyncGenerator<Moment> {
  const teller = new Teller();
  for await (const record of records) if (isSessionEvent(record.event)) yield* teller.hear(record as Recorded);
  yield* teller.end();
}

class Teller {
  #told = transcript.initial;
  #now: (Moment & {pieces: Piece[]}) | null = null;
  #turn = 0;

  *hear(record: Recorded): Generator<Moment> {
    const {at, event} = record;
    if (event.type === 'user.prompted') {
      yield* this.end();
      this.#turn++;
    }
    if (event.type === 'model.replied') {
      yield* this.end();
      this.#now = {turn: this.#turn, step: event.step, at, pieces: []};
    }
    // Only what this record adds is taken up: the transcript of a long session would not fit.
    this.#told = transcript.apply({...this.#told, done: new Growing()}, record);
    for (const piece of piecesOf(record, this.#told.done)) yield* this.#take(piece, at);
  }

  /** Calls of which no end is recorded come last. */
  *end(): Generator<Moment> {
    this.#now?.pieces.push(...this.#told.open.map(card => ({kind: 'call' as const, card})));
    this.#told = {...this.#told, open: []};
    yield* this.#close();
  }

  *#take(piece: Piece, at: string): Generator<Moment> {
    const belongs = piece.kind === 'call' || piece.kind === 'answer' || piece.kind === 'thought' || this.#told.open.length > 0;
    if (!belongs) yield* this.#close();
    this.#now ??= {turn: this.#turn, step: null, at, pieces: []};
    this.#now.pieces.push(piece);
  }

  *#close(): Generator<Moment> {
    if (this.#now !== null) yield this.#now;
    this.#now = null;
  }
}

function piecesOf({event}: Recorded, entries: Iterable<Entry>): readonly Piece[] {
  if (event.type === 'result.replaced') return [{kind: 'replaced', call: event.call, outcome: event.outcome}];
  const whole = event.type === 'user.prompted' || event.type === 'user.steered' ? (event.whole ?? null) : null;
  return [...entries].map(entry => (entry.kind === 'prompt' ? {...entry, whole} : entry));
}
