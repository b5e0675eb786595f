import {spawn} from 'node:child_process';
import {join} from 'node:path';
import type {Failure} from '../../core/vocabulary/block.ts';
import {globFilter} from './glob-filter.ts';

type Failed = {failure: Failure};
type GlobQuery = {patterns: readonly string[]; folder: string};

/** The files of a folder that some pattern wants, sorted. What git ignores is left out, unless the folder itself is ignored. */
export async function* globFiles(
  query: GlobQuery,
  rgPath: () => Promise<string | Failed>,
  signal: AbortSignal,
): AsyncGenerator<string | Failed> {
  const keep = await globFilter(query.patterns);
  const found = await listing(query.folder, rgPath, signal);
  if (!Array.isArray(found)) return yield found;
  yield* found.filter(keep).toSorted();
}

/** What ripgrep needs to find the user's own ignore file, and nothing else. */
export function ignoreEnvironment(): NodeJS.ProcessEnv {
  const {HOME, XDG_CONFIG_HOME} = process.env;
  return {...(HOME === undefined ? {} : {HOME}), ...(XDG_CONFIG_HOME === undefined ? {} : {XDG_CONFIG_HOME})};
}

async function listing(folder: string, rgPath: () => Promise<string | Failed>, signal: AbortSignal): Promise<string[] | Failed> {
  const tracked = await gitFiles(folder, signal);
  if (tracked !== null && tracked.length > 0) return tracked;
  const program = await rgPath();
  if (typeof program !== 'string') return program;
  const args = ['--no-config', '--files', '--null', '--hidden', '--no-follow', '--no-messages', '--no-require-git', '--iglob=!.git'];
  const listed = await names({program, args, cwd: folder, env: ignoreEnvironment()}, signal);
  return listed.names.map(name => name.replace(/^\.\//, ''));
}

/** Tracked and untracked files but no ignored ones; null outside a repository. Deleted files are still in the index, so they are taken off. */
async function gitFiles(folder: string, signal: AbortSignal): Promise<string[] | null> {
  const git = (...args: string[]): Promise<Listed> =>
    names({program: 'git', args: ['-c', 'core.fsmonitor=false', 'ls-files', '-z', ...args], cwd: folder, env: gitEnvironment()}, signal);
  const [present, deleted] = await Promise.all([git('--cached', '--others', '--exclude-standard'), git('--deleted')]);
  if (present.code !== 0 || deleted.code !== 0) return null;
  const gone = new Set(deleted.names);
  const own = [...new Set(present.names)].filter(name => !gone.has(name));
  const nested = await Promise.all(own.filter(name => name.endsWith('/')).map(inner => nestedFiles(folder, inner, signal)));
  return [...own.filter(name => !name.endsWith('/')), ...nested.flat()];
}

/** A repository inside the repository is one untracked folder to the outer git. */
async function nestedFiles(folder: string, inner: string, signal: AbortSignal): Promise<string[]> {
  const found = signal.aborted ? null : await gitFiles(join(folder, inner), signal);
  return (found ?? []).map(name => inner + name);
}

/** A GIT_DIR or GIT_INDEX_FILE of a surrounding git hook would list another repository. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C'};
}

type Listed = {code: number | null; names: string[]};

async function names(run: {program: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv}, signal: AbortSignal): Promise<Listed> {
  if (signal.aborted) return {code: null, names: []};
  const child = spawn(run.program, run.args, {
    cwd: run.cwd,
    env: run.env,
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
    killSignal: 'SIGKILL',
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => parts.push(bytes));
  // A missing program or an abort ends in `close` too, with a code that is not 0.
  child.on('error', () => child.kill('SIGKILL'));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return {
    code,
    names: Buffer.concat(parts)
      .toString('utf8')
      .split('\0')
      .filter(name => name !== ''),
  };
}
