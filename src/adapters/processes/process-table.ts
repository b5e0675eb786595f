import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {endFamily} from './end-family.ts';
import {family, groupsOf} from './family.ts';
import {groupExists, moment, startTime} from './table.ts';

/** Tells a process from a later one with the same pid. Null where there is no such process; a zombie is none. Cheap on Linux, some milliseconds elsewhere. */
export function startTimeOf(pid: number): string | null {
  return startTime(pid);
}

/** Whether anything is left of a group, its leader or not. */
export function isAlive(group: ProcessGroup): boolean {
  if (!groupExists(group.pgid) || moment(group.started) === null) return false;
  return family({groups: [group], keys: none}).length > 0;
}

/** After a crash: what still runs of these groups and of the commands with these idempotency keys, daemons that left their group included. */
export function survivors(groups: readonly ProcessGroup[], keys: Iterable<string> = []): ProcessGroup[] {
  return groupsOf(family({groups, keys: new Set(keys)}), groups);
}

/**
 * TERM, then KILL after `grace` milliseconds, to the group and to all that descends from it. Resolves when nothing is left (true), or with
 * false where something cannot be ended: another user's process, or one that hangs in the kernel.
 */
export async function endGroup(group: ProcessGroup, grace: number): Promise<boolean> {
  const left = await endFamily({groups: [group], keys: none}, {grace});
  return left.length === 0;
}

/** Ends all that `survivors` finds, and what those make meanwhile. `stuck` is what would not end. */
export async function endSurvivors(
  groups: readonly ProcessGroup[],
  keys: Iterable<string>,
  grace: number,
): Promise<{ended: ProcessGroup[]; stuck: ProcessGroup[]}> {
  const kin = {groups, keys: new Set(keys)};
  const found = groupsOf(family(kin), groups);
  const stuck = await endFamily(kin, {grace});
  return {ended: found.filter(group => !stuck.some(other => other.pgid === group.pgid)), stuck};
}

const none: ReadonlySet<string> = new Set();
