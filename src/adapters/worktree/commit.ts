import {existsSync} from 'node:fs';
import {copyFile, mkdtemp, open, readFile, rename, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {WorktreeRefused} from '../../ports/worktree.ts';
import type {Content} from './checkout.ts';
import {repositoryOf} from './create.ts';
import {askGit, git, gitEnvironment, nulTerminated, within} from './git.ts';
import {mergeFile} from './merge.ts';
import type {Change} from './plan-apply.ts';
import {readObjects, type Entry} from './trees.ts';

type CommitPlan = {make: () => Promise<string>} | {conflicts: {path: string; why: string; markers: null}[]};
/** What the commit and the user's index will hold of one file. */
type Landing = {path: string; head: Content; index: Content};

/**
 * A commit of exactly what the worktree changed: laid over HEAD, not over the checkout, so that other changes of the user stay uncommitted, and
 * over the index, so that what was staged stays staged. Writes nothing before `make`. No hook runs and nothing is signed.
 */
export async function planCommit(repo: string, message: string, changes: readonly Change[]): Promise<CommitPlan> {
  const under = await refusedNow(repo);
  if (under !== null) return {conflicts: [{path: '.', why: under, markers: null}]};
  const [head, index] = await Promise.all([
    entries(repo, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']),
    entries(repo, ['ls-files', '-s', '-z']),
  ]);
  const objects = await readObjects(
    {cwd: repo},
    changes.flatMap(({path}) => [head.get(path), index.get(path)].flatMap(entry => (entry ? [entry.object] : []))),
  );
  const contentOf = (entry: Entry | undefined): Content =>
    entry === undefined ? null : {mode: entry.mode, bytes: objects.get(entry.object) ?? Buffer.alloc(0)};
  const landings: Landing[] = [];
  const conflicts: {path: string; why: string; markers: null}[] = [];
  for (const change of changes) {
    const {path} = change;
    const [base, theirs] = [await cleaned(repo, path, change.base), await cleaned(repo, path, change.theirs)];
    const [ontoHead, ontoIndex] = [await lay(base, theirs, contentOf(head.get(path))), await lay(base, theirs, contentOf(index.get(path)))];
    if (ontoHead === 'conflict') conflicts.push({path, why: 'its changes rest on changes of yours that are not committed', markers: null});
    else if (ontoIndex === 'conflict')
      conflicts.push({path, why: 'its changes overlap with changes of yours that are staged', markers: null});
    else landings.push({path, head: ontoHead, index: ontoIndex});
  }
  return conflicts.length > 0 ? {conflicts} : {make: async () => await makeCommit(repo, message, landings)};
}

async function lay(base: Content, theirs: Content, onto: Content): Promise<Content | 'conflict'> {
  const merged = await mergeFile({base, ours: onto, theirs});
  return merged.kind === 'conflict' ? 'conflict' : merged.kind === 'take' ? merged.content : onto;
}

async function makeCommit(repo: string, message: string, landings: readonly Landing[]): Promise<string> {
  const {simpleGit} = await import('simple-git');
  const folder = await mkdtemp(join(tmpdir(), 'agent-commit-'));
  try {
    const aside = {cwd: repo, env: {GIT_INDEX_FILE: join(folder, 'index')}};
    const parent = (await git(['rev-parse', '--verify', 'HEAD'], {cwd: repo})).toString().trim();
    await git(['read-tree', parent], aside);
    await git(['update-index', '-z', '--index-info'], {...aside, input: await infoLines(repo, landings, 'head')});
    const tree = (await git(['write-tree'], aside)).toString().trim();
    // Everything in this environment is ours or the user's own; nothing of it comes from the repository or a model.
    const env = gitEnvironment(within(repo));
    const user = simpleGit({baseDir: repo, unsafe: trusting, allowEnvironment: Object.keys(env)}).env(env);
    const commit = (await user.raw(['commit-tree', tree, '-p', parent, '-m', message])).trim();
    const lines = await infoLines(repo, landings, 'index');
    await withIndexLocked(repo, async index => {
      const next = {cwd: repo, env: {GIT_INDEX_FILE: join(folder, 'next')}};
      if (existsSync(index)) await copyFile(index, next.env.GIT_INDEX_FILE);
      await git(['update-index', '-z', '--index-info'], {...next, input: lines});
      const bytes = await readFile(next.env.GIT_INDEX_FILE);
      return {
        bytes,
        before: () => git(['update-ref', '-m', `commit: ${message.split('\n')[0] ?? ''}`, 'HEAD', commit, parent], {cwd: repo}),
      };
    });
    return commit;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

type NextIndex = {bytes: Buffer; before: () => Promise<unknown>};

/** Takes git's own lock on the user's index, so that nothing can keep the index from following once HEAD has moved in `before`. */
async function withIndexLocked(repo: string, make: (index: string) => Promise<NextIndex>): Promise<void> {
  const index = join(repositoryOf(repo).own, 'index');
  const lock = await takeIndexLock(index);
  try {
    const {bytes, before} = await make(index);
    await lock.writeFile(bytes);
    await lock.sync();
    await before();
    await rename(`${index}.lock`, index);
  } catch (error) {
    await rm(`${index}.lock`, {force: true});
    throw error;
  } finally {
    await lock.close();
  }
}

async function takeIndexLock(index: string) {
  try {
    return await open(`${index}.lock`, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw indexLocked(index);
    throw error;
  }
}

function indexLocked(index: string): WorktreeRefused {
  return new WorktreeRefused('index-locked', `another git command is at work in the checkout: ${index}.lock is there`, {
    hint: 'Wait until it is done. If none is running, remove that file.',
  });
}

const trusting = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
};

/** Removals first: a file may become a folder. */
async function infoLines(repo: string, landings: readonly Landing[], side: 'head' | 'index'): Promise<string> {
  const gone: string[] = [];
  const there: string[] = [];
  for (const landing of landings) {
    const content = landing[side];
    if (content === null) gone.push(`0 ${'0'.repeat(40)}\t${landing.path}\0`);
    else there.push(`${content.mode} ${await writeBlob(repo, content.bytes)}\t${landing.path}\0`);
  }
  return [...gone, ...there].join('');
}

async function writeBlob(repo: string, bytes: Buffer): Promise<string> {
  return (await git(['hash-object', '-w', '--no-filters', '--stdin'], {cwd: repo, input: bytes})).toString().trim();
}

/** The bytes as git would commit them, with the line endings and filters of the repository; made in a store of its own that is thrown away. */
async function cleaned(repo: string, path: string, content: Content): Promise<Content> {
  if (content === null || content.mode === '120000') return content;
  const folder = await mkdtemp(join(tmpdir(), 'agent-clean-'));
  try {
    const aside = {cwd: repo, env: {GIT_OBJECT_DIRECTORY: folder}};
    const name = (await git(['hash-object', '-w', `--path=${path}`, '--stdin'], {...aside, input: content.bytes})).toString().trim();
    return {mode: content.mode, bytes: await git(['cat-file', 'blob', name], aside)};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

async function refusedNow(repo: string): Promise<string | null> {
  const {own} = repositoryOf(repo);
  const under = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply'].find(name => existsSync(join(own, name)));
  if (under !== undefined) return `a merge, rebase or cherry-pick is under way in the checkout (${under})`;
  if (existsSync(join(own, 'index.lock'))) throw indexLocked(join(own, 'index'));
  const identity = await askGit(['var', 'GIT_COMMITTER_IDENT'], {cwd: repo});
  if (identity.code === 0) return null;
  throw new WorktreeRefused('no-identity', 'git does not know who commits', {hint: 'Set user.name and user.email with git config.'});
}

// "100644 blob <object>\t<path>" of ls-tree, "100644 <object> 0\t<path>" of ls-files
async function entries(repo: string, args: readonly string[]): Promise<Map<string, Entry>> {
  const lines = nulTerminated(await git(args, {cwd: repo}));
  return new Map(
    lines.map(line => {
      const [words, path] = splitOnce(line);
      const parts = words.split(' ');
      return [path, {mode: parts[0] ?? '', object: (args[0] === 'ls-tree' ? parts[2] : parts[1]) ?? ''}];
    }),
  );
}

function splitOnce(line: string): [string, string] {
  const tab = line.indexOf('\t');
  return [line.slice(0, tab), line.slice(tab + 1)];
}
