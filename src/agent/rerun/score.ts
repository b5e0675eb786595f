import {callsOf} from '../../core/context/trace.ts';
import {turn as turnFold} from '../../core/turn/turn.ts';
import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import {cueOf, treeAfter, type Cue} from './cues.ts';

/**
 * A recorded session as something to be played again: what the agent did of itself, with the numbers of its records, and what came from outside, in order. Numbers are those of the
 * recorded log.
 */
export type Score = {
  calls: ReadonlyMap<CallId, ScoredCall>;
  /** What shows where the session stands, in order. */
  milestones: readonly Milestone[];
  /** Milliseconds that the reply of a step took. */
  waits: ReadonlyMap<number, number>;
  cues: readonly Cue[];
  /** The files after each step, as the session itself left them. */
  trees: ReadonlyMap<number, GitTree>;
};

/** A request of a step was made, or answered; a call began, or ended. `id` is the step or the call. */
export type Milestone = {seq: number; what: 'assembled' | 'replied' | 'started' | 'finished'; id: number | CallId};

/** `started` and `finished` are null where it never was. */
export type ScoredCall = {
  call: ToolCall;
  step: number;
  judged: number | null;
  read_only: boolean;
  started: {seq: number; at: number} | null;
  finished: number | null;
  outcome: Outcome | null;
};

export function scoreOf(records: readonly Recorded[]): Score {
  const score = {
    calls: new Map<CallId, ScoredCall>(),
    milestones: [] as Milestone[],
    waits: new Map<number, number>(),
    cues: [] as Cue[],
    trees: new Map<number, GitTree>(),
  };
  let before = turnFold.initial;
  let tree: GitTree | null = null;
  let asked = 0;
  for (const record of records) {
    const after = turnFold.apply(before, record);
    take(score.calls, record);
    const milestone = milestoneOf(record);
    if (milestone !== null) score.milestones.push(milestone);
    // A request that the model refused is planned anew: here it is made only as it was answered.
    if (record.event.type === 'model.failed' && before.owes === 'reply' && after.owes === 'request')
      dropRequest(score.milestones, record.event.step);
    const cue = cueOf(record, {before, after, tree, records});
    if (cue !== null) score.cues.push(cue);
    const {event} = record;
    if (event.type === 'context.assembled') asked = Date.parse(record.at);
    // A clock may have been set back.
    if (event.type === 'model.replied') score.waits.set(event.step, Math.max(0, Date.parse(record.at) - asked));
    if (event.type === 'files.checkpointed' && cue === null && !score.trees.has(event.step)) score.trees.set(event.step, event.tree);
    // A step may have been checkpointed only when the next one was under way, which is not the fork's any more.
    if (event.type === 'session.forked' && event.tree !== null && !score.trees.has(event.from.step))
      score.trees.set(event.from.step, event.tree);
    tree = treeAfter(event) ?? tree;
    before = after;
  }
  score.cues.sort((a, b) => a.seq - b.seq);
  return score;
}

/** What shows that the same has come about, in a recorded session and in the one that plays it again. */
export function milestoneOf({seq, event}: Recorded): Milestone | null {
  switch (event.type) {
    case 'context.assembled':
      return {seq, what: 'assembled', id: event.step};
    case 'model.replied':
      return {seq, what: 'replied', id: event.step};
    case 'tool.started':
      return {seq, what: 'started', id: event.call};
    case 'tool.finished':
      return {seq, what: 'finished', id: event.call};
    default:
      return null;
  }
}

function dropRequest(milestones: Milestone[], step: number): void {
  const index = milestones.findLastIndex(({what, id}) => what === 'assembled' && id === step);
  if (index !== -1) milestones.splice(index, 1);
}

function take(calls: Map<CallId, ScoredCall>, {seq, at, event}: Recorded): void {
  const change = (id: CallId, to: (call: ScoredCall) => Partial<ScoredCall>) => {
    const call = calls.get(id);
    if (call !== undefined) calls.set(id, {...call, ...to(call)});
  };
  switch (event.type) {
    case 'model.replied':
      for (const call of callsOf(event.content)) calls.set(call.id, {call, step: event.step, ...untouched});
      return;
    case 'tool.judged':
      return change(event.call, ({judged}) => ({judged: judged ?? seq, read_only: event.read_only}));
    case 'tool.started':
      return change(event.call, () => ({started: {seq, at: Date.parse(at)}}));
    case 'tool.finished':
      return change(event.call, () => ({finished: seq, outcome: event.outcome}));
    default:
      return;
  }
}

const untouched = {judged: null, read_only: false, started: null, finished: null, outcome: null};
