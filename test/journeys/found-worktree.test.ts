import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, inject, onTestFinished, test} from 'vitest';
import type {GitTree} from '../../src/core/vocabulary/ids.ts';
import {journey, ofType, type Journey} from '../support/journey.ts';
import {openTerminal} from '../surfaces/ui/harness/terminal.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** A session at rest whose worktree somebody changed since: one file written, one new, one gone. */
async function changedSince(more: readonly string[] = [], files = {'a.txt': 'a\n', 'b.txt': 'b\n'}) {
  const at = journey(files);
  const model = at.script([
    {calls: [shell('echo step > a.txt; echo new > made.txt')]},
    {text: 'Done.'},
    {text: 'Again.'},
    {text: 'Once more.'},
  ]);
  expect(await at.run(['-p', '--mode', 'full', ...more, '--model', model, 'Go.'])).toMatchObject({code: 0});
  const place = ofType(at.events(), 'session.opened')[0]?.place;
  if (place === undefined) throw new Error('not opened');
  const file = (path: string) => join(place.root, path);
  const checkpoint = ofType(at.events(), 'files.checkpointed').at(-1)?.tree;
  writeFileSync(file('a.txt'), 'mine\n');
  writeFileSync(file('since.txt'), 's\n');
  rmSync(file('b.txt'));
  return {at, file, checkpoint, id: at.sessions()[0] ?? ''};
}

const found = (at: Journey) => ofType(at.events(), 'session.resumed').map(({worktree}) => worktree);
const differs = ['a.txt', 'b.txt', 'since.txt'];

test('headless, the folder is kept as it is; how it differs is said, on the log, and to the model', async () => {
  const {at, file} = await changedSince();
  const {code, stderr} = await at.run(['resume', '--last', '-p', 'Go on.']);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('3 files had changed since the last checkpoint, and stay as they are: a.txt, b.txt, since.txt.'),
  ]);
  expect(found(at)).toMatchObject([{differs, trusted: 'folder'}]);
  expect(readFileSync(file('a.txt'), 'utf8')).toBe('mine\n');
  // The next resume finds what this one did.
  expect(await at.run(['resume', '--last', '-p', 'And on.'])).toMatchObject({code: 0});
  expect(found(at)[1]).toBe('as-left');
});

test('--trust checkpoint puts the files back, and what was there is kept in a tree that is named', async () => {
  const {at, file, checkpoint} = await changedSince();
  const {code, stderr} = await at.run(['resume', '--last', '-p', '--trust', 'checkpoint', 'Go on.']);
  expect(code, stderr).toBe(0);
  const [worktree] = found(at);
  if (worktree === undefined || typeof worktree === 'string') throw new Error('nothing differed');
  expect(worktree).toMatchObject({differs, trusted: 'checkpoint'});
  expect(stderr).toContain(`The folder as it was is kept: tree ${worktree.tree}.`);
  expect([readFileSync(file('a.txt'), 'utf8'), readFileSync(file('b.txt'), 'utf8'), existsSync(file('since.txt'))]).toEqual([
    'step\n',
    'b\n',
    false,
  ]);
  expect(shownIn(at, worktree.tree, 'a.txt')).toBe('mine\n');
  expect(shownIn(at, checkpoint ?? '', 'a.txt')).toBe('step\n');
});

/** What a tree of the private store holds, asked as the documentation says it. */
function shownIn(at: Journey, tree: GitTree | string, path: string): string {
  const store = ofType(at.events(), 'session.opened')[0]?.place.root.split('/').at(-2) ?? '';
  return at.git('--git-dir', join(at.home, 'checkpoints', `${store}.git`), 'cat-file', 'blob', `${tree}:${path}`);
}

test('what stands in the way is named, nothing is changed, and the folder can be gone on with', async () => {
  const {at, file, id} = await changedSince();
  mkdirSync(file('b.txt'));
  writeFileSync(file('.gitignore'), 'b.txt/\n');
  writeFileSync(file('b.txt/ignored'), 'i\n');
  const refused = await at.run(['resume', '--last', '-p', '--trust', 'checkpoint', 'Go on.']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('b.txt: a folder stands there, with b.txt/ignored')]);
  expect(refused.stderr).toContain(`agent resume ${id} --trust folder`);
  expect([readFileSync(file('a.txt'), 'utf8'), found(at)]).toEqual(['mine\n', []]);
  expect(await at.run(['resume', '--last', '-p', '--trust', 'folder', 'Go on.'])).toMatchObject({code: 0});
});

test('in the user’s own checkout nobody is asked, and the changes are told', async () => {
  const {at} = await changedSince(['--in-place']);
  expect(await at.run(['resume', '--last', '-p', 'Go on.'])).toMatchObject({code: 0});
  expect(found(at)).toMatchObject([{differs, trusted: 'folder'}]);
  expect(readFileSync(join(at.repo, 'a.txt'), 'utf8')).toBe('mine\n');
});

async function inTerminal(at: Journey, args: readonly string[]) {
  const terminal = await openTerminal(inject('program'), {args: ['-C', at.repo, ...args], env: at.env, columns: 120, rows: 40});
  onTestFinished(() => terminal.close());
  return terminal;
}

test('in the terminal, the differences are shown and a question comes before the session opens', async () => {
  const {at, file} = await changedSince();
  const terminal = await inTerminal(at, ['resume', '--last']);
  await terminal.sees('[F/c]');
  expect(terminal.all()).toMatch(/modified\s+a\.txt\s+\+1 -1\s+deleted\s+b\.txt\s+\+0 -1\s+added\s+since\.txt\s+\+1 -0/);
  expect(found(at)).toEqual([]);
  terminal.type('what\r');
  await terminal.sees('Type f or c.');
  terminal.type('c\r');
  await terminal.sees('were put back');
  expect(readFileSync(file('a.txt'), 'utf8')).toBe('step\n');
  terminal.type('\u0004');
  expect(await terminal.exit()).toBe(0);
  expect(found(at)).toMatchObject([{differs, trusted: 'checkpoint'}]);
});

test('the question stands also where the session was picked from the list', async () => {
  const {at, file} = await changedSince();
  const terminal = await inTerminal(at, ['resume']);
  await terminal.sees('1 session of this repository');
  terminal.type('\r');
  await terminal.sees('[F/c]');
  terminal.type('c\r');
  await terminal.sees('were put back');
  expect(readFileSync(file('a.txt'), 'utf8')).toBe('step\n');
  terminal.type('\u0004');
  expect(await terminal.exit()).toBe(0);
});

test('whoever leaves the question has decided nothing', async () => {
  const {at, file} = await changedSince();
  const terminal = await inTerminal(at, ['resume', '--last']);
  await terminal.sees('[F/c]');
  terminal.type('\u0003');
  expect(await terminal.exit()).toBe(130);
  expect(terminal.all()).toContain('--trust folder or --trust checkpoint');
  expect([readFileSync(file('a.txt'), 'utf8'), found(at)]).toEqual(['mine\n', []]);
  const again = await inTerminal(at, ['resume', '--last']);
  await again.sees('[F/c]');
  again.type('\r');
  await again.sees('stay as they are');
  again.type('\u0004');
  expect(await again.exit()).toBe(0);
});

test('what a killed step did is no difference that nothing explains', async () => {
  const at = journey();
  const model = at.script([{calls: [shell('echo x > x.txt; sleep 300')]}, {expect: [{contains: 'Outcome unknown'}], text: 'I looked.'}]);
  const agent = at.start(['-p', '--mode', 'full', '--model', model, 'Go.']);
  const root = () => ofType(at.events(), 'session.opened')[0]?.place.root ?? '';
  await agent.until(() => existsSync(join(root(), 'x.txt')), 'the file');
  agent.child.kill('SIGKILL');
  await agent.ended;
  expect(await at.run(['resume', '--last', '-p'])).toMatchObject({code: 0});
  expect(found(at)).toEqual(['as-left']);
  expect(ofType(at.events(), 'files.checkpointed').at(-1)?.changed).toEqual(['x.txt']);
});

test('a worktree that was taken away comes back from its last checkpoint', async () => {
  const {at, file} = await changedSince();
  rmSync(file(''), {recursive: true});
  expect(await at.run(['resume', '--last', '-p', 'Go on.'])).toMatchObject({code: 0});
  expect(found(at)).toEqual(['recreated']);
  expect(readFileSync(file('a.txt'), 'utf8')).toBe('step\n');
});

test('a repository that was moved: where it was is said, and a link there is enough', async () => {
  const {at, id} = await changedSince();
  const moved = join(at.root, 'moved');
  renameSync(at.repo, moved);
  const gone = await at.run(['resume', id, '-p', 'Go on.'], {cwd: at.root});
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining(`is gone, or no git repository any more: ${at.repo}\n`)]);
  expect(gone.stderr).toContain(`agent resume ${id} --repo DIR`);
  expect(gone.stderr).toContain(`agent replay ${id}`);
  expect((await at.run(['replay', id, '--plain'], {cwd: at.root})).stdout).toContain('Done.');
  symlinkSync(moved, at.repo);
  expect(await at.run(['resume', id, '-p', 'Go on.'], {cwd: at.root})).toMatchObject({code: 0});
});

test('--trust without a session to go on with is wrong usage', async () => {
  const at = journey();
  expect(await at.run(['-p', '--trust', 'folder', 'Go.'])).toMatchObject({code: 2});
  expect(await at.run(['resume', '--last', '-p', '--trust', 'me', 'Go.'])).toMatchObject({code: 2});
});
