import {markAfter, treeAt, undoable, type Mark, type Rewound} from '../core/projections/marks.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {GitTree} from '../core/vocabulary/ids.ts';
import type {Worktrees} from '../ports/worktree.ts';

/**
 * Where to go back to: the end of a step, before a prompt (`through` names its mark), or to before the last rewind. `force`: also over files that somebody else has changed
 * since the last checkpoint; they are in that checkpoint then.
 */
export type RewindRequest = {to: {step: number} | {through: number} | 'undo'; what: 'talk' | 'files' | 'both'; force: boolean};

/** `differs`: nothing was done yet, since these files would be overwritten. `prompt` is what the user had said next. */
export type Rewind =
  | {kind: 'rewound'; event: RewoundEvent; prompt: string | null; files: readonly string[]}
  | {kind: 'differs'; files: readonly string[]}
  | {kind: 'refused'; why: string};

type RewoundEvent = Extract<SessionEvent, {type: 'session.rewound'}>;

export type Rewinding = {
  state: () => SessionState;
  /** The number of the newest record on the log. */
  end: () => number;
  record: (event: SessionEvent) => void;
  worktrees: Pick<Worktrees, 'checkpoint' | 'changed' | 'restore'>;
};

/** Takes conversation, files or both back. The session rests, and its place is open. The files first: a crash behind them leaves a worktree that differs from its checkpoint, which the next resume tells. */
export async function rewind(request: RewindRequest, on: Rewinding): Promise<Rewind> {
  const goal = goalOf(request, on);
  if ('why' in goal) return {kind: 'refused', why: goal.why};
  const moved = goal.what === 'talk' || goal.tree === null ? null : await moveFiles(goal.tree, request.force, on);
  if (moved !== null && 'differs' in moved) return {kind: 'differs', files: moved.differs};
  const event: RewoundEvent = {
    type: 'session.rewound',
    to: goal.to,
    what: goal.what,
    through: goal.through,
    files: moved === null ? null : {from: moved.from, to: moved.to},
    undoes: goal.undoes,
  };
  on.record(event);
  return {kind: 'rewound', event, prompt: goal.prompt, files: moved?.changed ?? []};
}

type Goal = Pick<RewoundEvent, 'to' | 'what' | 'through' | 'undoes'> & {tree: GitTree | null; prompt: string | null};

function goalOf({to, what}: RewindRequest, on: Rewinding): Goal | {why: string} {
  const {marks} = on.state();
  if (to === 'undo') {
    const last = undoable(marks);
    return last === null ? {why: 'There is no rewind that could be taken back.'} : undoing(last);
  }
  const mark =
    'step' in to
      ? markAfter(marks, to.step, {seq: on.end(), at: ''})
      : ([...marks.marks].find(({through}) => through === to.through) ?? null);
  if (mark === null) return {why: 'step' in to ? `There is no step ${to.step}: the newest is ${marks.step}.` : 'There is no such prompt.'};
  if (what !== 'files' && !isSaid(on.state(), mark)) return {why: notSaid(mark, on.state())};
  const tree = treeAt(marks, mark);
  if (what === 'files' && tree === null) return {why: 'No files were kept by then.'};
  const end = 'step' in to || what === 'files' ? mark.step : stepSaid(on.state(), mark);
  return {to: end, what, through: mark.through, undoes: null, tree, prompt: mark.prompt};
}

const undoing = ({seq, to, what, files}: Rewound): Goal => ({
  to,
  what,
  through: seq - 1,
  undoes: seq,
  tree: files?.from ?? null,
  prompt: null,
});

/** Whether the conversation still holds what stands right before the mark, or the prompt right behind it. */
function isSaid({trace}: SessionState, {step, through}: Mark): boolean {
  if (step === 0) return true;
  return (
    [...trace.entries].some(
      entry =>
        (entry.seq <= through && entry.kind === 'assistant' && entry.step === step) ||
        (entry.seq === through + 1 && entry.kind === 'user' && !entry.steering),
    ) || trace.entries.at(-1)?.seq === through
  );
}

const notSaid = ({step}: Mark, {opened}: SessionState): string =>
  `What was said by step ${step} is no part of the conversation any more: a rewind took it back, or it gave way to what came later.
A new session can begin there: agent fork ${opened?.session ?? ''}@${step}   and the files alone can go back: agent rewind --to ${step} --files`;

/** The step that the conversation ends with at the mark: before a prompt behind a rewind that is not the one before it. */
function stepSaid({trace}: SessionState, {step, through}: Mark): number {
  const before = [...trace.entries].findLast(entry => entry.seq <= through && entry.kind === 'assistant');
  return before?.kind === 'assistant' ? before.step : step;
}

type Moved = {from: GitTree; to: GitTree; changed: readonly string[]};

async function moveFiles(
  to: GitTree,
  force: boolean,
  {state, record, worktrees}: Rewinding,
): Promise<Moved | {differs: readonly string[]} | null> {
  const {changes, opened, turn} = state();
  const {place, tree} = changes;
  if (place === null || opened === null || tree === null || turn.place !== 'ready') return null;
  const id = opened.session;
  const now = await worktrees.checkpoint(place, id);
  const isForeign = now !== null && now.changed.length > 0 && turn.unsaved === null;
  if (now !== null) record({type: 'files.checkpointed', step: turn.step, ...now, ...(isForeign ? {by: 'other' as const} : {})});
  const from = now?.tree ?? tree;
  const foreign = new Set(now?.changed ?? []);
  const touched = await worktrees.changed(place, from, to);
  const differs = touched.map(({path}) => path).filter(path => foreign.has(path));
  if (differs.length > 0 && !force) return {differs};
  const {changed} = await worktrees.restore(place, id, to);
  return {from, to, changed};
}
