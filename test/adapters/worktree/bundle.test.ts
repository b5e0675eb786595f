import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {writeBundle} from '../../../src/adapters/worktree/bundle.ts';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import {checkBundle} from '../../../src/adapters/worktree/unbundle.ts';
import type {Place} from '../../../src/core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {bytesOf, git, makeRepository, put, remove, temporaryFolder, testEnvironment} from '../../support/git-repository.ts';

const id = 'abcdefghjk' as SessionId;
let root = '';
let home = '';
let place: Place;
let trees: GitTree[] = [];
let store = '';

beforeEach(async () => {
  root = temporaryFolder();
  home = join(root, 'home');
  await session(makeRepository(join(root, 'repo'), {'a.txt': 'a\n', 'deep/er/b.txt': 'b\n'.repeat(500)}));
});
afterEach(() => remove(root));

async function session(repo: string): Promise<void> {
  const worktrees = gitWorktrees({home, maxFileBytes: 1e6, dependencies: false});
  const at = await worktrees.locate(repo);
  if (at.kind !== 'repository') throw new Error(at.kind);
  place = worktrees.plan(at, id);
  const {base} = await worktrees.prepare(repo, place, id);
  put(place.root, {'deep/er/b.txt': `${'b\n'.repeat(500)}c\n`, 'made ä "x".txt': 'made\n'});
  const checkpoint = await worktrees.checkpoint(place, id);
  await worktrees.leave(id);
  trees = [base, checkpoint!.tree];
  store = join(home, 'checkpoints', `${place.root.split('/').at(-2)}.git`);
}

const write = async (name: string, of = trees): Promise<{file: string; missing: readonly GitTree[]; contents: number}> => {
  const file = join(root, name);
  return {file, ...(await writeBundle(home)(place, of, file))};
};
const check = async (file: string, of = trees, into = 'other'): Promise<Awaited<ReturnType<ReturnType<typeof checkBundle>>>> => {
  const scratch = join(root, `scratch-${Math.random()}`);
  mkdirSync(scratch);
  return checkBundle(join(root, into))(file, of, scratch);
};

test('is the same whatever order the trees come in and however they lie in the store, and changes nothing there', async () => {
  const before = bytesOf(store);
  const {file, contents} = await write('one');
  expect(contents).toBe(4);
  await write('two', [...trees, trees[0]!].toReversed());
  expect(bytesOf(store)).toEqual(before);
  execFileSync('git', ['-C', store, '-c', 'pack.window=50', 'repack', '-adfq'], {env: testEnvironment()});
  await write('three');
  for (const name of ['two', 'three']) expect(readFileSync(join(root, name)).equals(readFileSync(file))).toBe(true);
});

test('is taken into another home, where everything can be told of it and a worktree come of it', async () => {
  const {file} = await write('bundle');
  const checked = await check(file);
  if ('why' in checked) throw new Error(checked.why);
  await checked.take(place, id);
  await checked.take(place, id);
  const there = gitWorktrees({home: join(root, 'other'), maxFileBytes: 1e6, dependencies: false});
  expect(await there.changed(place, trees[0]!, trees[1]!)).toEqual([
    {path: 'deep/er/b.txt', change: 'modified', added: 1, removed: 0},
    {path: 'made ä "x".txt', change: 'added', added: 1, removed: 0},
  ]);
  const imported = join(root, 'other', 'checkpoints', `${place.root.split('/').at(-2)}.git`);
  expect(git(imported, 'fsck', '--full')).toBe('');
  // Complete in itself: what no ref holds may go.
  git(imported, 'gc', '-q', '--prune=now');
  expect(git(imported, 'cat-file', '-p', `${trees[1]}:deep/er/b.txt`)).toContain('c\n');
});

test('of a repository that names its objects by sha256', async () => {
  const repo = join(root, 'sha256');
  execFileSync('git', ['init', '-q', '--object-format=sha256', repo], {env: testEnvironment()});
  put(repo, {'a.txt': 'a\n'});
  git(repo, 'add', '-A');
  git(repo, 'commit', '-q', '-m', 'first');
  await session(repo);
  const {file} = await write('bundle');
  expect(readFileSync(file, 'latin1')).toMatch(/^# v3 git bundle\n@object-format=sha256\n/);
  const checked = await check(file);
  if ('why' in checked) throw new Error(checked.why);
  await checked.take(place, id);
  const there = gitWorktrees({home: join(root, 'other'), maxFileBytes: 1e6, dependencies: false});
  expect(await there.changed(place, trees[0]!, trees[1]!)).toHaveLength(2);
});

test('names the trees that the store does not hold whole, and leaves them out', async () => {
  const none = '1'.repeat(40) as GitTree;
  expect((await write('some', [...trees, none])).missing).toEqual([none]);
  expect(await check(join(root, 'some'), trees)).toHaveProperty('take');
  expect(await check(join(root, 'some'), [...trees, none])).toEqual({why: `the tree ${none} is missing in it`});
  expect(await check(join(root, 'some'), [trees[0]!])).toEqual({why: `it holds the tree ${trees[1]}, which the log does not name`});
  remove(store);
  expect(await write('nothing')).toMatchObject({missing: trees.toSorted(), contents: 0, written: false});
});

test('with a tree that leads out of its folder, or into .git, is refused', async () => {
  const evil = makeRepository(join(root, 'evil'), {'a.txt': 'a\n'});
  const blob = git(evil, 'rev-parse', 'HEAD:a.txt').trim();
  for (const name of ['.git', '..', '.', 'a/b', '.GIT']) {
    const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
    const tree = execFileSync('git', ['-C', evil, 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
      input: entry,
      env: testEnvironment(),
    })
      .toString()
      .trim() as GitTree;
    const commit = execFileSync('git', ['-C', evil, 'commit-tree', tree, '-m', 'x'], {env: testEnvironment()}).toString().trim();
    git(evil, 'update-ref', `refs/agent/trees/${tree}`, commit);
    const file = join(root, `evil-${tree}`);
    git(evil, 'bundle', 'create', '-q', file, `refs/agent/trees/${tree}`);
    expect(await check(file, [tree]), name).toHaveProperty('why');
    git(evil, 'update-ref', '-d', `refs/agent/trees/${tree}`);
  }
});

test('that leans on objects which are not in it, or calls one tree by the name of another, is refused', async () => {
  const other = makeRepository(join(root, 'thin'), {'a.txt': 'a\n'});
  const first = git(other, 'rev-parse', 'HEAD').trim();
  put(other, {'b.txt': 'b\n'});
  git(other, 'add', '-A');
  git(other, 'commit', '-q', '-m', 'second');
  const tree = git(other, 'rev-parse', 'HEAD^{tree}').trim() as GitTree;
  git(other, 'update-ref', `refs/agent/trees/${tree}`, 'HEAD');
  git(other, 'bundle', 'create', '-q', join(root, 'thin.bundle'), `refs/agent/trees/${tree}`, `^${first}`);
  expect(await check(join(root, 'thin.bundle'), [tree])).toEqual({why: expect.stringContaining('a line that does not belong there')});
  const old = git(other, 'rev-parse', `${first}^{tree}`).trim() as GitTree;
  git(other, 'update-ref', `refs/agent/trees/${old}`, 'HEAD');
  git(other, 'bundle', 'create', '-q', join(root, 'wrong.bundle'), `refs/agent/trees/${old}`);
  expect(await check(join(root, 'wrong.bundle'), [old])).toEqual({why: `what it calls the tree ${old} is another`});
});

test('cut short or flipped anywhere is refused', async () => {
  const whole = readFileSync((await write('bundle')).file);
  const bad = join(root, 'bad');
  for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 12)) {
    writeFileSync(bad, whole.subarray(0, at));
    expect(await check(bad), `cut at ${at}`).toHaveProperty('why');
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 1;
    writeFileSync(bad, flipped);
    expect(await check(bad), `flipped at ${at}`).toHaveProperty('why');
  }
});
