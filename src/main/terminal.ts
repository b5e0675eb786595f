import type {Program} from '../agent/program.ts';
import type {Session} from '../agent/session.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Worktrees} from '../ports/worktree.ts';
import {runUi} from '../surfaces/ui/ui.ts';
import type {Parts} from './parts.ts';

/** The session in the terminal, with what it changed a key away. */
export async function runTerminal(
  options: Parameters<Program['terminal']>[0],
  {home, env, worktrees}: Parts,
): Promise<'quit' | 'interrupted'> {
  const {session, id} = options;
  return runUi({
    ...options,
    stdin: process.stdin,
    stdout: process.stdout,
    home,
    env,
    actions: {diff: async () => diff(session, await worktrees()), apply: async () => apply(session, id, await worktrees())},
  });
}

const none = 'Nothing was changed that is not applied.';

async function diff(session: Session, worktrees: Worktrees): Promise<string> {
  const {place, base, tree, applied} = session.state().changes;
  const from = applied ?? base;
  if (place === null || from === null || tree === null || from === tree) return none;
  const parts = await Array.fromAsync(worktrees.diff(place, from, tree, {color: false, stat: false}));
  return Buffer.concat(parts).toString('utf8').trimEnd() || none;
}

async function apply(session: Session, id: SessionId, worktrees: Worktrees): Promise<string> {
  const {repo, place, base, tree, applied} = session.state().changes;
  const from = applied ?? base;
  if (place?.kind === 'in-place') return 'The work is done in the checkout itself: there is nothing to bring over.';
  if (repo === null || from === null || tree === null) return none;
  const done = await worktrees.apply({repo, id, base: from, tree, conflicts: false, commit: null});
  switch (done.kind) {
    case 'nothing':
      return none;
    case 'conflict':
      return `Nothing was written. These conflict with the checkout:\n${done.files.map(({path, why}) => `  ${path}: ${why}`).join('\n')}\nFor conflict markers, when you have quit: agent apply ${id} --conflicts`;
    case 'applied':
      session.noteApplied({
        type: 'changes.applied',
        how: 'apply',
        tree,
        before: done.before,
        after: done.after,
        files: done.files.map(({path}) => path),
        commit: null,
      });
      return `Applied: ${done.files.map(({path}) => path).join(', ')}. Take it back, when you have quit: agent apply ${id} --undo`;
  }
}
