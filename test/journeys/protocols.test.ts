import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {ofType, withProvider} from '../support/journey.ts';
import type {Protocol, SeenRequest, ServerReply} from '../support/provider-server.ts';

/** Prints 15,000 lines, of which only the 7,342nd says what is wrong. */
const flood =
  "for (let row = 1; row <= 15000; row++) console.log(row === 7342 ? 'row 7342: the price of pears is missing' : `row ${row} is fine`);\n";
const files = {'flood.js': flood, 'prices.txt': 'apples 3\nplums 4\n', 'notes.md': 'Old notes.\n'};

const patch = '*** Begin Patch\n*** Update File: notes.md\n@@\n-Old notes.\n+Pears cost 5.\n*** Add File: done.txt\n+done\n*** End Patch';

const task: readonly ServerReply[] = [
  {
    thinking: 'I look at everything first.',
    text: 'Looking.',
    calls: [
      {name: 'shell', arguments: {command: 'sleep 0.2; node flood.js'}},
      {name: 'read', arguments: {path: 'prices.txt'}},
      {name: 'grep', arguments: {pattern: 'plums', path: '.'}},
    ],
  },
  {thinking: 'The line was dropped.', calls: [{name: 'read_output', arguments: {output: '1.1', search: 'missing'}}]},
  {
    calls: [
      {name: 'edit', arguments: {path: 'prices.txt', old: 'plums 4', new: 'pears 5\nplums 4'}},
      {name: 'apply_patch', arguments: {patch}},
    ],
  },
  {thinking: 'Now I check.', calls: [{name: 'shell', arguments: {command: 'cat prices.txt notes.md done.txt; exit 3'}}]},
  {text: 'Pears cost 5 now. 🍐'},
];

const chunkings: Record<Protocol, readonly ServerReply[]> = {
  chat: [{chunking: {seed: 7}, crlf: true}, {chunking: 'bytes'}],
  responses: [{chunking: {seed: 11}, comments: true}, {chunking: 'whole'}],
  anthropic: [{chunking: {seed: 13}, comments: true}, {chunking: 'bytes'}],
};

const textOf = ({body}: SeenRequest): string => JSON.stringify(body);

test.each<[Protocol, number]>([
  ['chat', 0],
  ['chat', 1],
  ['responses', 0],
  ['responses', 1],
  ['anthropic', 0],
  ['anthropic', 1],
])('a whole task over %s, streamed oddly (%d)', async (protocol, which) => {
  const at = await withProvider({bind_thinking: protocol === 'anthropic' && which === 0}, files);
  const usage = {input: 1_000, output: 50, cached: 600};
  at.provider.script(...task.map(reply => ({...reply, ...chunkings[protocol][which], usage})));
  const {code, stdout, stderr} = await at.run([...at.args(protocol), 'Why is the sum wrong?', '--apply', '--output', 'json']);
  expect(at.provider.requests.map(({refused, protocol: spoken}) => [refused, spoken])).toEqual(task.map(() => [null, protocol]));
  expect([code, JSON.parse(stdout)], stderr).toMatchObject([
    0,
    {answer: 'Pears cost 5 now. 🍐', steps: 5, usage: {input: 5_000, output: 250, cached: 3_000}},
  ]);

  const [, second, third, , fifth] = at.provider.requests.map(textOf);
  expect(second).toContain('row 15000 is fine');
  expect(second).toContain('row 7342: the price of pears is missing');
  expect(third).toContain('row 7342: the price of pears is missing');
  expect(fifth).toContain('apples 3\\npears 5\\nplums 4');
  expect(readFileSync(join(at.repo, 'prices.txt'), 'utf8')).toBe('apples 3\npears 5\nplums 4\n');
  expect(readFileSync(join(at.repo, 'done.txt'), 'utf8')).toBe('done\n');
  const ended = ofType(at.events(), 'tool.finished').map(({call}) => call);
  expect(ended.toSorted()).toEqual(['1.1', '1.2', '1.3', '2.1', '3.1', '3.2', '4.1']);

  const stats = await at.run(['stats', '--json']);
  expect(JSON.parse(stats.stdout)).toMatchObject({
    v: 1,
    total: {sessions: 1, steps: 5, calls: 7, input: 5_000, output: 250, cached: 3_000},
  });
});
