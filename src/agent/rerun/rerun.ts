import {leastAlike, type Likeness} from '../../core/compare/likeness.ts';
import type {Sides} from '../../core/compare/lines-alike.ts';
import type {Volatile} from '../../core/compare/mask-volatile.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Ports} from '../ports.ts';
import {compareCall, type CallAlike} from './compare-calls.ts';
import {treeComparer, type TreesAlike} from './compare-trees.ts';
import type {Played} from './player.ts';
import {scoreOf, type Score} from './score.ts';

/** What `agent replay --rerun` is asked. */
export type RerunRequest = {
  /** Keep the new session and its worktree also where nothing differs. */
  keep: boolean;
  /** Whether the commands may run again. Where it answers false, nothing was done. */
  approve: (calls: readonly string[]) => Promise<boolean>;
  stop: AbortSignal;
};

/** `rerun` is the new session; null where it was taken away again. `stuck`: why the steps from there on did not come about again. */
export type Rerun = {
  session: SessionId;
  rerun: SessionId | null;
  likeness: Likeness;
  calls: readonly CallAlike[];
  trees: readonly TreesAlike[];
  stuck: string | null;
  notes: readonly string[];
};

export type RerunAnswer = {kind: 'ran'; rerun: Rerun} | {kind: 'declined'} | {kind: 'interrupted'; rerun: SessionId | null};

type Runs = {score: Score; played: Played; again: readonly Recorded[]};
type Where = {ports: Pick<Ports, 'blobs' | 'worktrees'>; places: Sides<readonly Volatile[]>};

/** What came of it, call by call and step by step. */
export async function compareRuns(
  {score, played, again}: Runs,
  {ports: {blobs, worktrees}, places}: Where,
): Promise<Pick<Rerun, 'likeness' | 'calls' | 'trees' | 'stuck' | 'notes'>> {
  const now = scoreOf(again);
  const calls: CallAlike[] = [];
  for (const call of score.calls.values())
    calls.push(await compareCall(call, now.calls.get(call.call.id)?.outcome ?? null, {blobs, places}));
  const {place} = played.state.changes;
  const trees: TreesAlike[] = [];
  const compare = place === null ? null : treeComparer({worktrees, place, places});
  for (const [step, was] of score.trees) {
    const tree = now.trees.get(step);
    if (tree !== undefined && compare !== null) trees.push(await compare(step, {was, now: tree}));
  }
  const alike = [
    ...calls.map(({likeness}) => likeness).filter(likeness => likeness !== 'not-compared'),
    ...trees.map(({likeness}) => likeness),
  ];
  const likeness = leastAlike(played.stuck === null ? alike : [...alike, 'different']);
  return {likeness, calls, trees, stuck: played.stuck, notes: played.notes};
}
