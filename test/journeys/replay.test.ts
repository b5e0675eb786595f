import {setTimeout as delay} from 'node:timers/promises';
import {beforeAll, expect, inject, onTestFinished, test} from 'vitest';
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {startAgent} from '../support/agent-process.ts';
import {sandbox, type Sandbox} from '../support/sandbox.ts';
import {openTerminal, type TerminalOptions} from '../surfaces/ui/harness/terminal.ts';

let at: Sandbox;
let id = '';

// One session for all: nothing here changes it.
beforeAll(async () => {
  at = sandbox();
  const long = "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; seq 100000; printf '\\033[31mred\\033[0m \\033]0;evil\\007\\n'";
  const model = at.script([
    {text: 'I **print** a lot.', calls: [{tool: 'shell', input: {command: long}}]},
    {text: 'I change a file.', calls: [{tool: 'shell', input: {command: 'echo new > made.txt; echo more >> readme.md'}}]},
    {text: 'All is done.'},
  ]);
  const {ended} = startAgent(['-p', '--mode', 'full', '--model', model, 'Do the work.'], {cwd: at.repo, env: at.env});
  expect(await ended).toMatchObject({code: 0});
  id = readdirSync(join(at.home, 'sessions'))[0] ?? '';
  return () => rmSync(at.root, {recursive: true, force: true});
});

async function opened(args: readonly string[] = [], options: TerminalOptions = {}) {
  const words = ['-C', at.repo, 'replay', id, ...args];
  const terminal = await openTerminal(inject('program'), {
    columns: 90,
    rows: 24,
    ...options,
    args: words,
    env: {...at.env, ...options.env},
  });
  onTestFinished(() => terminal.close());
  await terminal.until(() => /step \d+ of \d+/.test(terminal.shown()), 'the slider');
  return {
    ...terminal,
    /** Of the screen alone: the player has no scroll-back. */
    shows: (text: string | RegExp) =>
      terminal.until(() => (typeof text === 'string' ? terminal.shown().includes(text) : text.test(terminal.shown())), String(text)),
  };
}

const keys = {
  right: '\u001b[C',
  left: '\u001b[D',
  down: '\u001b[B',
  end: '\u001b[F',
  home: '\u001b[H',
  pageDown: '\u001b[6~',
  enter: '\r',
  escape: '\u001b',
};

test('step by step, search, the whole output, the diff, the context, and out again: the terminal is as it was', async () => {
  const terminal = await opened();
  expect(terminal.shown()).toContain('› Do the work.');
  expect(terminal.shown()).toContain('step 0 of 3');
  terminal.type(keys.right);
  await terminal.shows('step 1 of 3');
  await terminal.shows('I print a lot.');
  terminal.type(keys.enter);
  await terminal.shows(/1\.1 shell head .* 100,002 lines · 3\.6 MB/);
  await terminal.shows(/ 1 x{60,}/);
  await terminal.shows(/ 2 1\n/);
  terminal.type(keys.end);
  await terminal.shows('100002 \\x1b[31mred\\x1b[0m \\x1b]0;evil\\x07');
  terminal.type('g50000\r');
  await terminal.shows(' 50000 49999\n');
  terminal.type(keys.escape);
  await terminal.shows('step 1 of 3');
  await delay(100);
  terminal.type('/change\r');
  await terminal.shows('step 2 of 3');
  await terminal.shows('1 of 1 with "change"');
  terminal.type(keys.right + keys.right);
  await terminal.shows('All is done.');
  expect(terminal.shown()).toMatch(/✓ shell head .*exit 0/);
  expect(terminal.shown()).toMatch(/✓ shell echo new .*exit 0/);
  terminal.type('g2\r');
  await terminal.shows('step 2 of 3');
  terminal.type('d');
  await terminal.shows('+++ b/made.txt');
  await terminal.shows('+more');
  terminal.type('q');
  await terminal.shows('I change a file.');
  terminal.type('c');
  await terminal.shows(/Request of step 2 · [\d,]+ tokens of/);
  await terminal.shows(/user +\d+ whole +Do the work\./);
  terminal.type('q');
  await terminal.shows('step 2 of 3');
  terminal.type('q');
  expect(await terminal.exit()).toBe(0);
  expectRestored(terminal.raw());
  expect(terminal.raw()).not.toContain('\u001b]0;evil');
});

test('it plays by itself to the end, and Ctrl+C leaves with exit code 130', async () => {
  const terminal = await opened(['--speed', '100']);
  terminal.type(' ');
  await terminal.shows('step 3 of 3');
  await terminal.shows('This is the end.');
  terminal.type('\u0003');
  expect(await terminal.exit()).toBe(130);
  expectRestored(terminal.raw());
});

test('ended by a signal it gives the terminal back, too', async () => {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const terminal = await opened();
    process.kill(terminal.pid, signal);
    await terminal.exit();
    expectRestored(terminal.raw());
  }
});

test('it fits whatever the terminal becomes, with nothing of the old frame left', async () => {
  const terminal = await opened([], {columns: 100, rows: 30});
  terminal.type(keys.end);
  await terminal.shows('step 3 of 3');
  for (const [columns, rows] of [
    [40, 12],
    [200, 50],
    [60, 7],
    [60, 20],
    [41, 20],
    [90, 9],
  ] as const) {
    terminal.resize({columns, rows});
    await terminal.until(
      () =>
        terminal
          .shown()
          .split('\n')
          .some(row => new RegExp(`^[┿━]{${columns - 2}}●$`).test(row)),
      `a bar of ${columns}`,
    );
    await terminal.rests();
    const shown = terminal.shown();
    expect(shown.match(/All is done\./g)).toHaveLength(1);
    expect(shown.match(/step 3 of 3/g)).toHaveLength(1);
    expect(shown.split('\n')).toHaveLength(rows - 1);
    expect(shown.split('\n').at(-1)).toMatch(/space play.*\? keys$/);
  }
});

test('without colour there is no style at all', async () => {
  const terminal = await opened([], {env: {NO_COLOR: '1'}});
  terminal.type(`${keys.end}d`);
  await terminal.shows('step 3 of 3');
  expect(terminal.raw()).not.toMatch(/\u001b\[[\d;]+m/);
});

test('a part of it, and --plain on a terminal', async () => {
  const part = await opened(['--from', '2', '--to', '2']);
  part.type(keys.end);
  await part.shows('I change a file.');
  expect(part.shown()).not.toContain('Do the work.');
  part.type('g3\r');
  await part.shows('There is no step 3. The steps are 2 to 2.');
  const plain = await openTerminal(inject('program'), {args: ['-C', at.repo, 'replay', id, '--plain'], env: at.env});
  onTestFinished(() => plain.close());
  expect(await plain.exit()).toBe(0);
  expect(plain.all()).toContain('> Do the work.');
  expect(plain.raw()).not.toContain('\u001b[?1049h');
});

test('of a damaged log what can be read is played, and what is wrong is said when it is left', async () => {
  const file = join(at.home, 'sessions', id, 'log.jsonl');
  const whole = readFileSync(file, 'utf8');
  const lines = whole.split('\n');
  onTestFinished(() => writeFileSync(file, whole));
  writeFileSync(file, lines.map((line, index) => (index === lines.length - 4 ? `${line} ` : line)).join('\n'));
  const terminal = await opened();
  terminal.type(keys.end);
  await terminal.shows('I change a file.');
  terminal.type('q');
  expect(await terminal.exit()).toBe(1);
  await terminal.rests();
  expect(terminal.all()).toMatch(new RegExp(`The log of session ${id} is\\s+damaged`));
});

/** The screen that was there before, the cursor, and a paste that is not marked any more. */
function expectRestored(raw: string): void {
  const last = (sequence: string) => raw.lastIndexOf(`\u001b[?${sequence}`);
  expect(last('1049l')).toBeGreaterThan(last('1049h'));
  expect(last('25h')).toBeGreaterThan(last('25l'));
  expect(last('2004l')).toBeGreaterThanOrEqual(last('2004h'));
  expect(raw.split('\u001b[<u').length).toBe(raw.split('\u001b[>1u').length);
}
