import {chmodSync, existsSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, git, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let worktrees: Worktrees;
beforeEach(() => {
  folder = temporaryFolder();
  repo = join(folder, 'repo');
  worktrees = gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1_000_000, dependencies: false});
});
afterEach(() => remove(folder));

const ten = Array.from({length: 10}, (_, n) => `${n}\n`).join('');

test('commits exactly what the worktree changed; what was staged stays staged, what was not stays so', async () => {
  makeRepository(repo, {'a.txt': ten, 'mixed.txt': ten, 'staged.txt': 's\n', 'gone.txt': 'g\n', 'tool.sh': 't\n', was: 'file\n'});
  put(repo, {'mixed.txt': ten.replace('1\n', 'one, mine\n'), 'staged.txt': 'staged by me\n', 'mine.txt': 'mine\n', 'half.txt': 'half\n'});
  git(repo, 'add', 'staged.txt', 'mixed.txt', 'half.txt');
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {
    'a.txt': ten.replace('5', 'five'),
    'mixed.txt': ten.replace('1\n', 'one, mine\n').replace('8\n', 'eight, its\n'),
    'new/n.txt': 'n\n',
  });
  rmSync(session.file('gone.txt'));
  rmSync(session.file('was'));
  put(session.place.root, {'was/folder': 'f\n'});
  chmodSync(session.file('tool.sh'), 0o755);
  put(repo, {'.git/hooks/pre-commit': `#!/bin/sh\ntouch ${join(folder, 'hook-ran')}\n`});
  chmodSync(join(repo, '.git/hooks/pre-commit'), 0o755);
  const applied = await session.apply({commit: 'Bring it\n\nwith a body'});
  expect(applied).toMatchObject({kind: 'applied', commit: git(repo, 'rev-parse', 'HEAD').trim()});
  expect(git(repo, 'log', '--format=%an %s %b', '-1').trim()).toBe('A Bring it with a body');
  expect(git(repo, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main\n');
  expect(git(repo, 'show', '--name-status', '--format=', '--no-renames', 'HEAD').trim().split('\n')).toEqual([
    'M\ta.txt',
    'D\tgone.txt',
    'M\tmixed.txt',
    'A\tnew/n.txt',
    'M\ttool.sh',
    'D\twas',
    'A\twas/folder',
  ]);
  expect(git(repo, 'show', 'HEAD:mixed.txt')).toBe(ten.replace('8\n', 'eight, its\n'));
  expect(git(repo, 'status', '--porcelain', '--untracked-files=all')).toBe('A  half.txt\nM  mixed.txt\nM  staged.txt\n?? mine.txt\n');
  expect(git(repo, 'diff', '--cached', 'mixed.txt')).toContain('+one, mine');
  expect(existsSync(join(folder, 'hook-ran'))).toBe(false);
  expect(git(repo, 'fsck', '--no-dangling').trim()).toBe('');
});

test('line endings and filters of the repository are the commit’s', async () => {
  makeRepository(repo, {'.gitattributes': '*.txt text\n*.up filter=up\n'});
  git(repo, 'config', 'filter.up.clean', 'tr a-z A-Z');
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'one\r\n', 'b.up': 'shout\n'});
  expect((await session.apply({commit: 'x'})).kind).toBe('applied');
  expect(git(repo, 'show', 'HEAD:a.txt')).toBe('one\n');
  expect(git(repo, 'show', 'HEAD:b.up')).toBe('SHOUT\n');
  expect(git(repo, 'status', '--porcelain')).toBe('');
});

test('refused, with nothing written, where the changes rest on uncommitted ones', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'b.txt': 'b\n'});
  put(repo, {'a.txt': 'mine\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'mine, and its\n', 'b.txt': 'its\n'});
  const before = [bytesOf(repo, path => path === '.git'), gitFolderOf(repo)];
  expect(await session.apply({commit: 'x'})).toMatchObject({
    kind: 'conflict',
    files: [{path: 'a.txt', why: expect.stringContaining('not committed') as unknown}],
  });
  writeFileSync(join(repo, '.git/MERGE_HEAD'), `${session.place.head}\n`);
  expect(await session.apply({commit: 'x'})).toMatchObject({
    kind: 'conflict',
    files: [{path: '.', why: expect.stringContaining('under way') as unknown}],
  });
  rmSync(join(repo, '.git/MERGE_HEAD'));
  expect([bytesOf(repo, path => path === '.git'), gitFolderOf(repo)]).toEqual(before);
  expect((await session.apply()).kind).toBe('applied');
});

test('a detached head moves by itself, and a repository nobody may commit in is refused before anything is written', async () => {
  makeRepository(repo, {'a.txt': 'a\n'});
  git(repo, 'checkout', '-q', '--detach');
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'b\n'});
  git(repo, 'config', '--unset', 'user.name');
  git(repo, 'config', '--unset', 'user.email');
  git(repo, 'config', 'user.useConfigOnly', 'true');
  const hidden = {GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1'};
  Object.assign(process.env, hidden);
  try {
    await expect(session.apply({commit: 'x'})).rejects.toMatchObject({code: 'no-identity'});
    expect(git(repo, 'status', '--porcelain')).toBe('');
  } finally {
    for (const name of Object.keys(hidden)) delete process.env[name];
  }
  git(repo, 'config', 'user.name', 'B');
  git(repo, 'config', 'user.email', 'b@example.org');
  expect((await session.apply({commit: 'x'})).kind).toBe('applied');
  expect(git(repo, 'rev-parse', 'main').trim()).toBe(session.place.head);
  expect(git(repo, 'log', '--format=%s', '-1').trim()).toBe('x');
});

test.each(['index.lock', 'refs/heads/main.lock'])('with %s held nothing moves: no file, not HEAD, not the index', async lock => {
  makeRepository(repo, {'a.txt': 'a\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n', 'new.txt': 'n\n'});
  writeFileSync(join(repo, '.git', lock), '');
  const head = git(repo, 'rev-parse', 'HEAD');
  const files = bytesOf(repo, path => path === '.git');
  const index = gitFolderOf(repo)['index'];
  await expect(session.apply({commit: 'Bring it'})).rejects.toMatchObject({name: 'WorktreeRefused'});
  expect([git(repo, 'rev-parse', 'HEAD'), bytesOf(repo, path => path === '.git'), gitFolderOf(repo)['index']]).toEqual([
    head,
    files,
    index,
  ]);
  expect(existsSync(join(repo, '.git/index.lock'))).toBe(lock === 'index.lock');
  rmSync(join(repo, '.git', lock));
  expect(await session.apply({commit: 'Bring it'})).toMatchObject({kind: 'applied'});
  expect(git(repo, 'status', '--porcelain')).toBe('');
});
