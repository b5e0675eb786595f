import {isSessionEvent} from '../../core/log/event-types.ts';
import {Lineage} from '../../core/log/lineage.ts';
import {markAfter, marks, newestMark, treeAt, type Mark, type Marks} from '../../core/projections/marks.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId, Sha256} from '../../core/vocabulary/ids.ts';

/**
 * Where a session is forked: its state as record `seq` left it, and the files of that step, which may have been checkpointed only after it. `owner` is the session whose
 * record that is: of a fork, one that it came from, where the step lies before its own.
 */
export type ForkPoint = {
  seq: number;
  hash: Sha256;
  step: number;
  owner: SessionId | null;
  state: SessionState;
  tree: GitTree | null;
  prompt: string | null;
};

/** `step` null is the newest. `before`: not behind the step, but before the prompt of its turn. */
export type Wanted = {step: number | null; before: 'prompt' | null};

/** Null where the session has no such step, or no prompt before it. Reads the log twice: where the step ends is known only behind it. */
export async function forkPoint(read: () => AsyncIterable<Recorded<{type: string}>>, wanted: Wanted): Promise<ForkPoint | null> {
  const {all, end} = await marked(read());
  const mark = markOf(all, wanted, end);
  if (mark === null || mark.through < 0) return null;
  let state = sessionState.initial;
  const lineage = new Lineage();
  for await (const record of read()) {
    lineage.take(record);
    if (isSessionEvent(record.event)) state = sessionState.apply(state, record as Recorded);
    if (record.seq !== mark.through) continue;
    const owner = lineage.owner as SessionId | null;
    return {seq: record.seq, hash: record.hash, step: mark.step, owner, state, tree: treeAt(all, mark), prompt: mark.prompt};
  }
  return null;
}

/** The newest step of a session; 0 where it has none. */
export async function newestStep(read: () => AsyncIterable<Recorded<{type: string}>>): Promise<number> {
  return (await marked(read())).all.step;
}

async function marked(records: AsyncIterable<Recorded<{type: string}>>): Promise<{all: Marks; end: {seq: number; at: string}}> {
  let all = marks.initial;
  let end = {seq: -1, at: ''};
  for await (const record of records) {
    if (isSessionEvent(record.event)) all = marks.apply(all, record as Recorded);
    end = record;
  }
  return {all, end};
}

function markOf(all: Marks, {step, before}: Wanted, end: {seq: number; at: string}): Mark | null {
  if (step !== null && step > all.step) return null;
  if (before === null) return step === null ? newestMark(all, end) : markAfter(all, step, end);
  return [...all.marks].findLast(mark => mark.prompt !== null && (step === null || mark.step < step)) ?? null;
}
