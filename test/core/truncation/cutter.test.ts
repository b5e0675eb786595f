import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createCutter} from '../../../src/core/truncation/cutter.ts';
import type {Cut} from '../../../src/core/truncation/cutter.ts';
import {view} from '../../../src/core/truncation/view.ts';
import type {CutPolicy} from '../../../src/core/vocabulary/excerpt.ts';
import {faults, label, marked, sha256} from './oracle.ts';

const small: CutPolicy = {version: 'test/1', tokens: 160, head_lines: 3, tail_lines: 5, line_bytes: 100, salient: false};

const pieces = fc.oneof(
  fc.string({unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 40}).map(text => Buffer.from(text)),
  fc
    .constantFrom(
      '',
      '\n',
      '\n\n\n',
      'é',
      '漢字',
      '\u001b[31mred\u001b[0m',
      '\r',
      '\r\n',
      '\0',
      '\u001b[',
      '⟨… 1',
      'src/a.ts:3:1 error: expected 1, got 2\n',
      '10%\r20%\rdone\n',
      'the same line\n'.repeat(9),
      'x'.repeat(150),
      'é'.repeat(400),
    )
    .map(text => Buffer.from(text)),
  fc.uint8Array({maxLength: 12}).map(bytes => Buffer.from(bytes)),
  fc.nat(2_000).map(count => Buffer.from('wide '.repeat(count))),
);
const streams = fc.array(pieces, {maxLength: 60}).map(parts => Buffer.concat(parts));
const policies = fc.record({
  version: fc.constant('test/2'),
  tokens: fc.integer({min: 16, max: 600}),
  head_lines: fc.nat(12),
  tail_lines: fc.nat(12),
  line_bytes: fc.integer({min: 0, max: 400}),
  salient: fc.boolean(),
});

test('any chunking gives the same excerpt', () => {
  fc.assert(
    fc.property(streams, policies, fc.array(fc.integer({min: 1, max: 300})), (bytes, policy, sizes) => {
      expect(cutInto(bytes, sizes, policy)).toEqual(view(bytes, policy, label));
    }),
    {numRuns: 400},
  );
});

test('every split of a small stream in two and three, and byte by byte, gives the same excerpt', () => {
  const bytes = Buffer.from(`first\r\n${'long '.repeat(30)}\n\né漢\n\u001b[1mbold\u001b[0m\n${'l\n'.repeat(9)}${'end '.repeat(40)}\nlast`);
  const policy = {...small, tokens: 40};
  const expected = view(bytes, policy, label);
  expect(expected.truncated).toBe(true);
  expect(cutInto(bytes, [1], policy)).toEqual(expected);
  for (let first = 0; first <= bytes.length; first++) {
    expect(cutAt(bytes, [first], policy)).toEqual(expected);
    expect(cutAt(bytes, [first, first + 7], policy)).toEqual(expected);
  }
});

test('every receipt is true of its stream, and no view is over its budget', () => {
  fc.assert(
    fc.property(streams, policies, (bytes, policy) => {
      expect(faults(view(bytes, policy, label), bytes, policy)).toEqual([]);
    }),
    {numRuns: 1_000},
  );
});

test('the markers of a view say how many lines they stand for', () => {
  const lines = fc.array(fc.string({unit: fc.constantFrom('x', 'y', ' '), maxLength: 260}), {maxLength: 120});
  fc.assert(
    fc.property(lines, fc.boolean(), policies, (lines, terminated, policy) => {
      const cut = view(Buffer.from(lines.join('\n') + (terminated ? '\n' : '')), policy, label);
      expect(marked(Buffer.from(cut.text).toString())).toBe(cut.truncated_lines_count);
    }),
    {numRuns: 500},
  );
});

test('stdout and stderr have their own bytes, lines and sha256; a line ends wherever its newline came from', () => {
  const pushes = fc.array(
    fc.tuple(fc.string({unit: fc.constantFrom('a', '\n'), maxLength: 5}), fc.constantFrom('stdout' as const, 'stderr' as const)),
  );
  fc.assert(
    fc.property(pushes, pushes => {
      const cutter = createCutter(small, label);
      for (const [text, stream] of pushes) cutter.push(Buffer.from(text), stream);
      const {streams, stdout_sha256, total} = cutter.finish();
      const of = (wanted?: string) =>
        pushes.flatMap(([text, stream]) => (wanted === undefined || stream === wanted ? [text] : [])).join('');
      expect({...streams, stored: {...total, sha256: stdout_sha256}}).toEqual({
        stdout: totals(of('stdout')),
        stderr: totals(of('stderr')),
        stored: totals(of()),
      });
    }),
    {numRuns: 300},
  );
});

test('a line of 50 MB is cut in the middle, in memory that does not grow with it', () => {
  const chunk = Buffer.alloc(1 << 16, 'x');
  const cutter = createCutter(small, label);
  cutter.push(Buffer.from('first\n'), 'stdout');
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 800; count++) cutter.push(chunk, 'stdout');
  const grown = process.memoryUsage().arrayBuffers - before;
  cutter.push(Buffer.from('\nlast\n'), 'stdout');
  const cut = cutter.finish();
  const half = 'x'.repeat(20);
  expect(Buffer.from(cut.text).toString()).toBe(`first\n${half}⟨… 1 line cut: 52,428,760 of 52,428,800 bytes …⟩${half}\nlast\n`);
  expect(cut).toMatchObject({kept_head_lines: 2, kept_tail_lines: 0, truncated: true, truncated_lines_count: 1});
  // Small copies are taken from pools of the runtime, which are freed when it sees fit: far less than the 52 MB that went by.
  expect(grown).toBeLessThan(16_000_000);
});

test('the bytes that were pushed may change afterwards', () => {
  const chunk = Buffer.from('one\ntwo\nthree');
  const cutter = createCutter(small, label);
  cutter.push(chunk, 'stdout');
  chunk.fill(0);
  expect(Buffer.from(cutter.finish().text).toString()).toBe('one\ntwo\nthree');
});

test('push says how many newlines it took', () => {
  const cutter = createCutter(small, label);
  expect([cutter.push(Buffer.from('a\nb\nc'), 'stdout'), cutter.push(Buffer.from(''), 'stderr')]).toEqual([2, 0]);
});

test('a budget without room for a notice is a mistake of the programmer', () => {
  expect(() => createCutter({...small, tokens: 15}, label)).toThrow(RangeError);
  expect(() => createCutter({...small, tokens: 20.5}, label)).toThrow(RangeError);
});

/** Chunks of the given sizes, over and over, each in memory of its own and at an odd place in it. */
function cutInto(bytes: Buffer, sizes: readonly number[], policy: CutPolicy): Cut {
  const ends: number[] = [];
  for (let at = 0, index = 0; sizes.length > 0 && at < bytes.length; index++) ends.push((at += sizes[index % sizes.length]!));
  return cutAt(bytes, ends, policy);
}

function cutAt(bytes: Buffer, ends: readonly number[], policy: CutPolicy): Cut {
  const cutter = createCutter(policy, label);
  let start = 0;
  for (const end of [...ends.filter(end => end < bytes.length), bytes.length]) {
    const chunk = Buffer.alloc(3 + end - start);
    bytes.copy(chunk, 3, start, end);
    cutter.push(chunk.subarray(3), 'stdout');
    start = end;
  }
  return cutter.finish();
}

function totals(text: string) {
  return {
    bytes: text.length,
    lines: text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0),
    sha256: sha256(Buffer.from(text)),
  };
}
