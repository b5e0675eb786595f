import {Growing} from '../../../core/log/growing.ts';
import {replayStep} from '../../../core/projections/replay-step.ts';
import {stepFiles, type StepFiles} from '../../../core/projections/step-files.ts';
import {takenBack, type TakenBack} from '../../../core/projections/taken-back.ts';
import {transcript, type CallCard, type Entry} from '../../../core/projections/transcript.ts';
import type {Recorded} from '../../../core/vocabulary/event.ts';
import type {SessionId} from '../../../core/vocabulary/ids.ts';

/**
 * A session's log, folded once, so that going to any moment of it costs nothing: a moment is the index of a record, and what was known then stands in
 * the lists under that index. States of folds share what they have in common, so the lists hold little of their own.
 */
export type Tape = {
  id: SessionId;
  /** Whether all of the log was read. Until then `range.last` is as far as it was, and the lists may go on behind it. */
  whole: boolean;
  records: readonly Recorded[];
  /** All entries of the transcript; after record i the first `shown[i]` of them were there, and the calls of `open[i]` had not ended. */
  entries: Growing<Entry>;
  shown: readonly number[];
  open: readonly (readonly CallCard[])[];
  taken_back: readonly TakenBack['spans'][];
  /** The newest step that was asked for. */
  asked: readonly number[];
  /** The last record of each step within the range that has ended, ascending; what came after the last request is a stop of its own. */
  stops: readonly Stop[];
  /** Every prompt within the range. */
  turns: readonly number[];
  files: StepFiles;
  range: Range;
};

type Stop = {step: number; at: number};

/** Moments that can be gone to: from `begin`, the first at which there is something to see, to `last`. `entries` before the range are not shown. */
export type Range = {begin: number; last: number; hidden: number; first_step: number; last_step: number};

/** `from` and `to` are steps, both included; null is no limit. */
export type Limits = {id: SessionId; from: number | null; to: number | null};

/** `records` are a whole log, and hold at least one of the range. */
export function tapeOf({records, ...limits}: Limits & {records: readonly Recorded[]}): Tape {
  const maker = new TapeMaker(limits);
  for (const record of records) maker.take(record);
  const tape = maker.tape(true);
  if (tape === null) throw new Error(`there is no record between step ${limits.from} and step ${limits.to}`);
  return tape;
}

/** Makes a tape of records as they are read, each looked at once. */
export class TapeMaker {
  readonly #limits: Limits;
  readonly #lists = {
    records: [] as Recorded[],
    shown: [] as number[],
    open: [] as (readonly CallCard[])[],
    taken_back: [] as TakenBack['spans'][],
    asked: [] as number[],
  };
  readonly #stops: Stop[] = [];
  readonly #turns: number[] = [];
  #state = transcript.initial;
  #step = replayStep.initial;
  #back = takenBack.initial;
  #files = stepFiles.initial;
  /** The first record of the range; what is to be seen before it; where there is more to be seen than that. */
  #first: {at: number; step: number; hidden: number} | null = null;
  #seen: number | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  take(record: Recorded): void {
    const at = this.#lists.records.length;
    const before = this.#state.done.length;
    this.#state = transcript.apply(this.#state, record);
    this.#step = replayStep.apply(this.#step, record);
    this.#back = takenBack.apply(this.#back, record);
    this.#files = stepFiles.apply(this.#files, record);
    this.#lists.records.push(record);
    this.#lists.shown.push(this.#state.done.length);
    this.#lists.open.push(this.#state.open);
    this.#lists.taken_back.push(this.#back.spans);
    this.#lists.asked.push(this.#step.asked);
    const {from, to} = this.#limits;
    const {step} = this.#step;
    if (step < (from ?? 0) || step > (to ?? Infinity)) return;
    this.#first ??= {at, step, hidden: before};
    if (this.#seen === null && this.#state.done.length > this.#first.hidden) this.#seen = at;
    this.#stopAt({step, at});
    if (record.event.type === 'user.prompted') this.#turns.push(at);
  }

  /** Of what was read so far. Null where nothing is within the range, or while nothing of it can be seen and more is to come. */
  tape(whole: boolean): Tape | null {
    const last = this.#stops.at(-1)?.at;
    if (this.#first === null || last === undefined || (this.#seen === null && !whole)) return null;
    const {step, hidden} = this.#first;
    return {
      id: this.#limits.id,
      whole,
      ...this.#lists,
      entries: this.#state.done,
      // More of its last step may come.
      stops: whole ? [...this.#stops] : this.#stops.slice(0, -1),
      turns: [...this.#turns],
      files: this.#files,
      range: {begin: this.#seen ?? last, last, hidden, first_step: Math.max(1, step), last_step: this.#lists.asked[last] ?? 0},
    };
  }

  #stopAt(stop: Stop): void {
    if (this.#stops.at(-1)?.step === stop.step) this.#stops.pop();
    this.#stops.push(stop);
  }
}
