import type {OpenSession, SessionActions} from '../agent/program.ts';
import type {Session} from '../agent/session.ts';
import {visibleLines} from '../core/text/visible.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Worktrees} from '../ports/worktree.ts';
import {leftOutLine} from '../surfaces/cli/left-out.ts';
import type {Parts} from './parts.ts';

/** What a person can do with an open session's changes; each answers what to show. It is decided by: nothing in it is hidden. */
export function sessionActions({session, id}: Pick<OpenSession, 'session' | 'id'>, {worktrees}: Pick<Parts, 'worktrees'>): SessionActions {
  return {
    diff: async () => visibleLines(await diff(session, await worktrees())),
    apply: async () => visibleLines(await apply(session, id, await worktrees())),
  };
}

const none = 'Nothing was changed that is not applied.';

async function diff(session: Session, worktrees: Worktrees): Promise<string> {
  const {place, base, tree, applied} = session.state().changes;
  const from = applied ?? base;
  if (place === null || from === null || tree === null || from === tree) return none;
  const parts = await Array.fromAsync(worktrees.diff(place, from, tree, {color: false, stat: false}));
  return withLeftOut(session, Buffer.concat(parts).toString('utf8').trimEnd() || none);
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
        tree: done.tree,
        before: done.before,
        after: done.after,
        files: done.files.map(({path}) => path),
        commit: null,
      });
      return withLeftOut(
        session,
        `Applied: ${done.files.map(({path}) => path).join(', ')}. Take it back, when you have quit: agent apply ${id} --undo`,
      );
  }
}

/** What neither shows nor brings is said beside it. */
function withLeftOut(session: Session, text: string): string {
  const line = leftOutLine(session.state().changes);
  return line === null ? text : `${text}\n${line}`;
}
