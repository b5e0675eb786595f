import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, inject, test} from 'vitest';
import {idOf, plainSession, writeSession, writeSessions} from '../../../support/many-sessions.ts';
import {CliWorld} from '../../cli/world.ts';
import {openTerminal, type TerminalOptions} from '../harness/terminal.ts';

// The built program on a real pseudo-terminal, with two thousand sessions of two repositories and one that can be gone on with.
const world = new CliWorld();
const home = world.env['AGENT_HOME'] ?? '';
const open: Awaited<ReturnType<typeof openTerminal>>[] = [];
let real = '';

beforeAll(async () => {
  writeSessions(home, 2_000, [world.repo, '/elsewhere']);
  writeSession(
    home,
    idOf(9_999),
    plainSession({id: idOf(9_999), root: world.repo, prompt: 'Older than all', answer: 'The hippocampus remembers.'}),
    1_700_000_000,
  );
  real = await world.session({prompt: 'A session to go on with'});
});
afterAll(() => world.remove());
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});

async function start(args: readonly string[], options: TerminalOptions = {}) {
  const env = {...world.env, HOME: world.root, ...options.env};
  const terminal = await openTerminal(inject('program'), {...options, env, args: ['-C', world.repo, ...args], home: world.root});
  open.push(terminal);
  return terminal;
}

const picker = async (options: TerminalOptions = {}) => {
  const terminal = await start(['resume'], options);
  await terminal.sees('Type to search titles and text');
  return terminal;
};

test('a session is found by what was said in it, and gone on with', async () => {
  const terminal = await picker({rows: 30});
  await terminal.sees(/1,002 sessions of this repository$/m);
  expect(terminal.shown()).toContain('❯ A session to go on with');
  terminal.type('hippocamp');
  await terminal.sees(/1 of 1,002 sessions of this repository$/m);
  await terminal.sees('The hippocampus remembers.');
  expect(terminal.shown()).toContain('❯ Older than all');
  terminal.type('\u001b');
  expect(await terminal.exit()).toBe(130);
  await terminal.rests();
  expect(terminal.all().trim()).toBe('error: Nothing was resumed.');
});

test('Enter goes on with the session in the same terminal', async () => {
  const model = `scripted:${join(world.root, 'script.json')}`;
  const terminal = await start(['-r', '-m', model]);
  await terminal.sees('❯ A session to go on with');
  terminal.type('\r');
  await terminal.sees('Ask for something');
  await terminal.sees('Done.');
  expect(terminal.all()).not.toContain('Type to search');
  terminal.type('/quit\r');
  expect(await terminal.exit()).toBe(0);
  expect(terminal.all()).toContain(`agent resume ${real}`);
});

test('Tab shows all repositories; the screen is as wide and as high as the terminal is, and none of it stays', async () => {
  const terminal = await picker();
  terminal.type('\t');
  await terminal.sees(/2,002 sessions of all repositories$/m);
  for (const size of [
    {columns: 40, rows: 12},
    {columns: 100, rows: 30},
    {columns: 24, rows: 6},
  ]) {
    terminal.resize(size);
    terminal.type('\u001b[B');
    await terminal.rests();
    const lines = terminal.shown().split('\n');
    expect(lines.filter(line => line.startsWith('❯')).length).toBe(1);
    expect(lines.filter(line => line.startsWith('›')).length).toBeGreaterThan(0);
  }
  terminal.type('\u0003');
  expect(await terminal.exit()).toBe(130);
  await terminal.rests();
  expect(terminal.shown()).not.toContain('❯');
});

test('NO_COLOR: no colour', async () => {
  const terminal = await picker({env: {NO_COLOR: '1'}});
  await terminal.sees('❯ A session to go on with');
  terminal.type('\u001b');
  await terminal.exit();
  expect(terminal.raw()).not.toMatch(/\u001b\[(?:[39]\d|2)m/);
});

test.each([
  ['with --plain', ['resume', '--plain'], {}],
  ['on a terminal without a cursor to move', ['resume'], {TERM: 'dumb'}],
])('%s it is a numbered list', async (_, args, env) => {
  const terminal = await start(args, {env});
  await terminal.sees('Resume which');
  expect(terminal.all()).toContain(`  1  ${real}  `);
  terminal.type('\r');
  expect(await terminal.exit()).toBe(130);
});
