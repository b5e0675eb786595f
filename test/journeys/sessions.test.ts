import {appendFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startTimeOf} from '../../src/adapters/processes/process-table.ts';
import {journey, ofType, withProvider, type Journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** A session that is killed while its first command runs; `marks` gets a line for each time that the command ran. */
async function killedInTool(at: Journey, replies: readonly object[]): Promise<{session: string; marks: string; pid: number}> {
  const marks = join(at.root, 'marks');
  const command = `trap '' TERM; echo $$ >> ${marks}; sleep 300 & wait; sleep 300`;
  const agent = at.start(['-p', '--mode', 'full', '--model', at.script([{calls: [shell(command)]}, ...replies]), 'Go.']);
  await agent.until(() => existsSync(marks) && readFileSync(marks, 'utf8').includes('\n'), 'the command');
  agent.child.kill('SIGKILL');
  await agent.ended;
  const pid = Number(readFileSync(marks, 'utf8'));
  expect(startTimeOf(pid)).not.toBeNull();
  return {session: at.sessions()[0] ?? '', marks, pid};
}

test('killed while a command runs: the resumed session ends what was left, tells the model that the outcome is unknown, and never runs it again', async () => {
  const at = journey();
  const {marks, pid} = await killedInTool(at, [{expect: [{contains: 'Outcome unknown'}], text: 'I looked.'}]);
  const {code, stdout, stderr} = await at.run(['resume', '--last', '-p', '--mode', 'full']);
  expect([code, stdout], stderr).toEqual([0, 'I looked.\n']);
  expect(stderr).toContain('Ended a process left from before');
  expect([startTimeOf(pid), readFileSync(marks, 'utf8').trim().split('\n').length]).toEqual([null, 1]);
  expect(ofType(at.events(), 'tool.finished').map(({outcome}) => outcome.kind)).toEqual(['lost']);
  expect(ofType(at.events(), 'process.ended').map(({by}) => by)).toEqual(['recovery']);
});

test('killed while a command runs: the next start ends what was left, whichever session it is of, and the killed one can still go on', async () => {
  const at = journey();
  const {session, pid} = await killedInTool(at, [{expect: [{contains: 'Outcome unknown'}], text: 'I looked.'}]);
  const other = await at.run(['-p', '--mode', 'full', '--model', at.script([{calls: [shell('true')]}, {text: 'Another.'}]), 'Go.']);
  expect([other.code, other.stdout], other.stderr).toEqual([0, 'Another.\n']);
  expect(startTimeOf(pid)).toBeNull();
  expect(ofType(at.events(session), 'process.ended').map(({by}) => by)).toEqual(['recovery']);
  const {code, stdout, stderr} = await at.run(['resume', session, '-p', '--mode', 'full']);
  expect([code, stdout], stderr).toEqual([0, 'I looked.\n']);
});

test('a mode given in full is not restored by a resume: what needs approval is refused', async () => {
  const at = journey();
  await killedInTool(at, [{calls: [shell('touch made')]}, {text: 'Refused.'}]);
  const {code} = await at.run(['resume', '--last', '-p']);
  expect(code).toBe(4);
});

test('killed while the model streams: the request is made again, and nothing of the half reply is kept', async () => {
  const at = await withProvider();
  at.provider.script({text: 'Half an answer that is never whole.', hold: 600}, {text: 'Whole.'});
  const agent = at.start([...at.args(), '--output', 'stream-json', 'Go.']);
  await agent.until(() => agent.stdout().includes('"type":"delta"'), 'a first delta');
  agent.child.kill('SIGKILL');
  await agent.ended;
  expect(await at.run(['resume', '--last', '-p'])).toMatchObject({code: 0, stdout: 'Whole.\n'});
  expect(at.provider.requests.map(({refused}) => refused)).toEqual([null, null]);
  expect(at.provider.requests[1]?.body).toEqual(at.provider.requests[0]?.body);
  expect(ofType(at.events(), 'model.replied')).toHaveLength(1);
});

test('what is piped into a resume while something is owed steers it; where it is large it is kept whole, its excerpt stands in the request', async () => {
  const at = await withProvider();
  at.provider.script(
    {text: 'Half.', hold: 'head'},
    {calls: [{name: 'read_output', arguments: {output: 'prompt', search: 'row 77777 '}}]},
    {text: 'Found.'},
  );
  const agent = at.start([...at.args(), 'Go.']);
  await agent.until(() => at.provider.requests.length === 1, 'the request');
  agent.child.kill('SIGKILL');
  await agent.ended;
  const rows = Array.from({length: 100_000}, (_, row) => `row ${row} of the \0 log\n`).join('');
  const resumed = await at.run(['resume', '--last', '-p'], {stdin: rows});
  expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([0, 'Found.\n']);
  expect(at.provider.requests.map(({refused}) => refused)).toEqual([null, null, null]);
  const bodies = at.provider.requests.map(({body}) => JSON.stringify(body));
  expect(bodies[2]).toContain('row 77777 of the');
  expect(bodies[2]?.length).toBeLessThan(60_000);
});

test('a torn last line is set aside and told; a damaged line in the middle stops with its number, and nothing is changed', async () => {
  const at = journey();
  const {session} = await killedInTool(at, [{text: 'Done.'}]);
  const log = join(at.home, 'sessions', session, 'log.jsonl');
  appendFileSync(log, '{"v":1,"seq":99,"at":"20');
  const resumed = await at.run(['resume', '--last', '-p', '--mode', 'full']);
  expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([0, 'Done.\n']);
  expect(resumed.stderr).toMatch(/last line of the log was torn \(24 bytes/);

  const whole = readFileSync(log, 'utf8');
  const damaged = whole
    .split('\n')
    .map((line, index) => (index === 2 ? line.replace('"seq":2', '"seq":3') : line))
    .join('\n');
  writeFileSync(log, damaged);
  const {code, stderr} = await at.run(['resume', '--last', '-p', 'On.']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/log\.jsonl, line 3: its hash does not match[\s\S]*Nothing was changed/)]);
  expect(readFileSync(log, 'utf8')).toBe(damaged);
  writeFileSync(log, whole);
});

test('two processes on one session: the second is refused, whatever it wants to change, and disturbs nothing', async () => {
  const at = journey();
  const go = join(at.root, 'go');
  const agent = at.start([
    '-p',
    '--mode',
    'full',
    '--model',
    at.script([{calls: [shell(`until [ -e ${go} ]; do sleep 0.05; done`)]}, {text: 'First.'}]),
    'Go.',
  ]);
  await agent.until(() => at.sessions().length > 0 && ofType(at.events(), 'process.spawned').length === 1, 'the command');
  const [id = ''] = at.sessions();
  for (const args of [
    ['resume', '--last', '-p', 'Me too.'],
    ['apply', id],
    ['sessions', 'rm', id, '--yes'],
  ]) {
    const {code, stderr} = await at.run(args);
    expect([code, stderr], args.join(' ')).toEqual([1, expect.stringContaining('open in another process')]);
  }
  expect(await at.run(['diff', id])).toMatchObject({code: 0});
  writeFileSync(go, '');
  expect(await agent.ended).toMatchObject({code: 0, stdout: 'First.\n'});
});

test('two sessions in one repository at once have worktrees of their own, and both are applied', async () => {
  const at = journey();
  const making = (name: string) => ({tool: 'write', input: {path: name, content: `${name}\n`}});
  const runs = ['a.txt', 'b.txt', 'c.txt'].map(name =>
    at.run([
      '-p',
      '--mode',
      'full',
      '--apply',
      '--model',
      at.script([{calls: [making(name), shell('ls; sleep 0.3')]}, {text: `Made ${name}.`}]),
      'Go.',
    ]),
  );
  const ended = await Promise.all(runs);
  expect(
    ended.map(({code, stdout}) => [code, stdout]),
    ended.map(({stderr}) => stderr).join(''),
  ).toEqual([
    [0, 'Made a.txt.\n'],
    [0, 'Made b.txt.\n'],
    [0, 'Made c.txt.\n'],
  ]);
  expect(at.git('status', '--porcelain')).toBe('?? a.txt\n?? b.txt\n?? c.txt\n');
});
