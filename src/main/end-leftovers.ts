import {endSurvivors} from '../adapters/processes/process-table.ts';
import {Stop} from '../agent/stop.ts';
import {sha256} from '../core/log/chain.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {ProcessGroup} from '../core/vocabulary/outcome.ts';

/**
 * What a killed run left behind is ended before anything else may write in the worktree. It is found by its groups, and by the keys of all
 * calls: a daemon that an earlier call left running on purpose is in a group of its own that no record names.
 */
export async function endLeftovers({groups, opened, called}: SessionState): Promise<SessionEvent[]> {
  const keys = [...called].map(id => sha256(JSON.stringify([opened?.session, id])));
  const {ended: killed, stuck} = await endSurvivors(groups, keys, grace_ms);
  const [first] = stuck;
  if (first !== undefined)
    throw new Stop(
      1,
      `A process of the earlier run is still there and cannot be ended: group ${first.pgid} (${first.command}). End it by hand, then: agent resume --last`,
    );
  const gone = groups.filter(group => !killed.some(({pgid, started: at}) => pgid === group.pgid && at === group.started));
  return [...killed.map(group => ended(group, 'recovery')), ...gone.map(group => ended(group, 'itself'))];
}

const ended = (group: ProcessGroup, by: 'recovery' | 'itself'): SessionEvent => ({type: 'process.ended', group, by});

const grace_ms = 500;
