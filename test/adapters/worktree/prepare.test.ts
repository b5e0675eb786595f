import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
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
  worktrees = gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: true});
});
afterEach(() => remove(folder));

const names = {
  'spaces in it.txt': '1',
  'ünï/cödé 😀.txt': '2',
  'new\nline.txt': '3',
  '"quoted"\t.txt': '4',
  '-dash': '5',
  ':colon': '6',
  'a\\b': '7',
  '*star*': '8',
};
const status = (root: string) => git(root, 'status', '--porcelain', '-z', '--no-renames', '--untracked-files=all').split('\0').toSorted();

test('the checkout as it lies there: staged, unstaged, deleted, moved, modes, links, untracked, odd names', async () => {
  makeRepository(repo, {
    'staged.txt': 'a\n',
    'unstaged.txt': 'b\n',
    'deleted.txt': 'c\n',
    'moved.txt': 'd\n',
    'tool.sh': 'e\n',
    'was-file': 'f\n',
    'folder/x': 'g\n',
    ...names,
  });
  writeFileSync(join(repo, '.gitignore'), 'ignored*\n');
  writeFileSync(join(repo, '.git/info/exclude'), 'private\n');
  put(repo, {'staged.txt': 'a2\n', 'added.txt': 'n\n'});
  git(repo, 'add', 'staged.txt', 'added.txt');
  put(repo, {'unstaged.txt': 'b2\n', 'staged.txt': 'a3\n', 'un tracked/ö\n.txt': 'u\n', 'ignored.log': 'no', private: 'no'});
  rmSync(join(repo, 'deleted.txt'));
  renameSync(join(repo, 'moved.txt'), join(repo, 'moved-to.txt'));
  chmodSync(join(repo, 'tool.sh'), 0o755);
  rmSync(join(repo, 'was-file'));
  put(repo, {'was-file/now': 'folder\n'});
  rmSync(join(repo, 'folder'), {recursive: true});
  symlinkSync('unstaged.txt', join(repo, 'folder'));
  symlinkSync('nowhere', join(repo, 'dangling'));
  for (const name of Object.keys(names).slice(0, 3)) writeFileSync(join(repo, name), 'changed');
  const before = gitFolderOf(repo);

  const session = await WorktreeSession.start(worktrees, repo);
  expect(gitFolderOf(repo)).toEqual(before);
  const skip = (path: string) => path === '.git' || path === 'ignored.log' || path === 'private';
  expect(bytesOf(session.place.root, skip)).toEqual(bytesOf(repo, skip));
  expect(existsSync(session.file('ignored.log'))).toBe(false);
  const changed = (lines: string[]) => lines.map(line => line.slice(3)).toSorted();
  expect(changed(status(session.place.root))).toEqual(changed(status(repo)));
  expect(git(session.place.root, 'diff', '--cached', '--name-only')).toBe('');
  expect(git(session.place.root, 'rev-parse', 'HEAD', '--abbrev-ref', 'HEAD')).toBe(`${session.place.head}\nHEAD\n`);
  expect(session.prepared.left_out).toEqual([]);
  expect(await worktrees.checkpoint(session.place, session.id)).toBeNull();
  expect(statSync(session.place.root).mode & 0o777).toBe(0o700);
});

test('what cannot be kept is named, and large files are there all the same', async () => {
  makeRepository(repo, {'a.txt': 'a\n'});
  put(repo, {'large.bin': 'x'.repeat(2000), 'b.txt': 'b\n'});
  makeRepository(join(repo, 'inner'), {'in.txt': 'i\n'});
  execFileSync('mkfifo', [join(repo, 'pipe')]);
  const session = await WorktreeSession.start(worktrees, repo);
  expect(session.prepared.left_out).toEqual([
    {path: 'inner', why: 'nested-repository'},
    {path: 'large.bin', why: 'too-large'},
    {path: 'pipe', why: 'special-file'},
  ]);
  expect(existsSync(session.file('inner'))).toBe(false);
  expect(statSync(session.file('large.bin')).size).toBe(2000);
  put(session.place.root, {'c.txt': 'c\n'});
  expect(await worktrees.checkpoint(session.place, session.id)).toMatchObject({
    changed: ['c.txt'],
    left_out: [{path: 'large.bin', why: 'too-large'}],
  });
});

test('hooks, filters and line endings of the repository take no part', async () => {
  makeRepository(repo, {
    '.gitattributes': '*.crlf text eol=crlf\n*.lfs filter=lfs\n*.id ident\n',
    'a.crlf': 'one\ntwo\n',
    'b.id': '$Id$\n',
  });
  for (const hook of ['post-checkout', 'post-index-change', 'pre-commit', 'reference-transaction']) {
    put(repo, {[`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${join(folder, 'hook-ran')}\n`});
    chmodSync(join(repo, '.git/hooks', hook), 0o755);
  }
  git(repo, 'config', 'core.fsmonitor', join(repo, '.git/hooks/pre-commit'));
  git(repo, 'config', 'filter.lfs.smudge', `touch ${join(folder, 'hook-ran')}; cat`);
  git(repo, 'config', 'filter.lfs.clean', 'sed s/real/pointer/');
  git(repo, 'config', 'filter.lfs.required', 'true');
  put(repo, {'big.lfs': 'real content\n', 'a.crlf': 'one\r\ntwo\r\n'});
  git(repo, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=', 'add', '-A');
  git(repo, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=', 'commit', '-qm', 'lfs');
  rmSync(join(folder, 'hook-ran'), {force: true});
  const before = gitFolderOf(repo);
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.crlf': 'one\r\ntwo\r\nthree\r\n', 'mixed.crlf': 'a\nb\r\n'});
  expect((await session.apply()).kind).toBe('applied');
  expect(readFileSync(session.file('big.lfs'), 'utf8')).toBe('real content\n');
  expect(readFileSync(join(repo, 'a.crlf'), 'utf8')).toBe('one\r\ntwo\r\nthree\r\n');
  expect(readFileSync(join(repo, 'mixed.crlf'), 'utf8')).toBe('a\nb\r\n');
  expect(existsSync(join(folder, 'hook-ran'))).toBe(false);
  expect(gitFolderOf(repo)).toEqual(before);
});

test('submodules come as plain files, and their git folders stay untouched', async () => {
  const library = makeRepository(join(folder, 'library'), {'lib.txt': 'lib\n'});
  makeRepository(repo, {'a.txt': 'a\n'});
  git(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'libs/sub');
  git(repo, 'commit', '-qm', 'sub');
  put(repo, {'libs/sub/lib.txt': 'lib, changed\n', 'libs/sub/new.txt': 'new\n'});
  const before = gitFolderOf(repo);
  const session = await WorktreeSession.start(worktrees, repo);
  expect(readFileSync(session.file('libs/sub/lib.txt'), 'utf8')).toBe('lib, changed\n');
  expect(existsSync(session.file('libs/sub/new.txt'))).toBe(true);
  expect(existsSync(session.file('libs/sub/.git'))).toBe(false);
  put(session.place.root, {'libs/sub/lib.txt': 'lib, changed again\n'});
  expect((await session.apply()).kind).toBe('applied');
  expect(readFileSync(join(repo, 'libs/sub/lib.txt'), 'utf8')).toBe('lib, changed again\n');
  expect(gitFolderOf(repo)).toEqual(before);
});

test('from inside a submodule, and from a linked worktree of the user', async () => {
  const library = makeRepository(join(folder, 'library'), {'lib.txt': 'lib\n'});
  makeRepository(repo, {'a.txt': 'a\n'});
  git(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub');
  git(repo, 'commit', '-qm', 'sub');
  git(repo, 'worktree', 'add', '-q', join(folder, 'linked'));
  for (const dir of [join(repo, 'sub'), join(folder, 'linked')]) {
    const session = await WorktreeSession.start(worktrees, dir, `session${dir.length}`);
    put(session.place.root, {'n.txt': 'n\n'});
    expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'n.txt'}]});
    expect(existsSync(join(dir, 'n.txt'))).toBe(true);
    expect(git(session.place.root, 'status', '--short')).toBe('?? n.txt\n');
    await worktrees.discard(session.repo, session.place, session.id);
  }
  expect(git(repo, 'worktree', 'list').trim().split('\n')).toHaveLength(2);
});

test('a sparse checkout and a detached head', async () => {
  makeRepository(repo, {'in/a.txt': 'a\n', 'out/b.txt': 'b\n'});
  git(repo, 'checkout', '-q', '--detach');
  git(repo, 'sparse-checkout', 'set', '--no-cone', '/in/');
  const session = await WorktreeSession.start(worktrees, repo);
  expect(existsSync(session.file('out'))).toBe(false);
  expect(git(session.place.root, 'status', '--short')).toBe('');
});

test('a second attempt after a crash in the middle starts afresh', async () => {
  makeRepository(repo, {'a.txt': 'a\n'});
  const first = await WorktreeSession.start(worktrees, repo);
  put(first.place.root, {'half.txt': ''});
  rmSync(first.file('a.txt'));
  const again = await WorktreeSession.start(gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: true}), repo);
  expect(again.prepared.base).toBe(first.prepared.base);
  expect(existsSync(again.file('half.txt'))).toBe(false);
  mkdirSync(join(again.place.root, 'empty'));
  expect(await worktrees.checkpoint(again.place, again.id)).toBeNull();
});

test('a tracked file over the limit is kept whatever its size; an untracked one is named when the session made or changed it', async () => {
  makeRepository(repo, {'tracked.bin': 'x'.repeat(2000)});
  put(repo, {'mine.bin': 'y'.repeat(2000)});
  const session = await WorktreeSession.start(worktrees, repo, 'largefiles');
  expect(session.prepared.left_out).toEqual([{path: 'mine.bin', why: 'too-large'}]);
  expect(await session.checkpoint()).toBeNull();
  put(session.place.root, {'tracked.bin': 'z'.repeat(3000), 'made.bin': 'm'.repeat(2000)});
  expect(await session.checkpoint()).toMatchObject({
    changed: ['tracked.bin'],
    left_out: [
      {path: 'made.bin', why: 'too-large', changed: true},
      {path: 'mine.bin', why: 'too-large'},
    ],
  });
  put(session.place.root, {'mine.bin': 'changed'.repeat(1000)});
  const again = await session.checkpoint();
  expect(again).toMatchObject({changed: []});
  expect(again?.left_out).toContainEqual({path: 'mine.bin', why: 'too-large', changed: true});
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'tracked.bin', change: 'modified'}]});
  rmSync(session.file('tracked.bin'));
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'tracked.bin', change: 'deleted'}]});
});

test('a name that is not UTF-8 is named, and never taken for a deletion', async () => {
  // Other systems refuse such a name.
  if (process.platform !== 'linux') return;
  makeRepository(repo, {'a.txt': 'a\n'});
  const odd = (root: string, start: string) => Buffer.concat([Buffer.from(`${root}/${start}`), Buffer.from([0xe9]), Buffer.from('.txt')]);
  writeFileSync(odd(repo, 'tracked-'), 'x\n');
  git(repo, 'add', '-A');
  git(repo, 'commit', '-q', '-m', 'odd');
  writeFileSync(odd(repo, 'other-'), 'x\n');
  const session = await WorktreeSession.start(worktrees, repo, 'oddnames00');
  expect(session.prepared.left_out).toEqual([
    {path: 'other-\uFFFD.txt', why: 'name'},
    {path: 'tracked-\uFFFD.txt', why: 'name'},
  ]);
  put(session.place.root, {'a.txt': 'changed\n'});
  expect((await session.checkpoint())?.changed).toEqual(['a.txt']);
  writeFileSync(odd(session.place.root, 'made-'), 'x\n');
  expect((await session.checkpoint())?.left_out).toContainEqual({path: 'made-\uFFFD.txt', why: 'name'});
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'a.txt'}]});
});
