import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {GitTree} from '../../../src/core/vocabulary/ids.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, git, gitFolderOf, makeRepository, put, remove, temporaryFolder, testEnvironment} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let worktrees: Worktrees;
const open = () => gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1_000_000, dependencies: true});
beforeEach(() => {
  folder = temporaryFolder();
  repo = join(folder, 'repo');
  worktrees = open();
});
afterEach(() => remove(folder));

/** What the private store holds of a tree, by git's own reading of it. */
function restored(store: string, tree: GitTree): Record<string, string> {
  const into = join(folder, `restored-${tree}`);
  mkdirSync(into, {recursive: true});
  const env = {...testEnvironment(), GIT_DIR: store, GIT_WORK_TREE: into, GIT_INDEX_FILE: join(folder, `index-${tree}`)};
  execFileSync('git', ['read-tree', tree], {env, cwd: into});
  execFileSync('git', ['checkout-index', '-a', '-f'], {env, cwd: into});
  return bytesOf(into);
}

const storeOf = () => join(folder, 'home/checkpoints', readdirSync(join(folder, 'home/checkpoints'))[0] ?? '');
const filesOf = (session: WorktreeSession) => bytesOf(session.place.root, path => path === '.git' || path.endsWith('/.git'));

test('every kind of change makes a checkpoint, and only a change', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'b.txt': 'b\n', 'deep/c.txt': 'c\n', '.gitignore': '*.log\nout/\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  const root = session.place.root;
  const steps: [string, () => void, string[] | null][] = [
    ['nothing', () => undefined, null],
    ['a write', () => put(root, {'a.txt': 'A\n'}), ['a.txt']],
    ['a write of the same length', () => put(root, {'a.txt': 'B\n'}), ['a.txt']],
    ['and another at once', () => put(root, {'a.txt': 'C\n'}), ['a.txt']],
    ['the same bytes again', () => put(root, {'a.txt': 'C\n'}), null],
    ['a touch', () => utimesSync(join(root, 'a.txt'), 1, 1), null],
    ['a mode', () => chmodSync(join(root, 'b.txt'), 0o755), ['b.txt']],
    ['a new file', () => put(root, {'new/er/x.txt': 'x'}), ['new/er/x.txt']],
    ['an empty folder', () => mkdirSync(join(root, 'void/of')), null],
    ['a file in it', () => put(root, {'void/of/y': 'y'}), ['void/of/y']],
    ['an ignored file', () => put(root, {'x.log': 'x', 'out/z': 'z'}), null],
    ['an ignored file again', () => put(root, {'x.log': 'xx', 'out/zz': 'z'}), null],
    ['a deletion', () => rmSync(join(root, 'deep/c.txt')), ['deep/c.txt']],
    ['a folder gone', () => rmSync(join(root, 'new'), {recursive: true}), ['new/er/x.txt']],
    ['a move', () => renameSync(join(root, 'a.txt'), join(root, 'z.txt')), ['a.txt', 'z.txt']],
    ['a move over another', () => renameSync(join(root, 'z.txt'), join(root, 'b.txt')), ['b.txt', 'z.txt']],
    ['a file that becomes a folder', () => (rmSync(join(root, 'b.txt')), put(root, {'b.txt/in': 'i'})), ['b.txt', 'b.txt/in']],
    [
      'a folder that becomes a link',
      () => (rmSync(join(root, 'b.txt'), {recursive: true}), symlinkSync('void', join(root, 'b.txt'))),
      ['b.txt', 'b.txt/in'],
    ],
    ['a link that leads elsewhere', () => (rmSync(join(root, 'b.txt')), symlinkSync('deep', join(root, 'b.txt'))), ['b.txt']],
    ['no longer ignored', () => put(root, {'.gitignore': 'out/\n'}), ['.gitignore', 'x.log']],
    ['a tracked file that is now ignored stays kept', () => put(root, {'.gitignore': '*\n', 'x.log': 'changed'}), ['.gitignore', 'x.log']],
  ];
  mkdirSync(join(root, 'void'));
  await worktrees.settle(session.id);
  for (const [what, change, expected] of steps) {
    change();
    const made = await session.checkpoint();
    expect([what, made?.changed.toSorted() ?? null]).toEqual([what, expected]);
    expect([what, await session.checkpoint()]).toEqual([what, null]);
    if (made !== null) expect(restored(storeOf(), made.tree)).toEqual(ignoring(filesOf(session), expected ?? []));
  }
});

// What was ignored when it came is no part of a checkpoint.
function ignoring(files: Record<string, string>, changed: string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => !path.startsWith('out/') && (path !== 'x.log' || changed.includes('x.log'))),
  );
}

test('every checkpoint restores after the user’s repository lost its objects, and after it is gone', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'big.txt': 'line\n'.repeat(2000)});
  git(repo, 'checkout', '-q', '-b', 'doomed');
  put(repo, {'only-here.txt': 'only\n'});
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', 'doomed');
  const session = await WorktreeSession.start(worktrees, repo);
  const trees: [GitTree, Record<string, string>][] = [[session.base, filesOf(session)]];
  for (let n = 0; n < 4; n++) {
    // Half of them while the checkpoints still lean on the user's objects, and one whose content the user's repository has already.
    if (n === 2) await worktrees.settle(session.id);
    put(session.place.root, n === 1 ? {'copy.txt': 'only\n'} : n === 3 ? {'again.txt': 'a\n'} : {'a.txt': `step ${n}\n`});
    trees.push([await session.tree(), filesOf(session)]);
  }
  await worktrees.discard(repo, session.place, session.id);
  git(repo, 'checkout', '-q', 'main');
  git(repo, 'branch', '-q', '-D', 'doomed');
  git(repo, 'reflog', 'expire', '--expire=now', '--all');
  git(repo, 'gc', '-q', '--prune=now');
  git(storeOf(), 'gc', '-q', '--prune=now');
  for (const [tree, files] of trees) expect(restored(storeOf(), tree)).toEqual(files);
  remove(repo);
  for (const [tree, files] of trees) expect(restored(storeOf(), tree)).toEqual(files);
});

test('settling while checkpoints are taken loses none', async () => {
  makeRepository(repo, Object.fromEntries(Array.from({length: 60}, (_, n) => [`f${n}.txt`, `${n}\n`.repeat(20)])));
  const session = await WorktreeSession.start(worktrees, repo);
  const settled = worktrees.settle(session.id);
  const trees: GitTree[] = [];
  for (let n = 0; n < 5; n++) {
    put(session.place.root, {[`copy${n}.txt`]: `${n}\n`.repeat(20)});
    trees.push(await session.tree());
  }
  await settled;
  remove(repo);
  for (const tree of trees) expect(Object.keys(restored(storeOf(), tree)).length).toBeGreaterThan(60);
});

test('a repository too large for looking at every file from here', async () => {
  makeRepository(repo, Object.fromEntries(Array.from({length: 2100}, (_, n) => [`d${n % 4}/f${n}.txt`, 'the same\n'])));
  const before = gitFolderOf(repo);
  const session = await WorktreeSession.start(worktrees, repo);
  expect(await session.checkpoint()).toBeNull();
  put(session.place.root, {'d1/f1.txt': 'changed\n', 'd1/new.txt': 'new\n'});
  rmSync(session.file('d2/f2.txt'));
  expect((await session.checkpoint())?.changed).toEqual(['d1/f1.txt', 'd1/new.txt', 'd2/f2.txt']);
  expect(await session.checkpoint()).toBeNull();
  expect(gitFolderOf(repo)).toEqual(before);
});

test('a resumed session goes on from its last tree, also when its index is broken or ran ahead', async () => {
  makeRepository(repo, {'a.txt': 'a\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'b.txt': 'b\n'});
  const last = await session.tree();
  const resume = async () => {
    const again = open();
    expect(await again.open(repo, session.place, session.id, last)).toMatchObject({state: 'as-left', base: last});
    return await again.checkpoint(session.place, session.id);
  };
  expect(await resume()).toBeNull();
  writeFileSync(join(storeOf(), 'agent', `${session.id}.index.lock`), '');
  expect(await resume()).toBeNull();
  writeFileSync(join(storeOf(), 'agent', `${session.id}.index`), 'broken');
  expect(await resume()).toBeNull();
  // A checkpoint that a crash kept from the log.
  put(session.place.root, {'c.txt': 'c\n'});
  await session.tree();
  expect((await resume())?.changed).toEqual(['c.txt']);
});

test('in place, in a repository with everything it may hold', async () => {
  makeRepository(repo, {'a.txt': 'a\n', '.gitignore': 'node_modules\n'});
  put(repo, {'a.txt': 'staged\n', 'node_modules/x': 'x'});
  git(repo, 'add', '-A');
  put(repo, {'u.txt': 'u\n'});
  makeRepository(join(repo, 'inner'), {i: 'i'});
  const before = gitFolderOf(repo);
  const session = await WorktreeSession.inPlace(worktrees, repo, repo);
  expect(session.prepared.left_out).toEqual([{path: 'inner', why: 'nested-repository'}]);
  expect(await session.checkpoint()).toBeNull();
  put(repo, {'a.txt': 'by the agent\n', 'n.txt': 'n\n'});
  rmSync(join(repo, 'u.txt'));
  const made = await session.checkpoint();
  expect(made).toMatchObject({changed: ['a.txt', 'n.txt', 'u.txt'], left_out: [{path: 'inner', why: 'nested-repository'}]});
  expect(await session.diff(await session.tree())).toContain('-staged\n+by the agent\n');
  await worktrees.settle(session.id);
  await worktrees.discard(repo, session.place, session.id);
  expect(existsSync(join(repo, 'n.txt'))).toBe(true);
  expect(gitFolderOf(repo)).toEqual(before);
});

test('in place outside any repository, and in one without commits', async () => {
  const plain = join(folder, 'plain');
  put(plain, {'a.txt': 'a\n', 'node_modules/x/y.js': 'y'});
  const session = await WorktreeSession.inPlace(worktrees, plain, null);
  put(plain, {'a.txt': 'b\n', 'node_modules/x/z.js': 'z'});
  expect((await session.checkpoint())?.changed).toEqual(['a.txt']);
  expect(await session.checkpoint()).toBeNull();
  expect(existsSync(join(plain, '.git'))).toBe(false);

  const fresh = join(folder, 'fresh');
  mkdirSync(fresh);
  git(fresh, 'init', '-q');
  put(fresh, {'a.txt': 'a\n'});
  const before = gitFolderOf(fresh);
  const other = await WorktreeSession.inPlace(worktrees, fresh, fresh, 'freshone00');
  put(fresh, {'b.txt': 'b\n'});
  expect((await other.checkpoint())?.changed).toEqual(['b.txt']);
  expect(gitFolderOf(fresh)).toEqual(before);
});

test('no checkpoints of a home folder', async () => {
  const session = await WorktreeSession.inPlace(worktrees, '/', null);
  expect(session.prepared.left_out).toEqual([{path: '.', why: 'too-large'}]);
  expect(await session.checkpoint()).toBeNull();
});

test('diffs are git’s, untouched by the user’s configuration, for every kind of file', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'bin.dat': '\0\x01', 'c.txt': 'c\nc\nc\nc\n'});
  git(repo, 'config', 'diff.external', '/bin/false');
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'b', 'bin.dat': '\0\x02'});
  renameSync(session.file('c.txt'), session.file('d.txt'));
  const tree = await session.tree();
  expect(await session.diff(tree)).toContain('-a\n+b\n\\ No newline at end of file\n');
  expect(await session.diff(tree)).toContain('Binary files a/bin.dat and b/bin.dat differ');
  expect(await session.diff(tree)).toContain('rename from c.txt');
  expect(await session.diff(tree, {color: true, stat: false})).toContain('\u001b[');
  expect(await session.diff(tree, {color: false, stat: true})).toContain('3 files changed');
  expect(lstatSync(storeOf()).mode & 0o077).toBe(0);
});
