import {setTimeout as sleep} from 'node:timers/promises';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {familyForSure, groupsOf, type Kin} from './family.ts';

type Ending = {
  grace: number;
  /** Shortens the grace to the one of an interrupt. */
  hurry?: AbortSignal;
  /** The group of our own child until its exit was seen: nobody else's, whatever the table says, if it can be read at all. */
  held?: () => number | null;
};

/** Milliseconds between TERM and KILL. */
export const graces = {timeout: 2_000, interrupt: 500} as const;

/**
 * Ends a family: TERM to all at once, KILL to what is left after the grace, and again until nothing comes after. Returns the groups that
 * would not end, which is what another user owns or what hangs in the kernel.
 */
export async function endFamily(kin: Kin, {grace, hurry, held = () => null}: Ending): Promise<ProcessGroup[]> {
  const graceNow = (): number => (hurry?.aborted === true ? Math.min(grace, graces.interrupt) : grace);
  const known = new Map(kin.groups.map(group => [group.pgid, group]));
  // What was once seen as kin stays so: its parent may be gone at the next look.
  const look = async (): Promise<ProcessGroup[]> => {
    const found = groupsOf(await familyForSure({groups: [...known.values()], keys: kin.keys}), [...known.values()]);
    for (const group of found) known.set(group.pgid, group);
    return found;
  };
  const targets = (): number[] => [...new Set([...left.map(group => group.pgid), held() ?? []].flat())];

  let left = await look();
  const asked = new Set<number>();
  const ask = (): void => {
    const newcomers = targets().filter(pgid => !asked.has(pgid));
    // A stopped process takes TERM only when it goes on.
    for (const signal of ['SIGTERM', 'SIGCONT'] as const) signalAll(newcomers, signal);
    for (const pgid of newcomers) asked.add(pgid);
  };
  const until = async (lasts: () => number, insist: () => void): Promise<void> => {
    const since = performance.now();
    for (let pause = 2; targets().length > 0 && performance.now() - since < lasts(); pause = Math.min(pause * 2, 50)) {
      insist();
      await sleep(pause);
      left = await look();
    }
  };
  await until(graceNow, ask);
  await until(
    () => patience,
    () => signalAll(targets(), 'SIGKILL'),
  );
  return left;
}

/** Milliseconds that KILL is given. It needs none, but for a process that hangs in the kernel. */
const patience = 3_000;

/** By group, so that a swarm which forks faster than it can be listed is hit in one call. */
function signalAll(groups: readonly number[], signal: NodeJS.Signals): void {
  for (const pgid of groups) {
    try {
      process.kill(-pgid, signal);
    } catch (error) {
      // Gone meanwhile (ESRCH), or not ours to end (EPERM): the next look at the table tells, and what stays is returned.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
    }
  }
}
