import {Anchors} from '../agent/anchors.ts';
import {leave} from '../agent/leave.ts';
import {maskedGroup} from '../agent/masking.ts';
import type {Ports} from '../agent/ports.ts';
import {play, type Played} from '../agent/rerun/player.ts';
import {settingsAgain} from '../agent/rerun/recorded-settings.ts';
import type {Score} from '../agent/rerun/score.ts';
import {sessionState} from '../core/projections/session-state.ts';
import type {Recorded, SessionEvent} from '../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../core/vocabulary/ids.ts';
import type {Log} from '../ports/log.ts';
import type {Shell} from '../ports/shell.ts';
import {WorktreeRefused, type Worktrees} from '../ports/worktree.ts';
import type {Parts} from './parts.ts';
import type {RerunSource} from './rerun-source.ts';
import {sessionPorts} from './session-ports.ts';

type Again = {again: SessionId; log: Log; stop: AbortSignal; opening: readonly SessionEvent[]};

/** Plays a session again with the real tools; when it is over nothing of it runs any more. */
export async function playedAgain(source: RerunSource, {again, log, stop, opening}: Again, parts: Parts): Promise<Played> {
  let state = sessionState.initial;
  const outputs = new Map<BlobRef, BlobRef>();
  const model = source.model(() => outputs);
  const heard = (record: Recorded): void => {
    state = sessionState.apply(state, record);
    noteOutput(record, {score: source.score, outputs});
  };
  const secrets = source.settings.redaction?.enabled === false ? null : await parts.secrets();
  const given = {log, id: again, model, models: noOther, secrets, parts};
  const real = await sessionPorts(given);
  const shell = anew(real.shell, async () => (await sessionPorts(given)).shell);
  const ports: Ports = {...real, worktrees: beginningWith(source, real.worktrees), shell};
  try {
    return await play({score: source.score, ports, settings: settingsAgain(model.name), heard, stop}, opening);
  } finally {
    const ended = await ports.shell.stopAll();
    const groups = ended.map(group => maskedGroup(group, {ports, state: () => state}));
    const record = (...events: SessionEvent[]) => void log.append(...events);
    record(...groups.map(group => ({type: 'process.ended' as const, group, by: 'stop' as const})));
    await leave({ports, state: () => state, record, anchors: new Anchors(ports, () => again)});
    await ports.lines.rest();
  }
}

/** The outputs of the recorded session, and those of the same calls here. */
function noteOutput({event}: Recorded, {score, outputs}: {score: Score; outputs: Map<BlobRef, BlobRef>}): void {
  if (event.type !== 'tool.finished' || !('shown' in event.outcome) || event.outcome.shown === undefined) return;
  const was = score.calls.get(event.call)?.outcome ?? null;
  if (was !== null && 'shown' in was && was.shown !== undefined) outputs.set(was.shown.blob, event.outcome.shown.blob);
}

const noOther = {
  found: async () => [],
  open: async (name: string) => ({
    failure: {code: 'unknown-model', message: `Only recorded replies are given, and none of ${name}.`, retryable: false},
  }),
  usual: async () => ({failure: {code: 'no-model', message: 'Only recorded replies are given.', retryable: false}}),
};

/** After everything was ended, as between two runs of the program, background commands are counted from the first again. */
function anew(first: Shell, another: () => Promise<Shell>): Shell {
  let current = first;
  return {
    run: (command, signal) => current.run(command, signal),
    start: command => current.start(command),
    warm: where => current.warm(where),
    background: id => current.background(id),
    backgrounds: () => current.backgrounds(),
    stopAll: async () => {
      const ended = await current.stopAll();
      current = await another();
      return ended;
    },
  };
}

/** The worktree is made of the recorded session's first tree, and not of the checkout as it is now. */
function beginningWith({id, base, head}: RerunSource, worktrees: Worktrees): Worktrees {
  return {
    ...worktrees,
    prepare: async (repo, place, again) => {
      await worktrees.adopt(repo, place, {id: again, from: id, trees: [base]});
      try {
        return await worktrees.open(repo, place, again, base);
      } catch (error) {
        // Its commit may have been collected since: then git has the checkout's own one, under the same files.
        if (!(error instanceof WorktreeRefused) || error.code !== 'git-refused' || head === null || head === place.head) throw error;
        return worktrees.open(repo, {...place, head}, again, base);
      }
    },
  };
}
