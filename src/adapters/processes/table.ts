import {hasProc, procCommand, procKey, procNewerThan, procProcess, procProcesses, procTicks} from './proc-files.ts';
import {psProcesses, psSeconds, psStartTime} from './ps-program.ts';

/** A process as the platform lists it. */
export type Process = {
  pid: number;
  ppid: number;
  pgid: number;
  /** Null where the platform does not tell. */
  session: number | null;
  /** Waiting for its parent to read its exit code, or gone while the list was read. */
  dead: boolean;
  /** The platform's own words for the start time, with the boot they belong to. */
  started: string;
  /** The value of the marker that it was started with; undefined where it shows no environment at all. */
  key: () => string | null | undefined;
  /** Its arguments, joined by spaces. */
  command: () => string;
};

/** The environment variable that a command and everything that it starts carry, wherever they move. */
export const marker = 'AGENT_IDEMPOTENCY_KEY';

/**
 * Listing costs too much to do it after every command where there is no /proc; a daemon that left its group and its pipes is then seen
 * only when the session ends.
 */
export const hidesDaemons = !hasProc;

/** Every process, the dead among them. */
export function processes(): Process[] {
  return hasProc ? procProcesses().map(seen) : psProcesses(marker).map(told);
}

/** Those among them that were started after `pid`, and perhaps more. */
export function processesAfter(pid: number): Process[] {
  return hasProc ? procNewerThan(pid).map(seen) : psProcesses(marker).map(told);
}

/** Null where there is no such process, or only its corpse. */
export function startTime(pid: number): string | null {
  if (!hasProc) return psStartTime(pid);
  const one = procProcess(pid);
  return one.dead ? null : one.started;
}

/** A number by which start times are compared; null for one of another boot. */
export function moment(started: string): number | null {
  return hasProc ? procTicks(started) : psSeconds(started);
}

type Plain = Omit<Process, 'key' | 'command'>;

function seen(one: Plain): Process {
  return {...one, key: () => procKey(one.pid, marker), command: () => procCommand(one.pid)};
}

function told(one: Plain & {key: string | null; command: string}): Process {
  return {...one, key: () => one.key, command: () => one.command};
}

/** Also true where only corpses are left, or what another user owns. */
export function groupExists(pgid: number): boolean {
  try {
    return process.kill(-pgid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
