import {isUtf8} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {dirname} from 'node:path';
import {WorktreeRefused} from '../../ports/worktree.ts';

export type GitOptions = {cwd: string; env?: Readonly<Record<string, string>>; input?: string | Uint8Array};
export type GitAnswer = {code: number; out: Buffer; err: string};

/** Runs git and hands back what it said; a non-zero exit is refused with git's own words. */
export async function git(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const answer = await askGit(args, options);
  if (answer.code !== 0) throw refusal(args, answer);
  return answer.out;
}

/** Runs git where a non-zero exit is an answer too. */
export async function askGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  return await answerOf(start('git', args, options), options.input);
}

/** Several git commands in one shell: starting a process from here costs more than git's own work in a small repository. */
export async function askScript(script: string, args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  return await answerOf(start('/bin/sh', ['-c', script, 'sh', ...args], options), options.input);
}

async function answerOf(child: ReturnType<typeof start>, input: GitOptions['input']): Promise<GitAnswer> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  // Git may end before it has read all of its input; its exit code tells, not the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const code = await ended(child);
  return {code, out: Buffer.concat(out), err: Buffer.concat(err).toString()};
}

/** Git's output as it comes. */
export async function* streamGit(args: readonly string[], options: GitOptions): AsyncIterable<Uint8Array> {
  const child = start('git', args, options);
  const err: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  child.stdin.end();
  const end = ended(child);
  // Told below, once the output is read; whoever stops reading before does not ask.
  end.catch(() => undefined);
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const code = await end;
    if (code !== 0) throw refusal(args, {code, out: Buffer.alloc(0), err: Buffer.concat(err).toString()});
  } finally {
    child.kill();
  }
}

/** Lines that end in NUL, as git writes them with `-z`. */
export function nulTerminated(bytes: Buffer): string[] {
  return bytes.length === 0 ? [] : bytes.toString().replace(/\0$/, '').split('\0');
}

/** The same where a name may be in another encoding than UTF-8. Such a one is in `broken`: as text it leads to no file. */
export function decodedLines(bytes: Buffer): {lines: string[]; broken: string[]} {
  if (isUtf8(bytes)) return {lines: nulTerminated(bytes), broken: []};
  const found: {lines: string[]; broken: string[]} = {lines: [], broken: []};
  for (let at = 0, end = 0; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(0, at);
    if (end < 0) end = bytes.length;
    const line = bytes.subarray(at, end);
    found[isUtf8(line) ? 'lines' : 'broken'].push(line.toString());
  }
  return found;
}

/**
 * No hook, daemon, pager, collection or network of the user's takes part in what we do with git. Also given to the commands of a session,
 * so that a commit in its worktree runs no hook either.
 */
export const quiet: Readonly<Record<string, string>> = configured({
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
});

const ours = configured({
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'core.quotePath': 'off',
  'core.pager': 'cat',
  'submodule.recurse': 'false',
  'protocol.allow': 'never',
});

// Where the user's own configuration and identity stand; every other GIT_ variable could lead git to another repository or index.
const kept = /^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|(AUTHOR|COMMITTER)_\w+|EXEC_PATH)$/;

export function gitEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || kept.test(name))) env[name] = value;
  }
  return {
    ...env,
    ...ours,
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...more,
  };
}

/** We run git only at the root of a repository: where its `.git` is gone, one around it is not meant. */
export function within(root: string): Record<string, string> {
  return {GIT_CEILING_DIRECTORIES: dirname(root)};
}

function start(program: string, args: readonly string[], options: GitOptions) {
  const env = gitEnvironment({...within(options.cwd), ...options.env});
  return spawn(program, args, {cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe']});
}

async function ended(child: ReturnType<typeof start>): Promise<number> {
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code ?? 128;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing) throw cause;
    throw new WorktreeRefused('no-git', 'git could not be started', {
      hint: 'Install git, or look whether the folder is still there.',
      cause,
    });
  }
}

function refusal(args: readonly string[], answer: GitAnswer): WorktreeRefused {
  const said = answer.err.trim().split('\n').slice(0, 5).join('\n');
  return new WorktreeRefused('git-refused', `git ${args[0] ?? ''} failed (exit ${answer.code}): ${said}`);
}

function configured(settings: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {GIT_CONFIG_COUNT: String(Object.keys(settings).length)};
  for (const [n, [key, value]] of Object.entries(settings).entries()) {
    env[`GIT_CONFIG_KEY_${n}`] = key;
    env[`GIT_CONFIG_VALUE_${n}`] = value;
  }
  return env;
}
