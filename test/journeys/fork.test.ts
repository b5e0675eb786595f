import {execFileSync} from 'node:child_process';
import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {journey, ofType, type Journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** One command a step: what it does to the files is known to no tool. */
const commands = [
  'echo two > a.txt && mkdir deep && echo new > deep/b.txt',
  'rm a.txt && mv deep/b.txt c.txt',
  'chmod +x c.txt && ln -s c.txt link && printf "\\000\\001\\377" > binary',
  'true',
  'rm -rf * && echo all new > z.txt',
];

const files = {'a.txt': 'one\n', 'ignored.log': 'x\n', '.gitignore': '*.log\n'};
const prompts = [
  {text: 'first', steps: commands.slice(0, 2)},
  {text: 'second', steps: commands.slice(2)},
];

/** Two turns, with one step a command and one for the answer of each; gives the session and the step at whose end each command's work is done. */
async function worked(
  at: Journey,
  more: readonly object[] = [],
): Promise<{session: string; after: readonly Record<string, string>[]; model: string}> {
  const replies = [
    {calls: [shell(commands[0]!)]},
    {calls: [shell(commands[1]!)]},
    {text: 'The first is done.'},
    ...commands.slice(2).map(command => ({calls: [shell(command)]})),
    {text: 'The second is done.'},
    ...more,
  ];
  const model = at.script(replies);
  const first = await at.run(['-p', '--mode', 'full', '--model', model, prompts[0]!.text]);
  expect(first.code, first.stderr).toBe(0);
  const session = at.sessions()[0]!;
  const second = await at.run(['resume', session, '-p', '--mode', 'full', prompts[1]!.text]);
  expect(second.code, second.stderr).toBe(0);
  return {session, after: simulated(at), model};
}

/** The files after each step, by running the commands once more elsewhere. */
function simulated(at: Journey): readonly Record<string, string>[] {
  const folder = join(at.root, 'simulated');
  execFileSync('git', ['clone', '--quiet', at.repo, folder]);
  const steps = [null, commands[0], commands[1], null, commands[2], commands[3], commands[4], null];
  return steps.map(command => {
    if (command) execFileSync('bash', ['-c', command], {cwd: folder});
    return treeOf(folder);
  });
}

/** Every file but git's, with its mode and content. */
function treeOf(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below))) {
    const path = join(below, name);
    if (path === '.git' || path === 'ignored.log') continue;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) Object.assign(found, treeOf(folder, path));
    else if (stat.isSymbolicLink()) found[path] = `link ${readlinkSync(join(folder, path))}`;
    else found[path] = `${stat.mode & 0o100 ? 'x' : '-'} ${readFileSync(join(folder, path)).toString('hex')}`;
  }
  return found;
}

const logOf = (at: Journey, session: string): Buffer => readFileSync(join(at.home, 'sessions', session, 'log.jsonl'));

async function forked(at: Journey, args: readonly string[]): Promise<{session: string; worktree: string; step: number}> {
  const {code, stdout, stderr} = await at.run(['fork', ...args, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as {session: string; worktree: string; step: number};
}

test('from every step: exactly its files and its records, whatever a command did to them', async () => {
  const at = journey(files);
  const {session, after} = await worked(at);
  const parent = logOf(at, session);
  for (const [step, tree] of after.entries()) {
    const fork = await forked(at, [`${session}@${step}`]);
    expect(treeOf(fork.worktree), `step ${step}`).toEqual(tree);
    expect(fork.step).toBe(step);
    const [event] = ofType(at.events(fork.session), 'session.forked');
    expect(event?.from).toMatchObject({session, step});
    const log = logOf(at, fork.session);
    const shared = log.indexOf('\n', log.subarray(0, log.indexOf('"session.forked"')).lastIndexOf('\n')) + 1;
    expect(log.subarray(0, shared).equals(parent.subarray(0, shared))).toBe(true);
    expect(at.events(fork.session).filter(({type}) => type === 'model.replied').length).toBe(step);
  }
  expect(logOf(at, session).equals(parent)).toBe(true);
  const verified = await at.run(['audit', 'verify', '--all']);
  expect(verified.code, verified.stdout).toBe(0);
});

test('a fork of a fork, from a step that it took over: it names the session whose record that is, and is proven', async () => {
  const at = journey(files);
  const {session, after} = await worked(at);
  const fork = await forked(at, [`${session}@5`]);
  for (const step of [0, 1, 4, 5]) {
    const second = await forked(at, [`${fork.session}@${step}`]);
    expect(treeOf(second.worktree), `step ${step}`).toEqual(after[step]);
    const event = ofType(at.events(second.session), 'session.forked').at(-1);
    expect(event?.from, `step ${step}`).toMatchObject({session: step < 5 ? session : fork.session, step});
  }
  const verified = await at.run(['audit', 'verify', '--all']);
  expect(verified.code, verified.stdout).toBe(0);
});

test('two forks go on at once, and live on when the parent and what the user kept of it are gone', async () => {
  const at = journey(files);
  const {session} = await worked(at);
  const [a, b] = [await forked(at, [`${session}@2`]), await forked(at, [`${session}@2`])];
  const said = (name: string) =>
    at.script([
      {text: ''},
      {text: ''},
      {expect: [{contains: 'first'}, {lacks: 'second'}], calls: [shell(`echo ${name} > own.txt`)]},
      {text: `${name} is done.`},
    ]);
  const go = (fork: {session: string}, name: string) =>
    at.run(['resume', fork.session, '-p', '--mode', 'full', '--model', said(name), 'now this']);
  const [one, two] = await Promise.all([go(a, 'one'), go(b, 'two')]);
  expect([one.stdout, two.stdout], one.stderr + two.stderr).toEqual(['one is done.\n', 'two is done.\n']);
  expect((await at.run(['sessions', 'rm', session, '--yes'])).code).toBe(0);
  at.git('reflog', 'expire', '--expire=now', '--all');
  at.git('gc', '--quiet', '--prune=now');
  expect(treeOf(a.worktree)['own.txt']).toBe(`- ${Buffer.from('one\n').toString('hex')}`);
  expect((await at.run(['diff', b.session])).stdout).toContain('+two');
  const again = await at.run(['audit', 'verify', '--all']);
  expect(again.code, again.stdout).toBe(0);
  const stats = JSON.parse((await at.run(['stats', '--json'])).stdout) as {total: {steps: number}};
  expect(stats.total.steps).toBe(4);
});

test('in another wording: the fork stands before the prompt of that step, and the old one was never said', async () => {
  const at = journey(files);
  const {session} = await worked(at);
  const model = at.script([
    {text: ''},
    {text: ''},
    {text: ''},
    {expect: [{contains: 'differently'}, {contains: 'first'}, {lacks: 'second'}], text: 'Done differently.'},
  ]);
  const {code, stdout, stderr} = await at.run([
    'fork',
    `${session}@5`,
    '--edit',
    'prompt',
    '-p',
    '--mode',
    'full',
    '--model',
    model,
    'differently',
  ]);
  expect([code, stdout], stderr).toEqual([0, 'Done differently.\n']);
});

test('with another result of one call: the model sees it in place of the first, and it is kept, masked and audited like any other', async () => {
  const at = journey(files);
  const model = at.script([{calls: [shell('printf "the %s output\\n" first')]}, {text: 'Seen.'}]);
  expect((await at.run(['-p', '--mode', 'full', '--model', model, 'look'])).code).toBe(0);
  const session = at.sessions()[0]!;
  const file = join(at.root, 'new-output.txt');
  writeFileSync(file, 'the second output\nPASSWORD=hunter2-is-a-secret-84\n');
  writeFileSync(join(at.repo, '.env'), 'PASSWORD=hunter2-is-a-secret-84\n');
  const expecting = at.script([
    {text: ''},
    {expect: [{contains: 'the second output'}, {lacks: 'the first output'}, {lacks: 'hunter2-is'}], text: 'Seen again.'},
  ]);
  const {code, stdout, stderr} = await at.run([
    'fork',
    `${session}@1`,
    '--edit',
    '1.1',
    '--with',
    file,
    '-p',
    '--mode',
    'full',
    '--model',
    expecting,
  ]);
  expect([code, stdout], stderr).toEqual([0, 'Seen again.\n']);
  const fork = at.sessions().find(id => id !== session)!;
  const shown = await at.run(['audit', 'show', '1.1', fork]);
  expect(shown.stdout).toMatch(/^the second output\nPASSWORD=«redacted:/);
  const verified = await at.run(['audit', 'verify', '--all']);
  expect(verified.code, verified.stdout).toBe(0);
});

test('what cannot be forked says why, and leaves nothing behind', async () => {
  const at = journey(files);
  const {session} = await worked(at);
  const before = at.sessions().length;
  for (const [args, code, words] of [
    [[`${session}@99`], 2, /has no step 99: its newest is 7/],
    [[`${session}@x`], 2, /number of a step/],
    [['nothing@1'], 2, /No session's id begins with/],
    [[session, '--edit', 'model'], 2, /expected "prompt", or a call/],
    [[session, '--edit', '9.1', '--with', '/dev/null'], 2, /has no step 9/],
    [[session, '--edit', '3.1', '--with', '/dev/null'], 2, /no result of call 3.1/],
    [[session, '--edit', '1.1'], 2, /--with FILE/],
    [[`${session}@5`, '--edit', '2.1', '--with', '/dev/null'], 2, /not one of step 5/],
    [[session, '--with', '/dev/null'], 2, /--edit is missing/],
  ] as const) {
    const done = await at.run(['fork', ...args]);
    expect([done.code, done.stderr], args.join(' ')).toEqual([code, expect.stringMatching(words)]);
  }
  expect(at.sessions().length).toBe(before);
});

test('a log in the folder of another session is found out', async () => {
  const at = journey(files);
  const {session} = await worked(at);
  const other = [...session].toReversed().join('');
  renameSync(join(at.home, 'sessions', session), join(at.home, 'sessions', other));
  const resumed = await at.run(['resume', other, '-p', '--mode', 'full', 'go on']);
  expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringContaining(`that of session ${session}`)]);
  expect((await at.run(['audit', 'verify', other])).code).toBe(6);
  expect(existsSync(join(at.home, 'sessions', other, 'log.jsonl'))).toBe(true);
});

test('from a step that a rewind took back: as it was then; without a step, as the session stands', async () => {
  const at = journey(files);
  const {session, after} = await worked(at);
  expect((await at.run(['rewind', session, '--to', '1'])).code).toBe(0);
  const newest = await forked(at, [session]);
  expect(treeOf(newest.worktree)).toEqual(after[1]);
  const more = at.script([...Array.from({length: 7}, () => ({text: ''})), {calls: [shell('echo other > own.txt')]}, {text: 'Done.'}]);
  expect((await at.run(['resume', session, '-p', '--mode', 'full', '--model', more, 'third'])).code).toBe(0);
  for (const step of [1, 4, 7]) {
    const fork = await forked(at, [`${session}@${step}`]);
    expect(treeOf(fork.worktree), `step ${step}`).toEqual(after[step]);
  }
});

test('the repository was moved: steps of before can be forked, and a fork goes back to steps of its parent, also when that one is gone', async () => {
  const at = journey(files);
  const {session, after} = await worked(at);
  const early = await forked(at, [`${session}@7`]);
  const cwd = join(at.root, 'moved');
  renameSync(at.repo, cwd);
  for (const args of [
    ['fork', `${session}@1`],
    ['rewind', session, '--to', '1'],
  ])
    expect((await at.run(args, {cwd: at.root})).stderr).toContain('--repo DIR');
  const said = at.script(Array.from({length: 9}, () => ({text: 'Yes.'})));
  const there = async (id: string) => at.run(['resume', id, '-p', '--model', said, '--repo', cwd, 'are you there'], {cwd});
  expect((await there(session)).code).toBe(0);
  expect((await at.run(['-c', '-p', '--model', said, 'and now'], {cwd})).code).toBe(0);
  expect(ofType(at.events(session), 'user.prompted')).toHaveLength(4);
  const late = await at.run(['fork', `${session}@2`, '--json'], {cwd});
  expect(late.code, late.stderr).toBe(0);
  const fork = JSON.parse(late.stdout) as {session: string; worktree: string};
  expect(treeOf(fork.worktree)).toEqual(after[2]);
  expect((await there(early.session)).code).toBe(0);
  expect((await at.run(['sessions', 'rm', session, '--yes'], {cwd})).code).toBe(0);
  const back = await at.run(['rewind', early.session, '--to', '1'], {cwd});
  expect(back.code, back.stderr).toBe(0);
  const root = ofType(at.events(early.session), 'session.resumed').at(-1)?.moved?.place.root;
  expect(treeOf(root!)).toEqual(after[1]);
  expect((await at.run(['audit', 'verify', '--all'], {cwd})).code).toBe(0);
});
