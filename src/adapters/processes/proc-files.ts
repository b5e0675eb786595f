import {existsSync, readdirSync, readFileSync} from 'node:fs';

/** Linux shows its processes as files: some ten microseconds each, so that they can be read for every command. */
export const hasProc = existsSync('/proc/self/stat');

type ProcProcess = {pid: number; ppid: number; pgid: number; session: number; dead: boolean; started: string};

export function procProcesses(): ProcProcess[] {
  return pids().map(procProcess).filter(isProgram);
}

/** Processes that were made after `pid`, and few others: ids are given out in ascending order until they wrap around. */
export function procNewerThan(pid: number): ProcProcess[] {
  const newest = Number(readOrNull('/proc/loadavg')?.trim().split(' ').at(-1) ?? 0);
  // No process was made since: there is nothing to list.
  if (newest === pid) return [];
  const wrapped = newest < pid;
  return pids()
    .filter(other => wrapped || other > pid)
    .map(procProcess)
    .filter(isProgram);
}

export function procProcess(pid: number): ProcProcess {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return gone(pid);
  // The name in brackets may hold anything, brackets and spaces too, so the fields are counted from the last bracket.
  const [state, ppid, pgid, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = rest[15];
  if (ticks === undefined) return gone(pid);
  return {
    pid,
    ppid: Number(ppid),
    pgid: Number(pgid),
    session: Number(session),
    dead: state === 'Z' || state === 'X',
    started: `${bootId()}/${ticks}`,
  };
}

/** The variable as the process was started with it; null where it has none, or is not ours to look into; undefined where it showed no environment. */
export function procKey(pid: number, variable: string): string | null | undefined {
  const environment = readOr(`/proc/${pid}/environ`, code => (code === 'EACCES' || code === 'EPERM' ? null : undefined));
  // Empty while it becomes another program; and one that is just ending may leave a child that is in no list yet.
  if (environment === null) return null;
  if (environment === undefined || environment === '') return undefined;
  const entry = environment.split('\0').find(line => line.startsWith(`${variable}=`));
  return entry?.slice(variable.length + 1) ?? null;
}

export function procCommand(pid: number): string {
  const words = readOrNull(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
  return words.length > 0 ? words.join(' ') : (readOrNull(`/proc/${pid}/comm`)?.trim() ?? '');
}

/** Ticks since boot: start times of one boot can be compared, those of two cannot. Null for another boot. */
export function procTicks(started: string): number | null {
  const [boot, ticks] = started.split('/');
  return boot === bootId() && ticks !== undefined ? Number(ticks) : null;
}

function gone(pid: number): ProcProcess {
  return {pid, ppid: 0, pgid: 0, session: 0, dead: true, started: ''};
}

/** The kernel's own threads are in no group. */
function isProgram(one: ProcProcess): boolean {
  return one.dead || one.pgid > 0;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown-boot';
  return boot;
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter(name => name >= '0' && name < ':')
    .map(Number);
}

function readOrNull(file: string): string | null {
  return readOr(file, () => null);
}

/** A process may end at any moment, and others' environments are closed to us. */
function readOr<Instead>(file: string, instead: (code: unknown) => Instead): string | Instead {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return instead(error.code);
    throw error;
  }
}
