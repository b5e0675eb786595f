import {describe, expect, test} from 'vitest';
import {readOutput} from '../../../src/agent/tools/read-output.ts';
import {todo} from '../../../src/agent/tools/todo.ts';
import {pagePolicy} from '../../../src/core/truncation/policies.ts';
import {testWorld, type Called} from '../../support/world.ts';

const said = ({ending, out}: Called): string =>
  ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message} ${ending.error.hint ?? ''}`.trim() : out;
const LINES = Array.from({length: 15_000}, (_, index) => `line ${index + 1}${index === 7_776 ? ' ERROR here' : ''}\n`).join('');

test.each<[what: string, input: object, expected: string | RegExp]>([
  [
    'a page',
    {output: '3.1', from: 7_777, lines: 2},
    'output 3.1 lines 7777–7778 of 15000\n7777\tline 7777 ERROR here\n7778\tline 7778\n[7222 more lines: from: 7779]\n',
  ],
  ['the end', {output: '3.1', from: 15_000}, 'output 3.1 lines 15000–15000 of 15000\n15000\tline 15000\n'],
  ['past the end', {output: '3.1', from: 15_001}, 'past-end: Output 3.1 has 15000 lines; there is no line 15001. Give a smaller from.'],
  ['a search', {output: '3.1', search: 'ERR..'}, '1 matching line in output 3.1, 1 shown\n7777\tline 7777 ERROR here\n'],
  [
    'a search from a line',
    {output: '3.1', search: '99$', from: 14_000, lines: 1},
    '10 matching lines from line 14000 on in output 3.1, 1 shown\n14099\tline 14099\n[to search on: from: 14199]\n',
  ],
  [
    'the last match from a line',
    {output: '3.1', search: '99$', from: 14_900},
    '1 matching line from line 14900 on in output 3.1, 1 shown\n14999\tline 14999\n',
  ],
  ['no match from a line', {output: '3.1', search: 'ERR', from: 7_778}, 'no line of output 3.1 from line 7778 on matches ERR\n'],
  ['a search without a match', {output: '3.1', search: 'zzz'}, 'no line of output 3.1 matches zzz\n'],
  ['a bad pattern', {output: '3.1', search: '['}, /^bad-pattern: regex parse error/],
  ['a pattern that is hard for backtracking', {output: '3.1', search: '(a+)+$'}, 'no line of output 3.1 matches (a+)+$\n'],
  [
    'an unknown call',
    {output: '9.9'},
    'no-output: There is no output 9.9 in this session. Give the number of a call, such as 3.1, or its sha256.',
  ],
  ['an unknown sha256', {output: 'a'.repeat(64)}, /^no-output: /],
  ['a wrong argument', {output: 3}, /^bad-arguments: output: /],
])('read_output gives %s', async (_what, input, expected) => {
  const {call, output} = await testWorld();
  await output('3.1', LINES);
  const answer = said(await call(readOutput, input));
  if (typeof expected === 'string') expect(answer).toBe(expected);
  else expect(answer).toMatch(expected);
});

test('a whole output, page by page and by its sha256', async () => {
  const {call, output} = await testWorld();
  const ref = await output('3.1', LINES);
  let rebuilt = '';
  for (let from = 1; from > 0;) {
    const {out}: Called = await call(readOutput, {output: ref, from});
    expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(pagePolicy.tokens);
    rebuilt += out
      .split('\n')
      .slice(1)
      .filter(line => line.includes('\t'))
      .map(line => `${line.slice(line.indexOf('\t') + 1)}\n`)
      .join('');
    from = Number(/from: (\d+)\]\n$/.exec(out)?.[1] ?? 0);
  }
  expect(rebuilt).toBe(LINES);
});

test('every match is on one of the pages of a search, also where a long one has no room left and shorter ones would', async () => {
  const {call, output} = await testWorld();
  const count = 3_000;
  await output('3.1', Array.from({length: count}, (_, index) => `hit ${index + 1} ${'x'.repeat(index % 7 === 0 ? 190 : 9)}\n`).join(''));
  const found: number[] = [];
  for (let from = 1; from > 0;) {
    const {out}: Called = await call(readOutput, {output: '3.1', search: '^hit', from});
    expect(Number(/^\d+/.exec(out)?.[0])).toBe(count - found.length);
    found.push(...[...out.matchAll(/^(\d+)\t/gm)].map(match => Number(match[1])));
    from = Number(/from: (\d+)\]\n$/.exec(out)?.[1] ?? 0);
  }
  expect(found).toEqual(Array.from({length: count}, (_, index) => index + 1));
});

describe('an output of 100 MB', () => {
  const line = (number: number) => `line ${number} of an output that is long, but not interesting at all in this place\n`;
  const count = 1_300_000;

  test('is paged by the frames that a page lies in, and searched without being held', async () => {
    const {call, world, output} = await testWorld();
    await output('1.1', '');
    const writer = world.blobs.create();
    for (let from = 1; from <= count; from += 10_000)
      await writer.write(Buffer.from(Array.from({length: 10_000}, (_, index) => line(from + index)).join('')));
    const ref = await writer.finish();
    const {blobs} = world;
    const seen = {bytes: 0, most: 0};
    const before = process.memoryUsage().arrayBuffers;
    world.outputs = () => [ref];
    world.blobs = {
      ...blobs,
      get: async () => expect.fail('an output is never held whole'),
      async *read(...args) {
        for await (const bytes of blobs.read(...args)) {
          seen.bytes += bytes.length;
          seen.most = Math.max(seen.most, process.memoryUsage().arrayBuffers - before);
          yield bytes;
        }
      },
    };
    const {out} = await call(readOutput, {output: '1.1', from: 900_000, lines: 2});
    expect(out).toBe(
      `output 1.1 lines 900000–900001 of ${count}\n900000\t${line(900_000)}900001\t${line(900_001)}[399999 more lines: from: 900002]\n`,
    );
    expect(seen.bytes).toBeLessThan(3 << 20);
    const found = await call(readOutput, {output: '1.1', search: 'line 1?2345[67] '});
    expect(found.out).toBe(
      `4 matching lines in output 1.1, 4 shown\n` + [23_456, 23_457, 123_456, 123_457].map(number => `${number}\t${line(number)}`).join(''),
    );
    expect(seen.bytes).toBeGreaterThan(100e6);
    expect(seen.most).toBeLessThan(80e6);
  });
});

test('an output that is not of this session is not shown', async () => {
  const {call, world} = await testWorld();
  const ref = await world.blobs.put(Buffer.from('secret'));
  expect(said(await call(readOutput, {output: ref}))).toMatch(/^no-output: /);
});

test('an empty output, and one that is lost', async () => {
  const {call, output, world} = await testWorld();
  await output('1.1', '');
  expect(said(await call(readOutput, {output: '1.1'}))).toBe('output 1.1 is empty\n');
  await output('1.2', 'x\n');
  world.blobs = {...world.blobs, size: async () => null, lineStart: async () => null};
  expect(said(await call(readOutput, {output: '1.2'}))).toMatch(
    /^output-damaged: The stored original of 1\.2 cannot be read: it is missing/,
  );
});

test.each([
  [[], 'The list is empty.\n'],
  [
    [
      {text: 'a', state: 'done'},
      {text: 'b\nc', state: 'doing'},
      {text: 'd', state: 'open'},
    ],
    '1 of 3 done\n[x] a\n[~] b c\n[ ] d\n',
  ],
])('todo prints %j', async (items, expected) => {
  const {call} = await testWorld();
  expect(said(await call(todo, {items}))).toBe(expected);
});

test.each([
  [{}, /items/],
  [{items: [{text: 'a'}]}, /items\.0\.state/],
  [{items: [{text: 'a', state: 'finished'}]}, /items\.0\.state/],
  [{items: [{text: '', state: 'open'}]}, /items\.0\.text/],
])('todo refuses %j by the name of the field', async (input, field) => {
  const {call} = await testWorld();
  expect(said(await call(todo, input))).toMatch(field);
});
