import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {checkpointStores} from '../../../src/adapters/worktree/checkpoint-stores.ts';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {GitTree, SessionId} from '../../../src/core/vocabulary/ids.ts';
import type {Kept} from '../../../src/ports/checkpoint-stores.ts';
import {makeOld} from '../../support/aged.ts';
import {bytesOf, git, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let home: string;
const open = () => gitWorktrees({home, maxFileBytes: 1_000_000, dependencies: false});
const stores = (startTimeOf: (pid: number) => string | null = () => null) => checkpointStores({home, startTimeOf});
beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
  repo = makeRepository(join(folder, 'repo'), Object.fromEntries(Array.from({length: 20}, (_, n) => [`f${n}.txt`, `${n}\n`.repeat(50)])));
});
afterEach(() => remove(folder));

const storeFolder = () => join(home, 'checkpoints', readdirSync(join(home, 'checkpoints'))[0] ?? '');

const kept = (trees: readonly GitTree[], sessions: readonly WorktreeSession[]): Kept => ({
  trees: new Set<string>(trees),
  sessions: new Set(sessions.map(({id}) => id)),
  before: Date.now() - 24 * 3_600_000,
});

type Worked = {session: WorktreeSession; states: [GitTree, Record<string, string>][]};

/** A session of five steps, some of them in packs, with content of its own that no compression makes small. */
async function worked(name: string): Promise<Worked> {
  const session = await WorktreeSession.start(open(), repo, name);
  const files = () => bytesOf(session.place.root, path => path === '.git');
  const states: Worked['states'] = [[session.base, files()]];
  for (let n = 0; n < 5; n++) {
    put(session.place.root, {[`${name}-${n}.txt`]: noise(`${name} ${n}`), 'f1.txt': `${name} ${n}\n`});
    states.push([await session.tree(), files()]);
    if (n === 2) await session.worktrees.settle(session.id);
  }
  return {session, states};
}

const noise = (seed: string): string => Array.from({length: 400}, (_, n) => `${seed} ${(n * 7919) % 65_521}`).join('\n');

async function expectWhole({session, states}: Worked): Promise<void> {
  const again = open();
  await again.open(repo, session.place, session.id, states.at(-1)?.[0] ?? null);
  for (const [tree, files] of states) {
    await again.restore(session.place, session.id, tree);
    expect(bytesOf(session.place.root, path => path === '.git')).toEqual(files);
  }
  await again.restore(session.place, session.id, states.at(-1)?.[0] as GitTree);
}

test.each(['loose objects', 'packs'])(
  'what no session names goes (%s), every step of the others restores, and a look changes nothing',
  async form => {
    const [one, two] = [await worked('sessionone'), await worked('sessiontwo')];
    const trees = one.states.map(([tree]) => tree);
    await one.session.worktrees.discard(repo, two.session.place, two.session.id);
    if (form === 'packs') git(storeFolder(), 'repack', '-q', '-a', '-d');
    makeOld(home);
    const before = bytesOf(storeFolder());
    const [all] = await stores().look(kept([...trees, ...two.states.map(([tree]) => tree)], [one.session, two.session]));
    // Nothing but what restoring writes beside: trees of single files.
    expect(all).toMatchObject({trees: 0, bytes: 0, state: {kind: 'free'}});
    const [look] = await stores().look(kept(trees, [one.session]));
    expect(bytesOf(storeFolder())).toEqual(before);
    expect(look?.trees).toBe(5);
    expect(look?.bytes).toBeGreaterThan(5_000);
    const {freed} = await stores().collect(storeFolder(), kept(trees, [one.session]));
    expect(freed).toBeGreaterThan((look?.bytes ?? 0) / 2);
    expect(git(storeFolder(), 'fsck', '--full', '--strict')).toBe('');
    expect(readdirSync(join(storeFolder(), 'refs/agent'))).toContain('sessionone');
    expect(readdirSync(join(storeFolder(), 'agent')).filter(name => name.startsWith('sessiontwo'))).toEqual([]);
    await expectWhole(one);
    makeOld(home);
    expect(await stores().look(kept(trees, [one.session]))).toMatchObject([{state: {kind: 'free'}}]);
  },
);

test('a fork’s trees stay that only its parent had kept', async () => {
  const one = await worked('sessionone');
  makeOld(home);
  const trees = one.states.slice(0, 3).map(([tree]) => tree);
  const named: Kept = {trees: new Set<string>(trees), sessions: new Set(['forkedone0' as SessionId]), before: Date.now() - 86_400_000};
  await stores().collect(storeFolder(), named);
  for (const tree of trees) expect(git(storeFolder(), 'cat-file', '-t', tree)).toBe('tree\n');
  for (const [tree] of one.states.slice(3)) expect(() => git(storeFolder(), 'cat-file', '-e', tree)).toThrow();
});

test('what is younger than the limit stays, whoever named it', async () => {
  const one = await worked('sessionone');
  expect(await stores().look(kept([], []))).toMatchObject([{trees: 0, bytes: 0}]);
  await stores().collect(storeFolder(), kept([], []));
  await expectWhole(one);
});

test('checkpoints that still lean on the user’s objects are walked with them, and such as cannot be are left alone', async () => {
  const session = await WorktreeSession.start(open(), repo);
  put(session.place.root, {'new.txt': 'n\n'});
  const tree = await session.tree();
  makeOld(home);
  expect(await stores().look(kept([tree, session.base], [session]))).toMatchObject([{trees: 0, state: {kind: 'free'}}]);
  remove(repo);
  const before = bytesOf(storeFolder());
  expect(await stores().look(kept([tree, session.base], [session]))).toMatchObject([{trees: 0, bytes: 0, state: {kind: 'unreadable'}}]);
  await expect(stores().collect(storeFolder(), kept([tree], [session]))).rejects.toMatchObject({code: 'git-refused'});
  expect(bytesOf(storeFolder())).toEqual(before);
});

test('a store in which a session is at work is left alone, and one that is collected is waited for', async () => {
  const one = await worked('sessionone');
  makeOld(home);
  const note = join(storeFolder(), 'agent/sessionone.json');
  const text = readFileSync(note, 'utf8').replace(/"pid":\d+/, '"pid":4242424');
  writeFileSync(note, text);
  const alive = stores(pid => (pid === 4_242_424 ? 'then' : null));
  expect(await alive.look(kept([], []))).toMatchObject([{trees: 0, bytes: 0, state: {kind: 'in-use', session: 'sessionone'}}]);
  await expect(alive.collect(storeFolder(), kept([], []))).rejects.toMatchObject({code: 'in-use'});
  const lock = join(storeFolder(), 'agent/gc.lock');
  expect(existsSync(lock)).toBe(false);
  writeFileSync(lock, JSON.stringify({pid: process.ppid, started: 'unknown'}));
  let opened = false;
  const opening = open()
    .open(repo, one.session.place, one.session.id, one.states.at(-1)?.[0] ?? null)
    .then(() => (opened = true));
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(opened).toBe(false);
  await expect(stores(() => 'unknown').collect(storeFolder(), kept([], []))).rejects.toMatchObject({code: 'busy'});
  // Whoever held it died: what is left of it stops nobody.
  writeFileSync(lock, JSON.stringify({pid: 4_242_424, started: 'then'}));
  await opening;
  await expectWhole(one);
});

test('what a crash left to be led back stays, though no log names it yet', async () => {
  const session = await WorktreeSession.start(open(), repo);
  put(session.place.root, {'f1.txt': 'of a step\n', 'f2.txt': 'of a step\n'});
  const last = await session.tree();
  await session.worktrees.settle(session.id);
  put(session.place.root, {'f1.txt': 'of the user\n', 'f2.txt': 'of the user\n'});
  const {place, id} = session;
  const files = bytesOf(place.root, path => path === '.git');
  const program = join(import.meta.dirname, '../../support/restore-and-die.ts');
  for (let after = 1, ended = 'died'; ended === 'died'; after++) {
    const given = {home, repo, place, id, last, to: session.prepared.base, after};
    ended = spawnSync(process.execPath, ['--no-warnings', program, JSON.stringify(given)], {
      encoding: 'utf8',
    }).stdout.trim();
    if (ended !== 'died') break;
    makeOld(home);
    await stores().collect(storeFolder(), kept([last, session.prepared.base], [session]));
    await open().open(repo, place, id, last);
    expect([after, bytesOf(place.root, path => path === '.git')]).toEqual([after, files]);
  }
});
