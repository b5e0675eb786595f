import {globSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {encode} from '../../src/core/log/codec.ts';
import {journey} from '../support/journey.ts';

/** The program as it is built, as a process. */
test('agent audit verify: 0 as it is, 6 with a damaged blob or log, 7 where a policy is unknown', async () => {
  const at = journey();
  const model = at.script([{calls: [{tool: 'shell', input: {command: 'seq 1 9000'}}]}, {text: 'Done.'}]);
  expect((await at.run(['-p', '--mode', 'full', '--model', model, 'Count'])).code).toBe(0);
  const id = at.sessions()[0]!;
  const log = join(at.home, 'sessions', id, 'log.jsonl');
  const whole = readFileSync(log, 'utf8');
  expect(await at.run(['audit', 'verify', '--last'])).toMatchObject({code: 0, stderr: ''});

  const blob = /"stdout_sha256":"([0-9a-f]{64})"/.exec(whole)![1]!;
  const [file] = globSync(`blobs/*/${blob}.zst`, {cwd: at.home}).map(path => join(at.home, path));
  const bytes = readFileSync(file!);
  writeFileSync(file!, Buffer.concat([bytes.subarray(0, 20), Buffer.from([bytes[20]! ^ 1]), bytes.subarray(21)]));
  const damaged = await at.run(['audit', 'verify', id]);
  expect(damaged.code).toBe(6);
  expect(damaged.stdout).toMatch(new RegExp(`${blob}\\.zst, bytes 0 to \\d+ \\(named in line \\d+ of the log\\): blob ${blob} is damaged`));
  expect(damaged.stdout).toContain('from a backup');
  writeFileSync(file!, bytes);

  writeFileSync(log, whole.split('\n').slice(0, -2).join('\n') + '\n');
  const shortened = await at.run(['audit', 'verify', id, '--json']);
  expect(shortened.code).toBe(6);
  expect(JSON.parse(shortened.stdout).sessions[0].faults[0]).toMatchObject({what: 'anchor', file: log});

  // As a program would have written it that has another policy: the chain holds, and the home log knows nothing.
  let prev = JSON.parse(whole.split('\n')[0]!).prev;
  const other = whole
    .split('\n')
    .slice(0, -1)
    .map(text => {
      const {v, seq, at: when, event} = JSON.parse(text);
      if (event.type === 'tool.finished') event.outcome.shown.policy = 'lines/999';
      const {line, hash} = encode({v, seq, at: when, prev, event});
      prev = hash;
      return line;
    });
  writeFileSync(log, other.join(''));
  rmSync(join(at.home, 'log.jsonl'));
  const partly = await at.run(['audit', 'verify', id]);
  expect(partly.code).toBe(7);
  expect(partly.stdout).toContain('views made under lines/999, which this version does not have: only the sha256 of what was kept agrees');
});
