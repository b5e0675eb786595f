import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {GitTree} from '../../../src/core/vocabulary/ids.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let worktrees: Worktrees;
const open = () => gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: true});
beforeEach(() => {
  folder = temporaryFolder();
  repo = makeRepository(join(folder, 'repo'), {
    'a.txt': 'a\n',
    'deep/er/b.txt': 'b\n',
    'src/c.ts': 'c\n',
    '.gitignore': '*.log\nout/\n',
  });
  worktrees = open();
});
afterEach(() => remove(folder));

const filesOf = (session: WorktreeSession) => bytesOf(session.place.root, path => path === '.git' || path.startsWith('out/'));
const restore = (session: WorktreeSession, to: GitTree) => worktrees.restore(session.place, session.id, to);

/** One change after the other, each a step of its own. */
const steps: readonly ((file: (path: string) => string) => void)[] = [
  file => writeFileSync(file('a.txt'), 'a\r\nmore\0\xff'),
  file => renameSync(file('deep/er/b.txt'), file('deep/b2.txt')),
  file => chmodSync(file('src/c.ts'), 0o755),
  file => symlinkSync('../a.txt', file('src/link')),
  file => rmSync(file('deep'), {recursive: true}),
  file => writeFileSync(file('deep'), 'a file where a folder was\n'),
  file => {
    rmSync(file('src'), {recursive: true});
    symlinkSync('elsewhere', file('src'));
  },
  file => {
    rmSync(file('src'));
    mkdirSync(file('src/a b/ü'), {recursive: true});
    writeFileSync(file('src/a b/ü/n\nl'), Buffer.from([0, 1, 2, 255]));
  },
  file => writeFileSync(file('.gitignore'), '*.log\n'),
];

test('from every step to the one before and after and to the first, byte for byte, and the user’s git folder stays as it was', async () => {
  const before = gitFolderOf(repo);
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'kept.log': 'ignored\n'});
  const states = [{tree: session.prepared.base, files: filesOf(session)}];
  for (const step of steps) {
    step(path => session.file(path));
    states.push({tree: await session.tree(), files: filesOf(session)});
  }
  let at = states.length - 1;
  for (const to of everyWay(states.length)) {
    const {from, changed} = await restore(session, states[to]?.tree as GitTree);
    expect([at, to, from, filesOf(session)]).toEqual([at, to, states[at]?.tree, states[to]?.files]);
    expect(changed.length === 0).toBe(at === to);
    at = to;
  }
  expect(await session.checkpoint()).toBeNull();
  expect(gitFolderOf(repo)).toEqual(before);
});

/** Goes from the first of n places to every other and back, then down one by one and up again. */
function everyWay(n: number): number[] {
  const all = Array.from({length: n}, (_, at) => at);
  return [...all.flatMap(one => [0, one]), ...all.toReversed(), ...all];
}

test('what nobody checkpointed is kept first, and named', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'new.txt': 'n\n'});
  const one = await session.tree();
  put(session.place.root, {'a.txt': 'since\n', 'since.txt': 's\n'});
  const {from, changed} = await restore(session, one);
  expect(changed).toEqual(['a.txt', 'since.txt']);
  expect(existsSync(session.file('since.txt'))).toBe(false);
  await restore(session, from);
  expect(readFileSync(session.file('a.txt'), 'utf8')).toBe('since\n');
  expect(readFileSync(session.file('since.txt'), 'utf8')).toBe('s\n');
});

test('ignored files and files over the limit stay, and are never written over', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'tracked.log2': 't\n', 'grows.txt': 'small\n'});
  const first = await session.tree();
  put(session.place.root, {'.gitignore': '*.log\nout/\n*.log2\n', 'grows.txt': 'x'.repeat(2000), 'out/x': 'built\n'});
  rmSync(session.file('tracked.log2'));
  const second = await session.tree();
  put(session.place.root, {'tracked.log2': 'ignored now\n'});
  await session.checkpoint();
  const files = filesOf(session);
  const refused = await restore(session, first).catch((error: unknown) => error);
  expect(refused).toMatchObject({code: 'in-the-way'});
  expect((refused as Error).message).toContain('grows.txt: what stands there is in no checkpoint\ntracked.log2: what stands there');
  expect(filesOf(session)).toEqual(files);
  rmSync(session.file('tracked.log2'));
  rmSync(session.file('grows.txt'));
  await restore(session, first);
  expect(readFileSync(session.file('grows.txt'), 'utf8')).toBe('small\n');
  expect(readFileSync(session.file('out/x'), 'utf8')).toBe('built\n');
  await restore(session, second);
});

test('what was ignored at that step is not taken away', async () => {
  put(repo, {'.gitignore': '.env\nnode_modules/\n'});
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'.env': 'KEY=1\n', 'node_modules/p/i.js': 'i\n', 'own.txt': 'o\n'});
  const first = await session.tree();
  put(session.place.root, {'.gitignore': ''});
  const second = await session.tree();
  rmSync(session.file('own.txt'));
  await restore(session, first);
  expect(readFileSync(session.file('.env'), 'utf8')).toBe('KEY=1\n');
  expect(existsSync(session.file('node_modules/p/i.js'))).toBe(true);
  expect(existsSync(session.file('own.txt'))).toBe(true);
  expect(await session.checkpoint()).toBeNull();
  expect(await restore(session, second)).toMatchObject({from: first, changed: ['.gitignore']});
});

test('nothing is written through a link, and a missing tree is said', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  const first = session.prepared.base;
  mkdirSync(join(folder, 'outside'));
  put(folder, {'outside/er/b.txt': 'theirs\n'});
  rmSync(session.file('deep'), {recursive: true});
  symlinkSync(join(folder, 'outside'), session.file('deep'));
  await session.checkpoint();
  await restore(session, first);
  expect(readFileSync(session.file('deep/er/b.txt'), 'utf8')).toBe('b\n');
  expect(bytesOf(join(folder, 'outside'))).toHaveProperty('er/b.txt');
  expect(readFileSync(join(folder, 'outside/er/b.txt'), 'utf8')).toBe('theirs\n');
  await expect(restore(session, '0123456789012345678901234567890123456789' as GitTree)).rejects.toMatchObject({code: 'no-such-tree'});
});

test('in place, and in a folder outside any repository', async () => {
  for (const [name, root, where] of [
    ['inplace000', repo, repo],
    ['norepo0000', join(folder, 'plain'), null],
  ] as const) {
    put(root, {'x.txt': '1\n'});
    const session = await WorktreeSession.inPlace(worktrees, root, where, name);
    const files = filesOf(session);
    put(root, {'x.txt': '2\n', 'y/z': 'z\n'});
    await restore(session, session.prepared.base);
    expect(filesOf(session)).toEqual(files);
  }
});

test('stopped anywhere in the middle, the place is led back when it is opened, and the restore can be made again', async () => {
  const session = await WorktreeSession.start(worktrees, repo);
  put(session.place.root, {'a.txt': 'A\n', 'new/er/n.txt': 'n\n'});
  rmSync(session.file('deep'), {recursive: true});
  symlinkSync('nowhere', session.file('deep'));
  chmodSync(session.file('src/c.ts'), 0o755);
  const last = await session.tree();
  const files = filesOf(session);
  await worktrees.settle(session.id);
  const {place, id} = session;
  const given = {home: join(folder, 'home'), repo, place, id, last, to: session.prepared.base};
  const program = join(import.meta.dirname, '../../support/restore-and-die.ts');
  const deaths = [];
  for (let after = 1, ended = 'died'; ended === 'died'; after++) {
    ended = spawnSync(process.execPath, ['--no-warnings', program, JSON.stringify({...given, after})], {encoding: 'utf8'}).stdout.trim();
    const again = open();
    await again.open(repo, place, id, last);
    if (ended === 'died') expect([after, filesOf(session)]).toEqual([after, files]);
    else expect(await again.restore(place, id, given.to)).toMatchObject({changed: []});
    deaths.push(ended);
  }
  expect(deaths.length).toBeGreaterThan(10);
  expect(deaths.at(-1)).toBe('finished');
});
