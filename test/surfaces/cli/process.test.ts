import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {CliWorld} from './world.ts';

// Before Node 22.18 types are stripped only where it is asked for.
const stripTypes = process.features.typescript === false ? ['--experimental-strip-types'] : [];
const program = [
  process.execPath,
  ...stripTypes,
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, '../../../src/main/agent.ts'),
];

const world = new CliWorld();
beforeAll(async () => void (await world.session({commands: ['seq 1 20000 > long.txt']})));
afterAll(() => world.remove());

/** A shell line in which `agent` is the program, each part of a pipe with its own exit code. */
function piped(line: string): {status: number | null; stdout: string; stderr: string} {
  const agent = program.map(word => `'${word}'`).join(' ');
  return spawnSync('bash', ['-c', `set -o pipefail; agent() { ${agent} "$@"; }; ${line}`], {
    cwd: world.repo,
    env: world.env,
    encoding: 'utf8',
  });
}

test('a reader that leaves early gets no error', () => {
  expect(piped('agent diff | head -n 1')).toMatchObject({status: 0, stdout: 'diff --git a/long.txt b/long.txt\n', stderr: ''});
  expect(piped('agent --help | true')).toMatchObject({status: 0, stderr: ''});
  expect(piped('agent sessions --json | head -c 1')).toMatchObject({status: 0, stdout: '{', stderr: ''});
});

test('all of a long output arrives where the reader is slow', () => {
  const {status, stdout} = piped('agent diff | { sleep 0.3; wc -l; }');
  expect([status, Number(stdout)]).toEqual([0, 20_006]);
});

function onTerminal(words: readonly string[], env: Record<string, string>): Promise<{code: number; out: string}> {
  const [file = '', ...args] = program;
  const terminal = spawn(file, [...args, ...words], {
    cols: 100,
    rows: 30,
    cwd: world.repo,
    env: {...world.env, TERM: 'xterm-256color', ...env},
  });
  let out = '';
  terminal.onData(data => (out += data));
  return new Promise(resolve => terminal.onExit(({exitCode}) => resolve({code: exitCode, out})));
}

test('on a terminal the diff has colours and goes through the pager', async () => {
  const {code, out} = await onTerminal(['diff', '--stat'], {PAGER: 'sed s/^/paged:/'});
  expect(code).toBe(0);
  expect(out).toMatch(/^paged: long\.txt \| 20000 .*\u001b\[32m\+/);
  expect((await onTerminal(['diff', '--stat'], {PAGER: 'cat'})).out).toMatch(/^ long\.txt/);
});

test('a pager that ends early ends the command', async () => expect((await onTerminal(['diff'], {PAGER: 'head -n 1'})).code).toBe(0));
