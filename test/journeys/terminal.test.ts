import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, inject, onTestFinished, test} from 'vitest';
import {journey, ofType, type Journey} from '../support/journey.ts';
import {openTerminal} from '../surfaces/ui/harness/terminal.ts';

async function opened(at: Journey, args: readonly string[]) {
  const terminal = await openTerminal(inject('program'), {args: ['-C', at.repo, ...args], env: at.env, columns: 100, rows: 30});
  onTestFinished(() => terminal.close());
  return terminal;
}

test('a session in the terminal: prompt, streamed answer, approval, a second prompt, interrupt, quit', async () => {
  const at = journey();
  const model = at.script([
    {text: 'I will make a file.', stream_delay_ms: 10, calls: [{tool: 'shell', input: {command: 'echo made > made.txt'}}]},
    {text: 'The file is there.'},
    {text: 'A word after another that never ends.', stream_delay_ms: 3_000},
  ]);
  const terminal = await opened(at, ['--model', model]);
  await terminal.sees(/ask|scripted/);
  terminal.type('Make a file.\r');
  await terminal.sees('I will make');
  await terminal.until(() => ofType(at.events(), 'tool.judged').length === 1, 'the question on the log');
  await terminal.sees(/echo made > made\.txt/);
  // Who is still typing does not answer: the question takes keys only after a reaction time.
  await delay(1_000);
  terminal.type('y');
  await terminal.sees('The file is there.');
  expect(ofType(at.events(), 'human.answered').map(({answer}) => answer)).toEqual(['allow']);
  terminal.type('And now?\r');
  await terminal.sees(/A word/);
  terminal.type('\u001b');
  await terminal.until(() => ofType(at.events(), 'user.interrupted').length === 1, 'the interrupt on the log');
  await terminal.rests();
  terminal.type('\u0004');
  expect(await terminal.exit()).toBe(0);
  const [session = ''] = at.sessions();
  const [worktree] = ofType(at.events(), 'session.opened').map(({place}) => place.root);
  expect(readFileSync(join(worktree ?? '', 'made.txt'), 'utf8')).toBe('made\n');
  expect(terminal.all()).toMatch(new RegExp(`Session ${session}: 1 file changed \\(made\\.txt\\)\\. agent diff ${session}`));
  // The cursor is shown again, and what is pasted is no longer marked.
  const last = (sequence: string) => terminal.raw().lastIndexOf(`\u001b[?${sequence}`);
  expect(last('25h')).toBeGreaterThan(last('25l'));
  expect(last('2004l')).toBeGreaterThanOrEqual(last('2004h'));
});

test('a session that was killed while a command ran goes on in the terminal by itself', async () => {
  const at = journey();
  const model = at.script([
    {calls: [{tool: 'shell', input: {command: 'sleep 300'}}]},
    {expect: [{contains: 'Outcome unknown'}], text: 'I looked: all is well.'},
  ]);
  const agent = at.start(['-p', '--mode', 'full', '--model', model, 'Go.']);
  await agent.until(() => ofType(at.events(), 'process.spawned').length === 1, 'the command');
  agent.child.kill('SIGKILL');
  await agent.ended;
  const terminal = await opened(at, ['resume', '--last']);
  await terminal.sees('I looked: all is well.');
  terminal.type('\u0004');
  expect(await terminal.exit()).toBe(0);
});
