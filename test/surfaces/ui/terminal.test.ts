import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {openTerminal, type TerminalOptions} from './harness/terminal.ts';

// The bundled program on a real pseudo-terminal.
const root = join(import.meta.dirname, '../../..');
let folder = '';
let program = '';
let open: Awaited<ReturnType<typeof openTerminal>>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-ui-bundle-'));
  await promisify(execFile)(process.execPath, [
    join(root, 'bin/build.js'),
    '--entry',
    join(import.meta.dirname, 'harness/main.ts'),
    '--outdir',
    folder,
  ]);
  program = join(folder, 'main.js');
});
afterAll(() => rm(folder, {recursive: true, force: true}));
afterEach(async () => {
  await Promise.all(open.map(terminal => terminal.close()));
  open = [];
});

async function start(options: TerminalOptions = {}) {
  const terminal = await openTerminal(program, options);
  open.push(terminal);
  await terminal.sees('Ask for something');
  return terminal;
}

const readable = () => delay(400);

test('a turn with an approval, from the prompt to the last line', async () => {
  const terminal = await start();
  terminal.type('fix the test\r');
  await terminal.sees('e  refuse and say why');
  await readable();
  terminal.type('y');
  await terminal.sees('All 50 tests pass.');
  await terminal.rests();
  expect(terminal.all().split('\n').slice(0, 13)).toEqual([
    '› fix the test',
    '',
    'I will run the tests.',
    '',
    '✓ shell npm test · exit 0 · 1s',
    '    ok 48',
    '    ok 49',
    '    ok 50',
    '    20 + 50 of 15,000 lines · 600 kB → 2.8 kB · sha256 ab12cd34',
    '',
    'All 50 tests pass.',
    '',
    '› Ask for something, or /help',
  ]);
  terminal.type('\u0004');
  expect(await terminal.exit()).toBe(0);
  expect(terminal.all()).toMatch(/All 50 tests pass\.\s+Resume with: agent resume 0k3v9q2m7x\nended: quit$/);
  expect(await terminal.commands()).toEqual([
    {type: 'prompt', text: 'fix the test'},
    {type: 'answer', call: '1.1', answer: 'allow'},
  ]);
});

test('the terminal is left as it was found', async () => {
  const terminal = await start();
  terminal.type('/quit\r');
  await terminal.exit();
  const raw = terminal.raw();
  // Bracketed paste off, cursor shown, keyboard protocol taken back where it was taken.
  expect(raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(raw.lastIndexOf('\u001b[?2004h'));
  expect(raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001b[?25l'));
  expect(raw.split('\u001b[<u').length).toBe(raw.split('\u001b[>1u').length);
  expect(raw).not.toContain('\u001b[?1049h');
  expect(raw).not.toMatch(/\u001b\[\?100[0-6]h/);
});

test('an answer longer than the screen is whole and once in the scroll-back, and nothing is ever cleared', async () => {
  const terminal = await start({rows: 12});
  terminal.type('stream\r');
  await terminal.sees('Paragraph 60 of the answer.');
  await terminal.rests();
  const seen = terminal
    .all()
    .split('\n')
    .filter(line => line.startsWith('Paragraph'));
  expect(seen).toEqual(Array.from({length: 60}, (_, index) => `Paragraph ${index + 1} of the answer.`));
  expect(terminal.raw()).not.toMatch(/\u001b\[[23]J/);
  expect(terminal.raw()).toContain('\u001b[?2026h');
});

test('escape sequences of a tool never reach the terminal', async () => {
  const terminal = await start();
  terminal.type('fix\r');
  await terminal.sees('e  refuse and say why');
  await readable();
  terminal.type('y');
  await terminal.sees('All 50 tests pass.');
  expect(terminal.raw()).not.toContain('evil');
  expect(terminal.raw()).not.toContain('\u001b[2J');
});

test('a paste keeps its lines, and an approval is not answered by it', async () => {
  const terminal = await start();
  terminal.type('\u001b[200~one\r\ntwo\u001b[201~');
  await terminal.sees('two');
  terminal.type('\r');
  await terminal.sees('e  refuse and say why');
  await readable();
  terminal.type('\u001b[200~y\u001b[201~');
  await terminal.sees('› y');
  await delay(1_000);
  terminal.type('n');
  await terminal.sees('refused: The user refused it.');
  expect(await terminal.commands()).toEqual([
    {type: 'prompt', text: 'one\ntwo'},
    {type: 'answer', call: '1.1', answer: 'deny'},
  ]);
});

test('Esc interrupts, Ctrl+C twice quits while it works', async () => {
  const terminal = await start();
  terminal.type('work\r');
  await terminal.sees('esc to interrupt');
  terminal.type('\u001b');
  await terminal.sees('Interrupted.');
  terminal.type('work\r');
  await terminal.sees('esc to interrupt');
  terminal.type('\u0003');
  await terminal.sees('Press Ctrl+C again to quit.');
  terminal.type('\u0003');
  await terminal.exit();
  expect(terminal.all()).toContain('ended: interrupted');
});

test('what was sent, and what was typed and not sent, is there in the next run', async () => {
  const first = await start();
  first.type('work\r');
  await first.sees('esc to interrupt');
  first.type('later\r');
  await first.sees('queued later');
  first.type('\u0003');
  await first.sees('› later');
  first.type('\u0003');
  await first.exit();
  const second = await start({home: first.folder, args: ['resumed']});
  await second.sees('An earlier answer.');
  await second.rests();
  second.type('\u001b[A');
  await second.sees('› later');
  second.type('\u001b[A\u001b[A');
  await second.sees('› work');
  expect(await readFile(join(first.folder, 'history'), 'utf8')).toBe('"work"\n"later"\n"later"\n');
});

test('a narrower terminal shows the same, once', async () => {
  const terminal = await start({rows: 14});
  terminal.type('fix the test\r');
  await terminal.sees('e  refuse and say why');
  for (const columns of [60, 40, 100]) {
    terminal.resize({columns, rows: 14});
    await terminal.rests();
    const shown = terminal.shown();
    expect(shown.split('Allow shell?').length).toBe(2);
    expect(shown.split('\n').at(-1)).toMatch(/^ask · /);
  }
});

test('without colour there is no style at all', async () => {
  const terminal = await start({env: {NO_COLOR: '1'}});
  terminal.type('/cost\r');
  await terminal.sees('output');
  expect(terminal.raw()).not.toMatch(/\u001b\[[\d;]*m/);
});

test('at rest the program does nothing', async () => {
  const terminal = await start();
  await terminal.rests();
  const before = terminal.raw().length;
  const used = await cpuTime(terminal.pid);
  await delay(1_500);
  expect(terminal.raw().length).toBe(before);
  expect((await cpuTime(terminal.pid)) - used).toBeLessThan(0.2);
});

/** Seconds of processor time that a process has used. */
async function cpuTime(pid: number): Promise<number> {
  const {stdout} = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]);
  const [seconds = 0, minutes = 0, hours = 0] = stdout.trim().split(':').map(Number).toReversed();
  return seconds + 60 * minutes + 3600 * hours;
}
