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
  records: readonly Recorded[];
  /** All entries of the transcript; after record i the first `shown[i]` of them were there, and the calls of `open[i]` had not ended. */
  entries: Growing<Entry>;
  shown: readonly number[];
  open: readonly (readonly CallCard[])[];
  taken_back: readonly TakenBack['spans'][];
  /** The newest step that was asked for. */
  asked: readonly number[];
  /** The last record of each step within the range, ascending; what came after the last request is a stop of its own. */
  stops: readonly {step: number; at: number}[];
  /** Every prompt within the range. */
  turns: readonly number[];
  files: StepFiles;
  range: Range;
};

/** Moments that can be gone to: from `begin`, the first at which there is something to see, to `last`. `entries` before the range are not shown. */
export type Range = {begin: number; last: number; hidden: number; first_step: number; last_step: number};

/** `from` and `to` are steps, both included; null is no limit. `records` holds at least one of the range. */
export function tapeOf({
  id,
  records,
  from,
  to,
}: {
  id: SessionId;
  records: readonly Recorded[];
  from: number | null;
  to: number | null;
}): Tape {
  let [state, step, back, files] = [transcript.initial, replayStep.initial, takenBack.initial, stepFiles.initial];
  const lists = {shown: [] as number[], open: [] as (readonly CallCard[])[], taken_back: [] as TakenBack['spans'][]};
  const [asked, steps, turns]: [number[], number[], number[]] = [[], [], []];
  for (const [index, record] of records.entries()) {
    state = transcript.apply(state, record);
    step = replayStep.apply(step, record);
    back = takenBack.apply(back, record);
    files = stepFiles.apply(files, record);
    lists.shown.push(state.done.length);
    lists.open.push(state.open);
    lists.taken_back.push(back.spans);
    asked.push(step.asked);
    steps.push(step.step);
    if (record.event.type === 'user.prompted') turns.push(index);
  }
  const {first, last} = rangeOf(steps, {from, to});
  const hidden = first === 0 ? 0 : (lists.shown[first - 1] ?? 0);
  const begin = firstSeen(lists.shown, {first, last, hidden});
  return {
    id,
    records,
    entries: state.done,
    ...lists,
    asked,
    turns: turns.filter(at => at >= first && at <= last),
    stops: stopsOf(steps, {first, last}),
    files,
    range: {begin, last, hidden, first_step: Math.max(1, steps[first] ?? 1), last_step: asked[last] ?? 0},
  };
}

type Ends = {first: number; last: number};

function rangeOf(steps: readonly number[], {from, to}: {from: number | null; to: number | null}): Ends {
  const first = from === null ? 0 : steps.findIndex(step => step >= from);
  const last = to === null ? steps.length - 1 : steps.findLastIndex(step => step <= to);
  if (first < 0 || last < first) throw new Error(`there is no record between step ${from} and step ${to}`);
  return {first, last};
}

function firstSeen(shown: readonly number[], {first, last, hidden}: Ends & {hidden: number}): number {
  let at = first;
  while (at < last && (shown[at] ?? 0) <= hidden) at++;
  return at;
}

function stopsOf(steps: readonly number[], {first, last}: Ends): readonly {step: number; at: number}[] {
  const stops: {step: number; at: number}[] = [];
  for (let at = first; at <= last; at++) if (at === last || steps[at] !== steps[at + 1]) stops.push({step: steps[at] ?? 0, at});
  return stops;
}
