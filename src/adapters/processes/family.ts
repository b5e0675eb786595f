import {setTimeout as sleep} from 'node:timers/promises';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {groupExists, hidesDaemons, moment, processes, processesAfter, type Process} from './table.ts';

/** What belongs together: groups by their record, and keys by which those are found that left every group. */
export type Kin = {groups: readonly ProcessGroup[]; keys: ReadonlySet<string>};

/**
 * Every living process of the kin: members of its groups and of their sessions, bearers of its keys, and what descends from any of
 * these. A group whose number now belongs to a stranger (another start time, another boot) is not kin; this program never is.
 */
export function family(kin: Kin): Process[] {
  return look(kin, processes()).found;
}

/** As `family`, but an empty answer is sure: nothing was just being born, just dying, or just becoming another program. */
export async function familyForSure(kin: Kin): Promise<Process[]> {
  return await lookUntilSure(kin, processes);
}

/** Whether a command that has ended left something: looks only at the processes that are younger than it. */
export async function leftSomething(group: ProcessGroup, keys: ReadonlySet<string>): Promise<boolean> {
  if (hidesDaemons && !groupExists(group.pgid)) return false;
  return (await lookUntilSure({groups: [group], keys}, () => processesAfter(group.pgid))).length > 0;
}

async function lookUntilSure(kin: Kin, list: () => Process[]): Promise<Process[]> {
  let before: ReadonlySet<number> = new Set();
  for (const pause of [1, 2, 4, 8, 0]) {
    const {found, dead, veiled} = look(kin, list());
    // What died between the list and the look may have had a child that the list does not have.
    const newlyDead = [...dead].some(pid => !before.has(pid));
    if (found.length > 0 || (!newlyDead && !veiled)) return found;
    before = dead;
    if (veiled) await sleep(pause);
  }
  return [];
}

type Look = {
  found: Process[];
  dead: ReadonlySet<number>;
  /** Some process shows no environment at all: while it becomes another program it has none, and nobody can say whose it is. */
  veiled: boolean;
};

function look(kin: Kin, all: readonly Process[]): Look {
  const since = new Map<number, number>();
  for (const group of kin.groups) {
    const at = moment(group.started);
    if (at !== null && !takenOver(group, all)) since.set(group.pgid, at);
  }
  const ours = ownLine(all);
  const earliest = Math.min(...since.values());
  const alive = all.filter(one => !one.dead);
  let veiled = false;
  const bears = (one: Process): boolean => {
    const key = kin.keys.size > 0 ? one.key() : null;
    if (key === undefined && (moment(one.started) ?? 0) >= earliest) veiled = true;
    return typeof key === 'string' && kin.keys.has(key);
  };
  const seeds = alive.filter(one => !ours.has(one.pgid) && (isMember(one, since) || bears(one)));
  const found = withDescendants(seeds, alive).filter(one => !ours.has(one.pgid));
  return {found, dead: new Set(all.filter(one => one.dead).map(one => one.pid)), veiled};
}

/** The groups of these processes; `command` is that of a group's oldest member. */
export function groupsOf(members: readonly Process[], known: readonly ProcessGroup[]): ProcessGroup[] {
  const oldest = new Map<number, Process>();
  for (const one of members.toSorted((a, b) => (moment(a.started) ?? 0) - (moment(b.started) ?? 0))) {
    if (!oldest.has(one.pgid)) oldest.set(one.pgid, one);
  }
  return [...oldest].map(([pgid, one]) => ({
    pgid,
    started: known.find(group => group.pgid === pgid)?.started ?? one.started,
    command: one.command(),
  }));
}

/** The groups of this program and of all that it was started by: a session may be resumed inside a terminal server that it left running. */
function ownLine(all: readonly Process[]): Set<number> {
  const groups = new Set<number>();
  const byPid = new Map(all.map(one => [one.pid, one]));
  for (let one = byPid.get(process.pid); one !== undefined; one = byPid.get(one.ppid)) groups.add(one.pgid);
  return groups;
}

/** A number is not given out again while a group of it exists, so a leader that started at another time leads another group. */
function takenOver(group: ProcessGroup, all: readonly Process[]): boolean {
  const leader = all.find(one => one.pid === group.pgid);
  return leader !== undefined && leader.started !== group.started;
}

function isMember(one: Process, since: ReadonlyMap<number, number>): boolean {
  const start = since.get(one.pgid) ?? (one.session === null ? undefined : since.get(one.session));
  return start !== undefined && (moment(one.started) ?? -1) >= start;
}

function withDescendants(found: readonly Process[], all: readonly Process[]): Process[] {
  const family = new Set(found);
  const ids = new Set(found.map(one => one.pid));
  for (let grown = true; grown;) {
    grown = false;
    for (const one of all) {
      if (family.has(one) || !ids.has(one.ppid)) continue;
      family.add(one);
      ids.add(one.pid);
      grown = true;
    }
  }
  return [...family];
}
