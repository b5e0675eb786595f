import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {groupExists, hidesDaemons, moment, processes, processesAfter, type Process} from './table.ts';

/** What belongs together: groups by their record, and keys by which those are found that left every group. */
export type Kin = {groups: readonly ProcessGroup[]; keys: ReadonlySet<string>};

/**
 * Every living process of the kin: members of its groups and of their sessions, bearers of its keys, and what descends from any of
 * these. A group whose number now belongs to a stranger (another start time, another boot) is not kin; this program never is.
 */
export function family(kin: Kin, all: readonly Process[] = processes()): Process[] {
  const since = new Map<number, number>();
  for (const group of kin.groups) {
    const at = moment(group.started);
    if (at !== null && !takenOver(group, all)) since.set(group.pgid, at);
  }
  const ours = ownLine(all);
  return withDescendants(
    all.filter(one => isMember(one, since) || bears(one, kin.keys)),
    all,
  ).filter(one => !ours.has(one.pgid));
}

/** Whether a command that has ended may have left something: reads only the processes that are younger than it. */
export function leftSomething(group: ProcessGroup, keys: ReadonlySet<string>): boolean {
  if (hidesDaemons && !groupExists(group.pgid)) return false;
  const since = new Map([[group.pgid, moment(group.started) ?? 0]]);
  return processesAfter(group.pgid).some(one => isMember(one, since) || bears(one, keys));
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

function bears(one: Process, keys: ReadonlySet<string>): boolean {
  const key = keys.size > 0 ? one.key() : null;
  return key !== null && keys.has(key);
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
