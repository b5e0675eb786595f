import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
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

const lines = (...all: (string | number)[]) => all.map(line => `${line}\n`).join('');
const ten = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
const checkout = () => bytesOf(repo, path => path === '.git');
const begin = async (files: Record<string, string>) => {
  makeRepository(repo, files);
  return await WorktreeSession.start(worktrees, repo);
};

test('what only the worktree changed: writes, new files, deletions, moves, modes, links, binary', async () => {
  makeRepository(repo, {
    'a.txt': 'a\n',
    'gone.txt': 'g\n',
    'deep/er/gone.txt': 'g\n',
    'from.txt': 'm\n',
    'tool.sh': 't\n',
    'plain.txt': 'p\n',
    'bin.dat': '\0a',
  });
  chmodSync(join(repo, 'a.txt'), 0o640);
  symlinkSync('a.txt', join(repo, 'link'));
  const session = await WorktreeSession.start(worktrees, repo);
  const root = session.place.root;
  const [gitBefore, filesBefore] = [gitFolderOf(repo), checkout()];
  put(root, {'a.txt': 'A\r\n', 'new/er/n ü\n.txt': 'n', 'bin.dat': '\0b', 'empty.txt': ''});
  rmSync(join(root, 'gone.txt'));
  rmSync(join(root, 'deep'), {recursive: true});
  renameSync(join(root, 'from.txt'), join(root, 'to.txt'));
  chmodSync(join(root, 'tool.sh'), 0o755);
  rmSync(join(root, 'plain.txt'));
  symlinkSync('a.txt', join(root, 'plain.txt'));
  rmSync(join(root, 'link'));
  symlinkSync('../outside', join(root, 'link'));
  const applied = await session.apply();
  if (applied.kind !== 'applied') throw new Error(JSON.stringify(applied));
  expect(applied.files.map(file => `${file.change} ${file.path}`)).toEqual([
    'modified a.txt',
    'modified bin.dat',
    'deleted deep/er/gone.txt',
    'added empty.txt',
    'deleted from.txt',
    'deleted gone.txt',
    'modified link',
    'added new/er/n ü\n.txt',
    'type-changed plain.txt',
    'added to.txt',
    'modified tool.sh',
  ]);
  const {'a.txt': a, ...rest} = checkout();
  const {'a.txt': b, ...expected} = bytesOf(root, path => path === '.git');
  expect(rest).toEqual(expected);
  expect([a?.slice(0, 3), a?.slice(4)]).toEqual(['640', b?.slice(4)]);
  expect(existsSync(join(repo, 'deep'))).toBe(false);
  expect(gitFolderOf(repo)).toEqual(gitBefore);
  expect(await session.apply()).toEqual({kind: 'nothing'});

  const undone = await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after});
  expect(undone).toMatchObject({kind: 'applied'});
  expect(checkout()).toEqual(filesBefore);
  expect(existsSync(join(repo, 'new'))).toBe(false);
  expect(gitFolderOf(repo)).toEqual(gitBefore);
});

test('changes of both sides in one file are merged, and a second apply brings only what is new', async () => {
  const session = await begin({'a.txt': ten});
  put(repo, {'a.txt': ten.replace('2\n', 'two, mine\n')});
  put(session.place.root, {'a.txt': ten.replace('9\n', 'nine, its\n')});
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'a.txt', added: 1, removed: 1}]});
  const merged = ten.replace('2\n', 'two, mine\n').replace('9\n', 'nine, its\n');
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe(merged);
  put(repo, {'a.txt': merged.replace('nine, its\n', 'nine, mine again\n')});
  put(session.place.root, {'b.txt': 'b\n'});
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'b.txt', change: 'added'}]});
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toContain('nine, mine again');
});

test('a merge keeps line endings and a missing last one', async () => {
  const crlf = ten.replaceAll('\n', '\r\n').slice(0, -2);
  const session = await begin({'a.txt': crlf});
  put(repo, {'a.txt': crlf.replace('2\r', 'two\r')});
  put(session.place.root, {'a.txt': crlf.replace('7\r', 'seven\r')});
  expect((await session.apply()).kind).toBe('applied');
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe(crlf.replace('2\r', 'two\r').replace('7\r', 'seven\r'));
});

test('any conflict writes nothing; with markers everything else is brought', async () => {
  const session = await begin({'a.txt': ten, 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.bin': '\0', 'ok.txt': 'ok\n', '.gitignore': '*.log\n'});
  const root = session.place.root;
  put(repo, {
    'a.txt': ten.replace('5', 'mine'),
    'b.txt': 'b, mine\n',
    'd.bin': '\0mine',
    'both.txt': 'mine\n',
    'kept.log': 'mine, and ignored\n',
  });
  rmSync(join(repo, 'c.txt'));
  put(root, {
    'a.txt': ten.replace('5', 'its'),
    'c.txt': 'c, its\n',
    'd.bin': '\0its',
    'both.txt': 'its\n',
    'ok.txt': 'ok, its\n',
    '.gitignore': '',
  });
  put(root, {'kept.log': 'its\n'});
  rmSync(join(root, 'b.txt'));
  const before = [checkout(), gitFolderOf(repo)];
  const refused = await session.apply();
  expect([checkout(), gitFolderOf(repo)]).toEqual(before);
  const aMarked = lines(1, 2, 3, 4, '<<<<<<< checkout', 'mine', '=======', 'its', '>>>>>>> worktree', 6, 7, 8, 9, 10);
  const bothMarked = lines('<<<<<<< checkout', 'mine', '=======', 'its', '>>>>>>> worktree');
  expect(refused).toEqual({
    kind: 'conflict',
    files: [
      {path: 'a.txt', why: 'the same lines were changed on both sides', markers: aMarked},
      {path: 'b.txt', why: 'deleted in the worktree, changed in the checkout', markers: null},
      {path: 'both.txt', why: 'added on both sides', markers: bothMarked},
      {path: 'c.txt', why: 'deleted in the checkout, changed in the worktree', markers: null},
      {path: 'd.bin', why: 'changed on both sides, and binary', markers: null},
      {
        path: 'kept.log',
        why: 'added on both sides',
        markers: lines('<<<<<<< checkout', 'mine, and ignored', '=======', 'its', '>>>>>>> worktree'),
      },
    ],
  });
  const applied = await session.apply({conflicts: true});
  expect(applied).toMatchObject({kind: 'applied', conflicted: ['a.txt', 'b.txt', 'both.txt', 'c.txt', 'd.bin', 'kept.log']});
  const read = (path: string) => readFileSync(join(repo, path), 'utf8');
  expect([read('a.txt'), read('both.txt'), read('b.txt'), read('d.bin'), read('ok.txt')]).toEqual([
    aMarked,
    bothMarked,
    'b, mine\n',
    '\0mine',
    'ok, its\n',
  ]);
  expect(existsSync(join(repo, 'c.txt'))).toBe(false);
  expect(gitFolderOf(repo)).toEqual(before[1]);
});

test('files that became folders, folders that became files', async () => {
  const session = await begin({file: 'f\n', 'folder/a': 'a\n', 'folder/b/c': 'c\n', 'link/x': 'x\n'});
  const root = session.place.root;
  rmSync(join(root, 'file'));
  put(root, {'file/in/it': 'i\n'});
  rmSync(join(root, 'folder'), {recursive: true});
  put(root, {folder: 'now a file\n'});
  rmSync(join(root, 'link'), {recursive: true});
  symlinkSync('file', join(root, 'link'));
  mkdirSync(join(repo, 'folder/empty'));
  const before = checkout();
  const applied = await session.apply();
  expect(applied.kind).toBe('applied');
  expect(checkout()).toEqual(bytesOf(root, path => path === '.git'));
  if (applied.kind === 'applied') await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after});
  expect(checkout()).toEqual(before);
});

test('what the user put in the way is never lost', async () => {
  const session = await begin({'folder/a': 'a\n', file: 'f\n', 'sub/x': 'x\n', '.gitignore': 'precious\n'});
  const root = session.place.root;
  put(repo, {'folder/precious': 'ignored but mine\n', 'new/mine': 'm\n'});
  rmSync(join(repo, 'sub'), {recursive: true});
  mkdirSync(join(folder, 'elsewhere'));
  put(folder, {'elsewhere/x': 'x\n'});
  symlinkSync(join(folder, 'elsewhere'), join(repo, 'sub'));
  rmSync(join(root, 'folder'), {recursive: true});
  put(root, {folder: 'now a file\n', new: 'a file\n', 'sub/x': 'changed\n', 'sub/y': 'new\n'});
  const before = [checkout(), bytesOf(join(folder, 'elsewhere'))];
  expect(await session.apply()).toEqual({
    kind: 'conflict',
    files: [
      {path: 'folder', why: 'a folder stands there in the checkout, with folder/precious', markers: null},
      {path: 'new', why: 'a folder stands there in the checkout, with new/mine', markers: null},
      {path: 'sub/x', why: 'deleted in the checkout, changed in the worktree', markers: null},
      {path: 'sub/y', why: 'sub is no folder in the checkout', markers: null},
    ],
  });
  expect([checkout(), bytesOf(join(folder, 'elsewhere'))]).toEqual(before);
});

test('a read-only file is replaced and stays read-only', async () => {
  const session = await begin({'a.txt': 'a\n'});
  chmodSync(join(repo, 'a.txt'), 0o444);
  chmodSync(session.file('a.txt'), 0o644);
  put(session.place.root, {'a.txt': 'b\n'});
  expect((await session.apply()).kind).toBe('applied');
  expect(lstatSync(join(repo, 'a.txt')).mode & 0o777).toBe(0o444);
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('b\n');
});

test('undo refuses what the user changed since, and then changes nothing', async () => {
  const session = await begin({'a.txt': ten, 'b.txt': 'b\n'});
  put(session.place.root, {'a.txt': ten.replace('5', 'five'), 'b.txt': 'B\n'});
  const applied = await session.apply();
  if (applied.kind !== 'applied') throw new Error('not applied');
  put(repo, {'a.txt': `${ten.replace('5', 'five')}eleven\n`});
  const before = checkout();
  expect(await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after})).toMatchObject({
    kind: 'conflict',
    files: [{path: 'a.txt'}],
  });
  expect(checkout()).toEqual(before);
  put(repo, {'a.txt': ten.replace('5', 'five')});
  expect((await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after})).kind).toBe('applied');
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe(ten);
});

test('works after the user’s repository dropped the objects that the session came from', async () => {
  const session = await begin({'a.txt': ten});
  await worktrees.settle(session.id);
  put(session.place.root, {'a.txt': ten.replace('5', 'five')});
  const tree = await session.tree();
  rmSync(join(repo, '.git'), {recursive: true});
  makeRepository(repo, {'other.txt': 'o\n'});
  const applied = await worktrees.apply({repo, id: session.id, base: session.base, tree, conflicts: false, commit: null});
  expect(applied.kind).toBe('applied');
});

test('a link in the checkout is replaced, not followed', async () => {
  const session = await begin({'a.txt': 'a\n'});
  writeFileSync(join(folder, 'outside.txt'), 'a\n');
  rmSync(join(repo, 'a.txt'));
  symlinkSync(join(folder, 'outside.txt'), join(repo, 'a.txt'));
  put(session.place.root, {'a.txt': 'b\n'});
  expect(await session.apply()).toMatchObject({kind: 'conflict', files: [{path: 'a.txt'}]});
  expect(readlinkSync(join(repo, 'a.txt'))).toBe(join(folder, 'outside.txt'));
  expect(readFileSync(join(folder, 'outside.txt'), 'utf8')).toBe('a\n');
});

test('what could not be written stays to be applied', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'd.bin': '\0base', 'ok.txt': 'ok\n', 'gone.txt': 'g\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'its\n', 'd.bin': '\0its', 'ok.txt': 'ok, its\n'});
  rmSync(session.file('gone.txt'));
  put(repo, {'a.txt': 'mine\n', 'd.bin': '\0mine', 'gone.txt': 'changed\n'});
  const tree = await session.tree();
  const applied = await session.apply({conflicts: true});
  expect(applied).toMatchObject({kind: 'applied', conflicted: ['a.txt', 'd.bin', 'gone.txt']});
  expect((await worktrees.changed(session.place, session.base, tree)).map(({path, change}) => [path, change])).toEqual([
    ['d.bin', 'modified'],
    ['gone.txt', 'deleted'],
  ]);
  expect(await session.apply({conflicts: true})).toMatchObject({kind: 'conflict', files: [{path: 'd.bin'}, {path: 'gone.txt'}]});
  put(repo, {'d.bin': '\0base', 'gone.txt': 'g\n'});
  expect(await session.apply()).toMatchObject({kind: 'applied', files: [{path: 'd.bin'}, {path: 'gone.txt'}]});
});
