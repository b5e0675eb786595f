import {isSessionEvent} from '../../core/log/event-types.ts';
import {Lineage} from '../../core/log/lineage.ts';
import type {Moved} from '../../core/projections/changes.ts';
import {markAfter, marks, newestMark, treeAt, type Mark, type Marks} from '../../core/projections/marks.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
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
  /** Where a later resume found that the repository is. */
  moved: Moved | null;
  /** What was taken out of its records later: that stands behind them. */
  redacted: readonly Redaction[];
  state: SessionState;
  tree: GitTree | null;
  prompt: string | null;
};

export type Redaction = Extract<SessionEvent, {type: 'session.redacted'}>;

/** `step` null is the newest. `before`: not behind the step, but before the prompt of its turn. */
export type Wanted = {step: number | null; before: 'prompt' | null};

/** Null where the session has no such step, or no prompt before it. Reads the log twice: where the step ends is known only behind it. */
export async function forkPoint(read: () => AsyncIterable<Recorded<{type: string}>>, wanted: Wanted): Promise<ForkPoint | null> {
  const {all, end, moved, redacted: found} = await marked(read());
  const mark = markOf(all, wanted, end);
  if (mark === null || mark.through < 0) return null;
  let state = sessionState.initial;
  const lineage = new Lineage();
  for await (const record of read()) {
    lineage.take(record);
    if (isSessionEvent(record.event)) state = sessionState.apply(state, record as Recorded);
    if (record.seq !== mark.through) continue;
    const owner = lineage.owner as SessionId | null;
    const since = moved !== null && moved.seq > mark.through ? moved.to : null;
    const redacted = found.filter(({seq}) => seq > mark.through).map(({event}) => event);
    return {
      seq: record.seq,
      hash: record.hash,
      step: mark.step,
      owner,
      moved: since,
      redacted,
      state,
      tree: treeAt(all, mark),
      prompt: mark.prompt,
    };
  }
  return null;
}

/** The newest step of a session; 0 where it has none. */
export async function newestStep(read: () => AsyncIterable<Recorded<{type: string}>>): Promise<number> {
  return (await marked(read())).all.step;
}

type Marked = {
  all: Marks;
  end: {seq: number; at: string};
  moved: {seq: number; to: Moved} | null;
  redacted: readonly {seq: number; event: Redaction}[];
};

async function marked(records: AsyncIterable<Recorded<{type: string}>>): Promise<Marked> {
  let all = marks.initial;
  let end = {seq: -1, at: ''};
  let moved: Marked['moved'] = null;
  const redacted: {seq: number; event: Redaction}[] = [];
  for await (const record of records) {
    end = record;
    const {event} = record;
    if (!isSessionEvent(event)) continue;
    all = marks.apply(all, record as Recorded);
    if (event.type === 'session.resumed' && event.moved !== undefined) moved = {seq: record.seq, to: event.moved};
    if (event.type === 'session.redacted') redacted.push({seq: record.seq, event});
  }
  return {all, end, moved, redacted};
}

function markOf(all: Marks, {step, before}: Wanted, end: {seq: number; at: string}): Mark | null {
  if (step !== null && step > all.step) return null;
  if (before === null) return step === null ? newestMark(all, end) : markAfter(all, step, end);
  return [...all.marks].findLast(mark => mark.prompt !== null && (step === null || mark.step < step)) ?? null;
}
