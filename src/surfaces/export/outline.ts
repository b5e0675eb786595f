import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Fold} from '../../core/log/fold.ts';
import {card, type Card} from '../../core/projections/card.ts';
import {changes, type Changes} from '../../core/projections/changes.ts';
import {usage, type UsageTotals} from '../../core/projections/usage.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {moments, type Moment} from './moments.ts';
import type {FileChange, Source} from './source.ts';

/** What has to be known of a whole session before its first moment can be written. */
export type Outline = {
  card: Card;
  usage: UsageTotals;
  moments: number;
  /** `moment` is the turn's first, from 1. */
  turns: readonly {turn: number; moment: number; at: string; prompt: string}[];
  /** How many texts of any length there are to be shown. */
  texts: number;
  /** Which trees to compare, by the step that made the difference. */
  files: ReadonlyMap<number, readonly FileChange[]>;
  /** How many records were read: a session that is still at work has more by now. */
  records: number;
  damaged: LogDamaged | null;
};

/** Reads the log once, as far as it can be read. */
export async function outlineOf(source: Pick<Source, 'records'>): Promise<Outline> {
  const seen = new Seen();
  const count = {moments: 0, texts: 0};
  const turns: {turn: number; moment: number; at: string; prompt: string}[] = [];
  for await (const moment of moments(seen.through(source.records()))) {
    count.moments++;
    count.texts += moment.pieces.filter(({kind}) => kind === 'call' || kind === 'replaced').length;
    const opens = promptOf(moment);
    if (opens !== null) turns.push({turn: moment.turn, moment: count.moments, at: moment.at, prompt: opens});
  }
  const {card, usage, files, records, damaged} = seen;
  return {card, usage, ...count, turns, files, records, damaged};
}

/** The records that the outline was made of. */
export async function* outlined(
  {records}: Pick<Outline, 'records'>,
  source: Pick<Source, 'records'>,
): AsyncGenerator<Recorded<SessionEvent | UnknownEvent>> {
  if (records === 0) return;
  let left = records;
  for await (const record of source.records()) {
    yield record;
    if (--left === 0) return;
  }
}

function promptOf({pieces: [first]}: Moment): string | null {
  return first?.kind === 'prompt' && !first.steering ? (first.text.trim().split('\n')[0] ?? '').slice(0, longestTitle) : null;
}

const longestTitle = 120;

/** Folds over the records that go by. */
class Seen {
  card = card.initial;
  usage = usage.initial;
  records = 0;
  damaged: LogDamaged | null = null;
  readonly files = new Map<number, FileChange[]>();
  #changes: Changes = changes.initial;

  async *through(records: AsyncIterable<Recorded<SessionEvent | UnknownEvent>>): AsyncGenerator<Recorded> {
    try {
      for await (const record of records) {
        this.records++;
        if (!isSessionEvent(record.event)) continue;
        this.#see(record as Recorded);
        yield record as Recorded;
      }
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      this.damaged = error;
    }
  }

  #see(record: Recorded): void {
    const {event} = record;
    this.card = next(card, this.card, record);
    this.usage = next(usage, this.usage, record);
    const {tree: from} = this.#changes;
    this.#changes = next(changes, this.#changes, record);
    const {place} = this.#changes;
    const made = filesMade(event);
    if (made === null || from === null || place === null || from === made.to) return;
    this.files.set(made.step, [...(this.files.get(made.step) ?? []), {place, from, to: made.to}]);
  }
}

/** The files after a step: as its checkpoint has them, or the fork that was made before there was one. */
function filesMade(event: SessionEvent): {step: number; to: GitTree} | null {
  if (event.type === 'files.checkpointed') return {step: event.step, to: event.tree};
  return event.type === 'session.forked' && event.tree !== null ? {step: event.from.step, to: event.tree} : null;
}

const next = <State>({apply}: Fold<State>, state: State, record: Recorded): State => apply(state, record);
