import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {existsSync, statSync} from 'node:fs';
import {basename} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {startTime} from './table.ts';

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;
export type Started = {child: Child; group: ProcessGroup};
export type Launch = {command: string; cwd: string; env: Readonly<Record<string, string>>; spawned: (group: ProcessGroup) => void};

/**
 * Starts a command in a session and group of its own, behind a gate: a small shell waits on its stdin for one line, and becomes the
 * command's shell when it comes. Where this program dies before, or `spawned` throws, the gate sees the end of the pipe and exits, so
 * that no command ever runs whose group is not on record.
 */
export async function spawnGated(shell: string, launch: Launch): Promise<Started | {failure: Failure}> {
  if (launch.command.includes('\0')) return {failure: nulByte};
  const passage = passageOf(shell, launch);
  let child: Child;
  try {
    child = spawn(passage.keeper, [...plain(passage.keeper), '-c', ...passage.args], {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return {failure: notStarted(error, launch.cwd)};
  }
  if (child.pid === undefined) return {failure: notStarted((await once(child, 'error'))[0], launch.cwd)};
  // A gate that was killed meanwhile breaks the pipe; its exit tells the same.
  child.stdin.on('error', () => {});
  const group = {pgid: child.pid, started: startTime(child.pid) ?? 'ended', command: launch.command};
  return letThrough({child, group}, launch, passage.opening);
}

/** Says that the group is there, and only then opens its gate. */
export async function letThrough({child, group}: Started, {spawned}: Launch, opening: string): Promise<Started> {
  try {
    spawned(group);
  } catch (error) {
    child.kill('SIGKILL');
    await once(child, 'exit');
    throw error;
  }
  child.stdin.end(opening);
  return {child, group};
}

/** bash where there is one; what models write is bash. */
export function findShell(): string {
  const places = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash', '/run/current-system/sw/bin/bash'];
  return places.find(place => existsSync(place)) ?? '/bin/sh';
}

/** How a command goes through its gate: which shell keeps it, what that is told as arguments, and what opens it. */
function passageOf(shell: string, {command, env}: Launch): {keeper: string; args: string[]; opening: string} {
  const name = basename(shell);
  if (Buffer.byteLength(command) < longestArgument)
    return {keeper: keeperFor(shell, env), args: [gate, shell, command, name], opening: '\n'};
  const end = `\n#${randomBytes(16).toString('hex')}`;
  return {keeper: shell, args: [longGate, name, end], opening: `\n${command}${end}`};
}

/** dash, the usual /bin/sh, starts in half a millisecond, but drops variables whose names it could not assign (exported bash functions). */
export function keeperFor(shell: string, env: Readonly<Record<string, string>>): string {
  return Object.keys(env).every(name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) ? '/bin/sh' : shell;
}

/** bash takes a stdin that is a socket for a remote login, and would run the user's .bashrc before the gate. */
function plain(keeper: string): string[] {
  return basename(keeper) === 'bash' ? ['--norc'] : [];
}

/** Linux takes no single argument of 128 KiB or more. */
const longestArgument = 128 * 1024;

/** The command's shell gets it as `-c`, so that its `$0`, line numbers and messages are as if nothing stood before it. */
const gate = 'read -r go || exit 125; exec "$0" -c "$1" "$2" </dev/null';

/** A longer command comes through the gate itself. Without its last line it is only a part, and a part of a command must never run. */
const longGate =
  'read -r go || exit 125; unset go; set -- "$1" "$(PATH=$PATH:/bin:/usr/bin cat)"; case $2 in *"$1") ;; *) exit 125 ;; esac; exec </dev/null; eval "set --; ${2%"$1"}"';

const nulByte: Failure = {
  code: 'invalid-command',
  message: 'The command holds a NUL byte, which no shell can take.',
  retryable: false,
  hint: 'Write such bytes with printf.',
};

function notStarted(error: unknown, cwd: string): Failure {
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (statSync(cwd, {throwIfNoEntry: false})?.isDirectory() !== true) {
    return {code: 'no-folder', message: `The folder ${cwd} does not exist, so no command can run in it.`, retryable: false};
  }
  const busy = error.code === 'EAGAIN' || error.code === 'EMFILE' || error.code === 'ENFILE' || error.code === 'ENOMEM';
  const hint = busy ? 'The machine has no processes, files or memory to spare; end what is not needed.' : 'Pass large data through a file.';
  return {code: 'not-started', message: `The command could not be started: ${error.message}`, retryable: busy, hint};
}
