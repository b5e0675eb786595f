import {unreachable} from '../../core/log/fold.ts';
import {markAfter, treeAt} from '../../core/projections/marks.ts';
import {staleRequest, turn as turnFold} from '../../core/turn/turn.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import type {SessionSettings} from '../../core/vocabulary/settings.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {maskedGroup} from '../masking.ts';
import type {Scene} from '../scene.ts';
import type {Cue} from './cues.ts';
import type {Progress} from './progress.ts';

type Giving = {progress: Progress; settings: (recorded: SessionSettings) => SessionSettings};

/** Does again what came from outside: words, the end of a turn, another run, a rewind, files that the user changed by hand. */
export function cueGiver(scene: Scene, {progress, settings}: Giving): {give: (cue: Cue) => Promise<void>; notes: () => readonly string[]} {
  const notes: string[] = [];
  /** The files before a rewind, by what they were then. */
  const trees = new Map<GitTree, GitTree>();

  const give = async (cue: Cue): Promise<void> => {
    switch (cue.do) {
      case 'record':
        return scene.record(cue.event);
      case 'stop':
        return stop(cue.event, scene);
      case 'settings':
        if (cue.newRun) await beginRun(scene);
        return scene.record({type: 'settings.changed', settings: settings(cue.settings)});
      case 'rewind':
        return rewind(cue.event);
      case 'files':
        return bringFiles(cue);
      default:
        return unreachable(cue);
    }
  };

  const rewind = async (event: Extract<SessionEvent, {type: 'session.rewound'}>): Promise<void> => {
    const through = progress.numberOf(event.through);
    const undoes = event.undoes === null ? null : progress.numberOf(event.undoes);
    const files = event.files === null ? null : await restored(event.files, event);
    scene.record({...event, through, undoes, files});
  };

  /** The files of the same step, as they were here; of a rewind that is taken back, those of before it. */
  const restored = async (
    {from, to}: {from: GitTree; to: GitTree},
    event: {to: number; undoes: number | null},
  ): Promise<{from: GitTree; to: GitTree} | null> => {
    const {marks} = scene.state();
    const mark = event.undoes === null ? markAfter(marks, event.to, {seq: scene.ports.log.last.seq, at: ''}) : null;
    const here = (mark === null ? null : treeAt(marks, mark)) ?? trees.get(to) ?? to;
    const done = await restore(here);
    if (done === null) return null;
    trees.set(from, done.from);
    return {from: done.from, to: here};
  };

  const bringFiles = async ({from, to}: Extract<Cue, {do: 'files'}>): Promise<void> => {
    const {tree, left_out} = scene.state().changes;
    if (tree !== from)
      return void notes.push('Files were changed by hand between two steps. They were not changed here, where the files differ already.');
    const done = await restore(to);
    if (done !== null) scene.record({type: 'files.checkpointed', step: scene.state().turn.step, tree: to, changed: done.changed, left_out});
  };

  const restore = async (to: GitTree) => {
    const {opened, changes} = scene.state();
    if (opened === null || changes.place === null) throw new Error('The session has not been opened.');
    try {
      return await scene.ports.worktrees.restore(changes.place, opened.session, to);
    } catch (error) {
      if (!(error instanceof WorktreeRefused)) throw error;
      notes.push(`Files could not be brought to where they were: ${error.message}`);
      return null;
    }
  };

  return {
    notes: () => notes,
    give: async cue => {
      await give(cue);
      progress.given(cue.seq, scene.ports.log.last.seq);
    },
  };
}

/** The turn ends by what ended it then, or where that does not fit here, by an interruption. */
function stop(event: SessionEvent, {state, record}: Scene): void {
  const {turn} = state();
  if (turn.owes === 'human') return;
  const after = turnFold.apply(turn, {seq: Number.MAX_SAFE_INTEGER, event} as Recorded);
  record(endings.has(event.type) && after.owes === 'human' ? event : {type: 'user.interrupted'});
}

const endings: ReadonlySet<SessionEvent['type']> = new Set(['user.interrupted', 'budget.reached', 'storm.noticed', 'model.failed']);

/** Nothing of the run before it is left running, and a request that waits for its reply is made again. */
async function beginRun({ports, state, record}: Scene): Promise<void> {
  const ended = await ports.shell.stopAll();
  record(...ended.map(group => ({type: 'process.ended' as const, group: maskedGroup(group, {ports, state}), by: 'stop' as const})));
  const {owes, step} = state().turn;
  if (owes !== 'reply') return;
  const error = {code: staleRequest, message: 'Another run of the program begins: the request is made again.', retryable: true};
  record({type: 'model.failed', step, attempt: 1, error, retry_in_ms: 0});
}
