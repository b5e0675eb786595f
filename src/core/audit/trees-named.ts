import type {SessionEvent} from '../vocabulary/event.ts';
import type {GitTree} from '../vocabulary/ids.ts';

/** Every tree of the checkpoint store that an event names. */
export function treesNamed(event: SessionEvent): readonly GitTree[] {
  switch (event.type) {
    case 'worktree.prepared':
      return [event.base];
    case 'files.checkpointed':
      return [event.tree];
    case 'changes.applied':
      return [event.tree, event.before, event.after];
    case 'session.resumed':
      return typeof event.worktree === 'object' ? [event.worktree.tree] : [];
    case 'session.forked':
      return event.tree === null ? [] : [event.tree];
    case 'session.rewound':
      return event.files === null ? [] : [event.files.from, event.files.to];
    default:
      return [];
  }
}
