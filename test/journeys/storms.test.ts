import {expect, test} from 'vitest';
import {journey, ofType} from '../support/journey.ts';

const failing = {calls: [{tool: 'shell', input: {command: 'echo "Error: it took $(date +%N) ns to find nothing"; exit 1'}}]};
const args = (model: string): readonly string[] => ['-p', '--mode', 'full', '--model', model];

test('a storm ends a headless run with exit code 5, says why, and can be gone on with', async () => {
  const at = journey();
  const model = at.script([...Array.from({length: 7}, () => failing), {text: 'I give up.'}]);
  const paused = await at.run([...args(model), '--output', 'json', 'Do it.']);
  expect(paused.code).toBe(5);
  const result = JSON.parse(paused.stdout) as {rest: object; problem: string};
  expect(result.rest).toMatchObject({why: 'storm', kind: 'failure', times: 5});
  expect(result.problem).toContain('The same failure came back 5 times with no file changed in between: Error: it took');
  expect(paused.stderr).toContain('The model was told.');

  const resumed = await at.run(['resume', '--last', ...args(model)]);
  expect([resumed.code, resumed.stdout]).toEqual([0, 'I give up.\n']);
  expect(ofType(at.events(), 'storm.noticed').map(({pauses}) => pauses)).toEqual([false, false, true]);

  const told = await at.run(['replay', '--last']);
  expect(told.stdout).toContain('The session is paused: say how to go on.');
  const judged = await at.run(['audit', 'postmortem', '--last', '--json']);
  const {findings} = JSON.parse(judged.stdout) as {findings: readonly {question: string; verdict: string; evidence: readonly unknown[]}[]};
  expect(findings.filter(({verdict}) => verdict === 'yes').map(({question, evidence}) => [question, evidence.length])).toEqual([
    ['retry-storm', 5],
  ]);
});

test('a stream has the record, and the settings can say that no run pauses', async () => {
  const at = journey();
  at.configure('[storms]\npause = 0\n');
  const model = at.script([...Array.from({length: 6}, () => failing), {text: 'I give up.'}]);
  const {code, stdout} = await at.run([...args(model), '--output', 'stream-json', 'Do it.']);
  const noticed = stdout.split('\n').filter(line => line.includes('"storm.noticed"'));
  expect([code, noticed.length]).toEqual([0, 4]);
});
