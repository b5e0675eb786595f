import {randomUUID} from 'node:crypto';
import {existsSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {shell as tool} from '../../../src/agent/tools/shell.ts';
import type {Running, World} from '../../../src/agent/tool.ts';
import {processGroups} from '../../../src/adapters/processes/process-groups.ts';
import type {CallId, Sha256} from '../../../src/core/vocabulary/ids.ts';
import {programs} from '../../contracts/shell.ts';
import {Marked} from '../../support/marked.ts';

const marked = new Marked();
const shell = processGroups();
afterAll(async () => {
  await shell.stopAll();
  expect(marked.left()).toEqual([]);
});

/** Only what the shell tool uses of the world is there. */
const world = {shell, cwd: tmpdir(), env: {PATH: process.env['PATH'] ?? '', SEEN: 'yes'}, shell_timeout_ms: 10_000} as unknown as World;

async function run(input: unknown, signal = new AbortController().signal) {
  let text = '';
  const events: string[] = [];
  const call: Running = {
    id: '1.1' as CallId,
    idempotency_key: marked.env()['AGENT_IDEMPOTENCY_KEY'] as Sha256,
    signal,
    out: bytes => {
      text += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
      return 'go-on';
    },
    spawned: () => void events.push('spawned'),
    ended: (_group, by) => void events.push(`ended by ${by}`),
    touched: () => {},
  };
  const ending = await tool.run(tool.schema.parse(input), world, call);
  return {ending, text, events, call};
}

const ran = (exit: number | null, more: object = {}) => ({
  kind: 'ran',
  exit,
  signal: null,
  timedOut: false,
  settled: 'exit',
  left_running: [],
  ...more,
});

test('runs a command; an exit code is a result, not a failure', async () => {
  expect(await run({command: 'echo out; echo err >&2; exit 3'})).toMatchObject({ending: ran(3), events: ['spawned', 'ended by itself']});
  const {text, call} = await run({command: 'echo "$SEEN $AGENT_IDEMPOTENCY_KEY"'});
  expect(text).toBe(`yes ${call.idempotency_key}\n`);
});

test('timeout_s, else the time of the settings', async () => {
  const timedOut = ran(null, {signal: 'SIGTERM', timedOut: true, settled: 'timeout'});
  expect(await run({command: 'sleep 60', timeout_s: 0.1})).toMatchObject({ending: timedOut, events: ['spawned', 'ended by timeout']});
  const quick = {...world, shell_timeout_ms: 50};
  expect(await tool.run({command: 'sleep 60'}, quick, (await run({command: 'true'})).call)).toEqual(timedOut);
});

test('an interrupt', async () => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 50);
  const {ending, events} = await run({command: 'sleep 60'}, interrupt.signal);
  expect(ending).toMatchObject({kind: 'ran', settled: 'interrupt', timedOut: false});
  expect(events).toEqual(['spawned', 'ended by interrupt']);
});

test('a group left running has not ended', async () => {
  const {ending, events} = await run({command: `node ${programs}/holds-the-pipe.mjs & sleep 0.1`});
  expect(ending).toMatchObject({kind: 'ran', exit: 0, left_running: [{command: expect.stringContaining('holds-the-pipe')}]});
  expect(events).toEqual(['spawned']);
});

test('a command that cannot start is a failure', async () => {
  expect((await run({command: 'echo \0'})).ending).toMatchObject({kind: 'failed', error: {code: 'invalid-command'}});
});

test('start, read and stop in the background', async () => {
  expect((await run({read: 'bg1'})).ending).toMatchObject({
    kind: 'failed',
    error: {code: 'no-background', hint: expect.stringContaining('None')},
  });
  const started = await run({command: 'printf one; sleep 0.4; echo two; sleep 60', background: true});
  expect(started).toMatchObject({ending: {kind: 'done'}, text: 'one\n[bg1 is running]\n', events: ['spawned']});
  expect(await run({read: 'bg1', timeout_s: 10})).toMatchObject({ending: {kind: 'done'}, text: 'two\n[bg1 is running]\n'});
  expect(await run({read: 'bg1', timeout_s: 0.01})).toMatchObject({text: '[bg1 is running]\n'});
  expect(await run({stop: 'bg1'})).toMatchObject({ending: {kind: 'done'}, text: '[bg1 ended: SIGTERM]\n'});
  expect(started.events).toEqual(['spawned', 'ended by stop']);
  expect(await run({stop: 'bg1'})).toMatchObject({ending: {kind: 'done'}, text: '[bg1 ended: SIGTERM]\n'});
  expect((await run({stop: 'bg9'})).ending).toMatchObject({error: {hint: 'There are: bg1.'}});
});

test('a background command that fails at once says so in its start', async () => {
  expect((await run({command: 'echo no such port >&2; exit 9', background: true})).text).toMatch(
    /^no such port\n\[bg2 (ended: exit 9|is running)\]\n$/,
  );
});

test('dropped output is told', async () => {
  const done = join(tmpdir(), `done-${randomUUID()}`);
  await run({command: `sleep 0.4; head -c 2000000 /dev/zero; : >${done}; sleep 60`, background: true});
  await expect.poll(() => existsSync(done), {timeout: 5_000}).toBe(true);
  expect((await run({read: 'bg3'})).text).toMatch(
    /^\[\d+ older bytes of bg3 were dropped before they were read\]\n\0+\n\[bg3 is running\]\n$/,
  );
  rmSync(done);
});

test.each([
  [{}, 'exactly one of command, read and stop; none came'],
  [{command: 'ls', read: 'bg1'}, 'exactly one of command, read and stop; 2 came'],
  [{command: ' '}, 'command is empty'],
  [{read: 'bg1', background: true}, 'background goes with command only'],
  [{command: 'ls', timeout_s: 0}, 'expected number to be >0'],
  [{cmd: 'ls'}, 'cmd'],
])('%j is refused', (input, message) => {
  const parsed = tool.schema.safeParse(input);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues.map(issue => issue.message).join('; ')).toContain(message);
});

test('risk, subject and the size of the description', () => {
  expect([tool.risk({command: 'ls'}), tool.risk({read: 'bg1'}), tool.risk({stop: 'bg1'})]).toEqual(['runs-command', 'reads', 'reads']);
  expect([tool.subjects({command: 'ls -l'}), tool.subjects({read: 'bg1'})]).toEqual([
    [{kind: 'command', text: 'ls -l'}],
    [{kind: 'name', text: 'bg1'}],
  ]);
  expect(tool.description.split(/\s+/).length).toBeLessThan(90);
});
