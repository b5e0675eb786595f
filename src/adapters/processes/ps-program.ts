import {spawnSync} from 'node:child_process';

/** Where there is no /proc (macOS), `ps` lists the processes: some ten milliseconds, so it is asked only when there is a reason. */
type PsProcess = {
  pid: number;
  ppid: number;
  pgid: number;
  session: null;
  dead: boolean;
  started: string;
  key: string | null;
  command: string;
};

export function psProcesses(variable: string, platform: NodeJS.Platform = process.platform): PsProcess[] {
  // The environment follows the command on the line; macOS calls that -E, every other ps an `e` without a dash.
  const flags = platform === 'darwin' ? ['-axwwE', '-o', columns] : ['axeww', '-o', columns];
  return ps(flags).flatMap(line => parsePsLine(line, variable) ?? []);
}

export function psStartTime(pid: number): string | null {
  const line = ps(['-o', 'stat=,lstart=', '-p', String(pid)])[0];
  const found = line === undefined ? null : /^\s*(?<state>\S+)\s+(?<started>\S.*\S)/.exec(line);
  return found?.groups === undefined || found.groups['state']?.startsWith('Z') ? null : oneSpaced(found.groups['started']);
}

export function parsePsLine(line: string, variable: string): PsProcess | null {
  const fields = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s?(.*)$/.exec(line);
  if (fields === null) return null;
  const [, pid, ppid, pgid, state, started, rest = ''] = fields;
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    session: null,
    dead: state?.startsWith('Z') ?? false,
    started: oneSpaced(started),
    key: new RegExp(`(?:^| )${variable}=(\\S+)`).exec(rest)?.[1] ?? null,
    command: withoutEnvironment(rest),
  };
}

/** Seconds since 1970. */
export function psSeconds(started: string): number | null {
  const at = Date.parse(`${started} UTC`);
  return Number.isNaN(at) ? null : at / 1000;
}

const columns = 'pid=,ppid=,pgid=,stat=,lstart=,command=';

function ps(args: readonly string[]): string[] {
  // In another locale or time zone the same start would read differently, and a living process would pass for dead.
  const env = {PATH: '/bin:/usr/bin:/usr/local/bin', LC_ALL: 'C', TZ: 'UTC'};
  const ran = spawnSync('ps', args, {env, encoding: 'utf8', maxBuffer: 1 << 28});
  return ran.error === undefined ? ran.stdout.split('\n').filter(Boolean) : [];
}

function oneSpaced(text = ''): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** ps prints no border between the arguments and the environment; the first word that reads like a variable is taken for it. */
function withoutEnvironment(text: string): string {
  const at = text.search(/ [A-Za-z_][A-Za-z0-9_]*=/);
  return (at < 0 ? text : text.slice(0, at)).trim();
}
