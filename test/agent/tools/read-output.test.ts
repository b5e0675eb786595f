import {describe, expect, test} from 'vitest';
import {readOutput} from '../../../src/agent/tools/read-output.ts';
import {todo} from '../../../src/agent/tools/todo.ts';
import {binaryKind} from '../../../src/core/truncation/binary.ts';
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

describe('a line of many megabytes', () => {
  const around = (needle: string) => `{"a":"é${'x'.repeat(9)}","b":"${'y'.repeat(80)}${needle}${'z'.repeat(400)}"`;
  // What an escape takes in rg's own record differs from what it takes here.
  const json = (megabytes: number) =>
    `${'[\\"\\\\", 1], '.repeat((megabytes << 20) / 13)}${around('NEEDLE')}${'[2, 3], '.repeat((megabytes << 20) / 8)}`;

  test.each([1, 4, 9])('of %i MiB on each side is searched, and read on where a match stands', async megabytes => {
    const {call, output} = await testWorld();
    const line = json(megabytes);
    await output('1.1', `first\n${line}\nlast NEEDLE\n`);
    const {out} = await call(readOutput, {output: '1.1', search: 'NEEDLE'});
    const at = Buffer.byteLength(line.slice(0, line.indexOf('NEEDLE')));
    expect(out).toMatch(/^2 matching lines in output 1\.1, 2 shown\n2\t…y{60}NEEDLEz+… \[column: (\d+)\]\n3\tlast NEEDLE\n$/);
    expect(Number(/column: (\d+)/.exec(out)?.[1])).toBe(at + 1);
    const page = (await call(readOutput, {output: '1.1', from: 2, column: at + 1})).out;
    const of = Buffer.byteLength(line);
    expect(page.slice(0, 200)).toMatch(new RegExp(`^output 1\\.1 line 2 of 3, bytes ${at + 1}–\\d+ of ${of}\\n2\\tNEEDLEzzz`));
    expect(page).toMatch(/\n\[line 2 goes on: from: 2, column: \d+\]\n$/);
    const next = (await call(readOutput, {output: '1.1', from: 2, column: at + 2, search: 'NEEDLE|z"'})).out;
    expect(next).toContain(`2 matching lines from line 2, byte ${at + 2} on in output 1.1, 2 shown\n2\t`);
    expect(next).toContain(`[column: ${at + 'NEEDLE'.length + 400}]\n3\tlast NEEDLE\n`);
  });

  test('is read whole by its columns, every character once', async () => {
    const {call, output} = await testWorld();
    const line = 'é🌳x'.repeat(9_000);
    await output('1.1', `${line}\nlast\n`);
    let rebuilt = '';
    for (let column = 1; column > 0;) {
      const {out}: Called = await call(readOutput, {output: '1.1', column});
      expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(pagePolicy.tokens);
      rebuilt += /\n1\t(.*)\n/.exec(out)?.[1] ?? '';
      column = Number(/goes on: from: 1, column: (\d+)/.exec(out)?.[1] ?? 0);
      if (column === 0) expect(out).toMatch(/\n\[1 more line: from: 2\]\n$/);
    }
    expect(rebuilt).toBe(line);
  });

  test.each([
    [{column: 6}, 'past-end: Line 1 of output 1.1 has 5 bytes; there is no byte 6.'],
    [{column: 4}, 'output 1.1 line 1 of 2, bytes 4–5 of 5\n1\tst\n[1 more line: from: 2]\n'],
    [{from: 2, column: 1}, 'output 1.1 line 2 of 2, bytes 1–4 of 4\n2\tlast\n'],
    [{from: 3, column: 1}, 'past-end: Output 1.1 has 2 lines; there is no line 3. Give a smaller from.'],
  ])('and a short one with %j', async (where, expected) => {
    const {call, output} = await testWorld();
    await output('1.1', 'first\nlast');
    expect(said(await call(readOutput, {output: '1.1', ...where}))).toBe(expected);
  });
});

describe('an output that is not text', () => {
  const noise = Buffer.from(Array.from({length: 30_000}, (_, n) => (n * 7_919) % 32));
  const program = Buffer.concat([
    Buffer.from('\x7fELF'),
    noise,
    Buffer.from('GLIBC_2.4\0 the error text\n'),
    noise,
    Buffer.from('wide text', 'utf16le'),
    noise,
  ]);

  test.each([{}, {salient: true}, {from: 1, lines: 5}])(
    'is named, with the texts in it and never with advice to read it so: %j',
    async how => {
      const {call, output} = await testWorld();
      await output('3.1', program);
      const {out} = await call(readOutput, {output: '3.1', ...how});
      expect(out).toBe(
        `output 3.1 is ELF program, ${program.length} bytes; not shown as text. The user sees it with: agent audit show 3.1\n` +
          `texts in it from byte 1 on:\n30005\tGLIBC_2.4\n30015\t the error text\n60031\twide text\n`,
      );
    },
  );

  test('is paged by bytes, each text once, whatever the frames', async () => {
    const {call, output} = await testWorld();
    const words = Array.from({length: 60_000}, (_, n) => `text number ${n}`);
    await output('3.1', Buffer.from(`\x7fELF${words.map(word => `\x01\x02\x03\x04${word}\x05`).join('')}`));
    const found: string[] = [];
    let pages = 0;
    for (let column = 1; column > 0; pages++) {
      const {out}: Called = await call(readOutput, {output: '3.1', column});
      expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(pagePolicy.tokens);
      expect(binaryKind(Buffer.from(out))).toBeNull();
      found.push(...[...out.matchAll(/^\d+\t(.*)$/gm)].map(([, text]) => text!));
      column = pages < 20 ? Number(/\[to read on: column: (\d+)\]\n$/.exec(out)?.[1] ?? 0) : 0;
    }
    expect(found).toEqual(words.slice(0, found.length));
    expect(pages).toBe(21);
  });

  test('has no text, or only further on; and what a search finds is shown', async () => {
    const {call, output} = await testWorld();
    await output('3.1', noise);
    expect((await call(readOutput, {output: '3.1'})).out).toContain('no text in it from byte 1 on\n');
    await output('3.2', Buffer.concat([Buffer.from('a needle '), noise.filter(byte => byte !== 10)]));
    const {out} = await call(readOutput, {output: '3.2', search: 'needle'});
    expect([binaryKind(Buffer.from(out)), out]).toEqual([
      null,
      expect.stringMatching(/^1 matching line in output 3\.2, 1 shown\n1\ta needle ·/),
    ]);
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
  for (const how of [{}, {salient: true}, {search: 'x'}, {column: 1}])
    expect(said(await call(readOutput, {output: '1.1', ...how}))).toBe('output 1.1 is empty\n');
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
