import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import {within} from '../../../src/adapters/worktree/git.ts';
import type {Place} from '../../../src/core/vocabulary/event.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, git, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let worktrees: Worktrees;
const open = () => gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1_000_000, dependencies: true});
beforeEach(() => {
  folder = temporaryFolder();
  repo = makeRepository(join(folder, 'repo'), {'a.txt': 'a\n', 'b.txt': 'b\n'});
  worktrees = open();
});
afterEach(() => remove(folder));

test('discard with the folder gone, with closed folders in it, and with the repository gone', async () => {
  const before = gitFolderOf(repo);
  const one = await WorktreeSession.start(worktrees, repo, 'sessionone');
  rmSync(one.place.root, {recursive: true});
  await worktrees.discard(repo, one.place, one.id);
  const two = await WorktreeSession.start(worktrees, repo, 'sessiontwo');
  put(two.place.root, {'closed/x': 'x'});
  chmodSync(two.file('closed'), 0o500);
  await worktrees.discard(repo, two.place, two.id);
  expect(gitFolderOf(repo)).toEqual(before);
  expect(existsSync(join(repo, '.git/worktrees'))).toBe(false);
  const three = await WorktreeSession.start(worktrees, repo, 'sessionthree');
  remove(repo);
  await worktrees.discard(repo, three.place, three.id);
  expect(await worktrees.list()).toEqual([]);
});

test('discard touches nothing that is not a session’s', async () => {
  git(repo, 'worktree', 'add', '-q', join(folder, 'linked'));
  const place: Place = {kind: 'worktree', root: join(folder, 'linked'), cwd: '', head: null};
  const session = await WorktreeSession.start(worktrees, repo);
  await expect(worktrees.discard(repo, place, session.id)).rejects.toMatchObject({code: 'not-ours'});
  await expect(worktrees.discard(repo, {...place, root: join(folder, 'home/worktrees/../../linked')}, session.id)).rejects.toMatchObject({
    code: 'not-ours',
  });
  await worktrees.discard(repo, session.place, session.id);
  expect(git(repo, 'worktree', 'list').trim().split('\n')).toHaveLength(2);
});

test('list and prune know the orphans', async () => {
  const other = makeRepository(join(folder, 'other'), {x: 'x'});
  const kept = await WorktreeSession.start(worktrees, repo, 'kept000000');
  const unlinked = await WorktreeSession.start(worktrees, repo, 'unlinked00');
  const homeless = await WorktreeSession.start(worktrees, other, 'homeless00');
  rmSync(join(repo, '.git/worktrees/unlinked00'), {recursive: true});
  remove(other);
  const orphans = async () => Object.fromEntries((await worktrees.list()).map(entry => [entry.session, entry.orphan]));
  expect(await orphans()).toEqual({[kept.id]: false, [unlinked.id]: true, [homeless.id]: true});
  expect(await worktrees.prune([kept.id])).toEqual([]);
  expect((await worktrees.prune([kept.id, unlinked.id, homeless.id])).map(entry => entry.session).toSorted()).toEqual([
    'homeless00',
    'unlinked00',
  ]);
  expect(await orphans()).toEqual({[kept.id]: false});
  expect((await worktrees.list())[0]?.bytes).toBeGreaterThan(4);
});

test('a worktree whose link is gone is linked again with its files untouched', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'changed\n', 'new.txt': 'n\n'});
  const last = await session.tree();
  put(session.place.root, {'after.txt': 'later\n'});
  rmSync(join(repo, '.git/worktrees'), {recursive: true});
  const before = gitFolderOf(repo);
  const again = open();
  expect(await again.open(repo, session.place, session.id, last)).toMatchObject({state: 'as-left', base: last});
  expect(git(session.place.root, 'status', '--porcelain')).toBe(' M a.txt\n?? after.txt\n?? new.txt\n');
  expect((await again.checkpoint(session.place, session.id))?.changed).toEqual(['after.txt']);
  expect(gitFolderOf(repo)).toEqual(before);
});

test('a worktree that is made again stands on no lock that a killed git left', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'changed\n'});
  const checkpoint = await worktrees.checkpoint(session.place, session.id);
  await worktrees.leave(session.id);
  remove(session.place.root);
  const [store] = readdirSync(join(folder, 'home/checkpoints'));
  writeFileSync(join(folder, 'home/checkpoints', store!, 'agent', `${session.id}.index.lock`), '');
  const again = open();
  expect(await again.open(repo, session.place, session.id, checkpoint!.tree)).toMatchObject({state: 'recreated'});
  expect(readFileSync(session.file('a.txt'), 'utf8')).toBe('changed\n');
  await again.leave(session.id);
});

test('a worktree of a sparse checkout that is made again has no deleted files', async () => {
  const sparse = makeRepository(join(folder, 'sparse'), {'in/a': 'a', 'out/b': 'b', 'out/c': 'c'});
  git(sparse, 'sparse-checkout', 'set', 'in');
  const session = await WorktreeSession.start(worktrees, sparse);
  put(session.place.root, {'out/c': 'made'});
  const checkpoint = await worktrees.checkpoint(session.place, session.id);
  await worktrees.leave(session.id);
  remove(session.place.root);
  const again = open();
  await again.open(sparse, session.place, session.id, checkpoint!.tree);
  expect(git(session.place.root, 'status', '--porcelain').trim()).toBe('M out/c');
  await again.leave(session.id);
});

test('a repository that is gone is refused, and one that git knows nothing of too', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  rmSync(join(repo, '.git'), {recursive: true});
  await expect(open().open(repo, session.place, session.id, session.base)).rejects.toMatchObject({code: 'no-repository'});
});

test('a crash in the middle of an apply is led back at the next start, whatever it had done', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n', 'new/n.txt': 'n\n'});
  rmSync(session.file('b.txt'));
  const tree = await session.tree();
  const before = bytesOf(repo, path => path === '.git');
  const program = join(import.meta.dirname, '../../support/apply-and-die.ts');
  for (let after = 1; after <= 14; after++) {
    const given = JSON.stringify({
      home: join(folder, 'home'),
      after,
      request: {repo, id: session.id, base: session.base, tree, conflicts: false, commit: null},
    });
    const died = spawnSync(process.execPath, ['--no-warnings', program, given], {encoding: 'utf8'}).stdout.trim();
    expect(died).toMatch(/^(died|finished)$/);
    await open().open(repo, session.place, session.id, tree);
    if (died === 'finished') break;
    expect([after, bytesOf(repo, path => path === '.git')]).toEqual([after, before]);
  }
  const applied = bytesOf(repo, path => path === '.git');
  expect(Object.keys(applied)).toEqual(['a.txt', 'new/n.txt']);
});

test('a file that the user saved after the crash is not led back', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n', 'b.txt': 'B\n'});
  const applied = await session.apply();
  if (applied.kind !== 'applied') throw new Error('not applied');
  const store = join(folder, 'home/checkpoints', execFileSync('ls', [join(folder, 'home/checkpoints')], {encoding: 'utf8'}).trim());
  const files = [
    {path: 'a.txt', temporary: null, permissions: 0o644},
    {path: 'b.txt', temporary: null, permissions: 0o600},
  ];
  const journal = {repo, session: session.id, pid: 2 ** 22 + 1, before: applied.before, after: applied.after, files};
  writeFileSync(join(store, 'agent', `apply-${session.id}.json`), JSON.stringify(journal));
  put(repo, {'a.txt': 'saved since\n'});
  await open().open(repo, session.place, session.id, null);
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('saved since\n');
  expect(readFileSync(join(repo, 'b.txt'), 'utf8')).toBe('b\n');
});

test('a repository that moved finds its sessions by neither name, and loses nothing', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n'});
  await session.tree();
  renameSync(repo, join(folder, 'moved'));
  expect(await worktrees.list()).toMatchObject([{session: session.id, repo, orphan: true}]);
  mkdirSync(join(folder, 'empty'));
  expect(await worktrees.locate(join(folder, 'moved'))).toMatchObject({kind: 'repository'});
});

test('a worktree whose `.git` is gone is no part of a repository around it: git in it refuses, and what we do leaves that one alone', async () => {
  makeRepository(folder, {dotfile: 'mine\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n'});
  rmSync(session.file('.git'));
  const before = gitFolderOf(folder);
  const {GIT_CEILING_DIRECTORIES} = within(session.place.root);
  const env = {...process.env, GIT_CEILING_DIRECTORIES};
  expect(spawnSync('git', ['reset', '--hard'], {cwd: session.place.root, env, encoding: 'utf8'}).stderr).toContain('not a git repository');
  expect((await session.checkpoint())?.changed).toEqual(['a.txt']);
  await open().open(repo, session.place, session.id, await session.tree());
  expect(gitFolderOf(folder)).toEqual(before);
});

test('an apply of a process that is dead but not yet buried does not stand in the way', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n'});
  const applied = await session.apply();
  if (applied.kind !== 'applied') throw new Error('not applied');
  const store = join(folder, 'home/checkpoints', readdirSync(join(folder, 'home/checkpoints'))[0] ?? '');
  const journal = {repo, session: session.id, pid: process.ppid, started: 'then', before: applied.before, after: applied.after, files: []};
  const leave = () => writeFileSync(join(store, 'agent', `apply-${session.id}.json`), JSON.stringify(journal));
  const seen = (startTime: string | null) =>
    gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: false, startTimeOf: () => startTime}).open(
      repo,
      session.place,
      session.id,
      null,
    );
  leave();
  await expect(seen('then')).rejects.toMatchObject({code: 'busy'});
  await seen(null);
  leave();
  await seen('later, another process');
});
