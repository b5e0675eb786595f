import type {Recorded} from '../vocabulary/event.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import {callsIn, type StepRow} from './step-rows.ts';

/** Where two sessions part: how many records they share byte for byte, as forks do, and how many steps went the same. */
export type Parting = {records: number; steps: number};

/** Two steps went the same where the same was said, replied and called, and each call came to the same end with the same output. */
export function parting(left: Side, right: Side): Parting {
  return {
    records: shared(left.records, right.records, (a, b) => a.hash === b.hash),
    steps: shared(left.rows, right.rows, (a, b) => keyOf(a) === keyOf(b)),
  };
}

export type Side = {records: readonly Pick<Recorded, 'hash'>[]; rows: readonly StepRow[]};

function shared<T>(left: readonly T[], right: readonly T[], same: (a: T, b: T) => boolean): number {
  const most = Math.min(left.length, right.length);
  let count = 0;
  while (count < most && same(left[count]!, right[count]!)) count++;
  return count;
}

function keyOf(row: StepRow): string {
  const {said, content, outcomes, notes} = row;
  const blocks = content.map(block =>
    block.type === 'call' ? [block.tool, block.input, block.malformed] : block.type === 'text' ? block.text : null,
  );
  return JSON.stringify([said, blocks, callsIn(row).map(({id}) => endOf(outcomes.get(id))), notes]);
}

function endOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined) return null;
  const shown = 'shown' in outcome && outcome.shown !== undefined ? outcome.shown.streams : null;
  const pipes = shown === null ? null : [shown.stdout.sha256, shown.stderr.sha256];
  const end =
    outcome.kind === 'ran' ? [outcome.exit, outcome.signal, outcome.settled] : outcome.kind === 'failed' ? outcome.error.message : null;
  return [outcome.kind, end, pipes];
}
