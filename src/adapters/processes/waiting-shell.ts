import {spawn} from 'node:child_process';
import {statSync} from 'node:fs';
import type {Socket} from 'node:net';
import {keeperFor, letThrough, type Child, type Launch, type Started} from './gated-spawn.ts';
import {marker, startTime} from './table.ts';

type Where = {cwd: string; env: Readonly<Record<string, string>>};

/**
 * One shell that is started before it is needed and waits at its gate: starting a process costs milliseconds that pass unnoticed while the
 * model thinks. It has no key and no record of its own, and it ends with this program's end of the pipe, so nothing is left of it.
 */
export class WaitingShell {
  readonly #shell: string;
  #waiting: {child: Child; pid: number; started: string; place: string} | null = null;

  constructor(shell: string) {
    this.#shell = shell;
  }

  /** For the next command in this folder and environment. Where no process can be had, that command will say so. */
  warm(where: Where): void {
    const place = placeOf(where);
    if (place === null || this.#waiting?.place === place || keeperFor(this.#shell, where.env) !== keeper) return;
    this.dismiss();
    const child = started(this.#shell, where);
    if (child === null) return;
    child.on('error', () => this.#forget(child));
    child.on('exit', () => this.#forget(child));
    child.stdin.on('error', () => {});
    setWaiting(child, true);
    if (child.pid !== undefined) this.#waiting = {child, pid: child.pid, started: startTime(child.pid) ?? 'ended', place};
  }

  /** The waiting shell with the command on its way; null where none waits for such a command. */
  async take(launch: Launch): Promise<Started | null> {
    const waiting = this.#waiting;
    const key = launch.env[marker];
    if (waiting === null || key === undefined || Buffer.byteLength(launch.command) > longest || waiting.place !== placeOf(launch))
      return null;
    this.#waiting = null;
    setWaiting(waiting.child, false);
    const group = {pgid: waiting.pid, started: waiting.started, command: launch.command};
    const lines = launch.command.split('\n').length;
    return letThrough({child: waiting.child, group}, launch, `${key}\n${lines}\n${launch.command}\n`);
  }

  dismiss(): void {
    this.#waiting?.child.kill('SIGKILL');
    this.#waiting = null;
  }

  #forget(child: Child): void {
    if (this.#waiting?.child === child) this.#waiting = null;
  }
}

const keeper = '/bin/sh';

/** A shell's own `read` takes a byte at a time. */
const longest = 2_048;

// The command's shell gets it as `-c`, as from the other gate. The names are unlikely to be in anyone's environment, and are not exported.
const gate = `IFS= read -r ${marker} && IFS= read -r agent_gate_n || exit 125
export ${marker}
agent_gate_c=
while [ "$agent_gate_n" -gt 0 ]; do
IFS= read -r agent_gate_l || exit 125
agent_gate_c="$agent_gate_c$agent_gate_l
"
agent_gate_n=$((agent_gate_n - 1))
done
exec "$0" -c "\${agent_gate_c%?}" "\${0##*/}" </dev/null`;

function started(shell: string, {cwd, env}: Where): Child | null {
  try {
    return spawn(keeper, ['-c', gate, shell], {cwd, env: withoutKey(env), detached: true, stdio: ['pipe', 'pipe', 'pipe']});
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

const withoutKey = (env: Where['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name !== marker));

/** Folder (the same one, not only of the same name) and environment in one string; null where the folder is gone. */
function placeOf({cwd, env}: Where): string | null {
  const stat = statSync(cwd, {throwIfNoEntry: false});
  return stat === undefined ? null : JSON.stringify([cwd, stat.dev, stat.ino, withoutKey(env)]);
}

/** A shell that waits keeps no program alive. */
function setWaiting(child: Child, waits: boolean): void {
  const pipes = [child.stdin, child.stdout, child.stderr] as unknown as readonly Socket[];
  for (const one of [child, ...pipes]) {
    if (waits) one.unref();
    else one.ref();
  }
}
