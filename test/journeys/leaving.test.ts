import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startTimeOf} from '../../src/adapters/processes/process-table.ts';
import {journey, ofType, withProvider} from '../support/journey.ts';

/** It ignores the polite signals, and so does what it started. */
const stubborn = `trap '' INT TERM HUP; (trap '' INT TERM HUP; sleep 300) & echo started > $MARK; sleep 300`;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s while a command runs: exit code 130, its whole process group is gone, and the session can be gone on with',
  async signal => {
    const at = journey();
    const mark = join(at.root, 'mark');
    const command = stubborn.replace('$MARK', mark);
    const model = at.script([
      {calls: [{tool: 'shell', input: {command}}]},
      {expect: [{contains: 'interrupted by the user'}], text: 'Going on.'},
    ]);
    const agent = at.start(['-p', '--model', model, '--mode', 'full', 'Go.']);
    await agent.until(() => existsSync(mark), 'the command');
    agent.child.kill(signal);
    const {code, stderr} = await agent.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/Interrupted\. Go on with: agent resume \w+ -p/);
    expect(ofType(at.events(), 'tool.finished').map(({outcome}) => outcome)).toMatchObject([{kind: 'ran', settled: 'interrupt'}]);
    expect(await at.run(['resume', '--last', '-p', '--mode', 'full'])).toMatchObject({code: 0, stdout: 'Going on.\n'});
  },
);

test('a second SIGINT ends the program at once, and what it started with it', async () => {
  const at = journey();
  const mark = join(at.root, 'mark');
  const agent = at.start([
    '-p',
    '--model',
    at.script([{calls: [{tool: 'shell', input: {command: stubborn.replace('$MARK', mark)}}]}]),
    '--mode',
    'full',
    'Go.',
  ]);
  await agent.until(() => existsSync(mark), 'the command');
  agent.child.kill('SIGINT');
  await agent.until(() => ofType(at.events(), 'user.interrupted').length === 1, 'the interrupt on the log');
  agent.child.kill('SIGINT');
  expect((await agent.ended).code).toBe(130);
});

test('SIGINT while the model streams ends the request at once', async () => {
  const at = await withProvider();
  at.provider.script({text: 'A long answer that never ends.', hold: 500});
  const agent = at.start([...at.args(), '--output', 'stream-json', 'Go.']);
  await agent.until(() => agent.stdout().includes('"type":"delta"'), 'a first delta');
  agent.child.kill('SIGINT');
  expect((await agent.ended).code).toBe(130);
  expect(at.provider.requests[0]?.closed).toBe(true);
  expect(ofType(at.events(), 'model.replied')).toEqual([]);
});

test('SIGINT while a failed request waits for its next try ends the wait', async () => {
  const at = await withProvider();
  at.provider.script({status: 429, headers: {'retry-after': '60'}});
  const agent = at.start([...at.args(), 'Go.']);
  await agent.until(() => agent.stderr().includes('trying again'), 'the wait');
  agent.child.kill('SIGINT');
  expect((await agent.ended).code).toBe(130);
});

test('whoever stops reading the stream interrupts the run: nothing goes on behind a closed pipe', async () => {
  const at = journey();
  const again = {text: 'again and again', calls: [{tool: 'shell', input: {command: 'sleep 0.1'}}]};
  const model = at.script([again], {repeat_last: true});
  const program = ['-p', '--model', model, '--mode', 'full', '--output', 'stream-json', 'Go.'];
  const agent = at.start(program);
  await agent.until(() => agent.stdout().includes('\n'), 'a first line');
  agent.child.stdout?.destroy();
  const {code} = await agent.ended;
  expect(code).toBe(130);
  expect(ofType(at.events(), 'user.interrupted')).toHaveLength(1);
});

test('a closed stderr does not end a run', async () => {
  const at = journey();
  const model = at.script([{calls: [{tool: 'shell', input: {command: 'true'}}]}, {text: 'Done.'}]);
  const agent = at.start(['-p', '--model', model, '--mode', 'full', 'Go.']);
  agent.child.stderr?.destroy();
  expect(await agent.ended).toMatchObject({code: 0, stdout: 'Done.\n'});
});

test('a command that leaves a server running: the run ends, and the server with it', async () => {
  const at = journey();
  const pid = join(at.root, 'pid');
  const model = at.script([
    {
      calls: [
        {tool: 'shell', input: {command: `sleep 300 & echo $! > ${pid}`}},
        {tool: 'shell', input: {command: 'sleep 301', background: true}},
      ],
    },
    {expect: [{contains: 'left running'}], text: 'Done.'},
  ]);
  expect(await at.run(['-p', '--model', model, '--mode', 'full', 'Go.'])).toMatchObject({code: 0});
  expect(startTimeOf(Number(readFileSync(pid, 'utf8')))).toBeNull();
});

test('stdin that stays open and silent does not hang a run that has its prompt', async () => {
  const at = journey();
  const {code, stdout, stderr} = await at.run(['-p', '--model', at.script([{text: 'Done.'}]), 'Go.'], {stdin: {open: true}});
  expect([code, stdout]).toEqual([0, 'Done.\n']);
  expect(stderr).toContain('stdin is open but silent');
});
