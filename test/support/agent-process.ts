import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as delay} from 'node:timers/promises';
import {inject} from 'vitest';

export type AgentOptions = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Null, the default, is a device that holds nothing; `{open: true}` a pipe that never holds anything and is never closed. */
  stdin?: string | Uint8Array | {open: true} | null;
  /** A shell command in front, such as `ulimit -f 100`. */
  after?: string;
};

export type Finished = {code: number | null; signal: string | null; stdout: string; stderr: string};

/** The built program as a process of its own, while it runs. */
export type AgentProcess = {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** Resolves when it has ended and both pipes are at their end. */
  ended: Promise<Finished>;
  /** Resolves when the condition holds; rejects with what was printed where it never does. */
  until: (holds: () => boolean, what: string) => Promise<void>;
};

export function startAgent(args: readonly string[], {cwd, env, stdin = null, after}: AgentOptions): AgentProcess {
  const line = [process.execPath, inject('program'), ...args];
  const [file = '', ...rest] = after === undefined ? line : ['bash', '-c', `${after}; exec "$@"`, 'bash', ...line];
  const child = spawn(file, rest, {cwd, env: {...env}, stdio: [stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe']});
  const printed = {stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
  // Whoever reads no stdin closes the pipe under our hands.
  child.stdin?.on('error', () => undefined);
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) child.stdin?.end(stdin);
  const ended = once(child, 'close').then(([code, signal]) => ({code: code as number | null, signal: signal as string | null, ...printed}));
  const until = async (holds: () => boolean, what: string) => {
    for (let tries = 0; tries < 1_500 && child.exitCode === null && child.signalCode === null; tries++) {
      if (holds()) return;
      await delay(10);
    }
    if (!holds()) throw new Error(`Never seen: ${what}. Exit ${child.exitCode}.\n${printed.stdout}\n${printed.stderr}`);
  };
  return {child, stdout: () => printed.stdout, stderr: () => printed.stderr, ended, until};
}
