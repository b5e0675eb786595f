import type {Fold} from '../log/fold.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {ProcessGroup} from '../vocabulary/outcome.ts';

/** Process groups that were started and of which no end is recorded. After a crash these are looked for and ended. */
export type LiveGroups = readonly ProcessGroup[];

export const liveGroups: Fold<LiveGroups> = {initial: [], apply};

function apply(state: LiveGroups, {event}: Recorded): LiveGroups {
  switch (event.type) {
    case 'process.spawned':
      return [...state, event.group];
    case 'process.ended':
      return state.filter(group => !isSame(group, event.group));
    // They are the parent's.
    case 'session.forked':
      return [];
    default:
      return state;
  }
}

const isSame = (a: ProcessGroup, b: ProcessGroup): boolean => a.pgid === b.pgid && a.started === b.started;
