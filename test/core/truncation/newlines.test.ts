import {expect, test} from 'vitest';
import {countNewlines} from '../../../src/core/truncation/newlines.ts';
import {bytesWithin, tokensOf} from '../../../src/core/truncation/estimate.ts';

test('newlines are counted at every alignment and among their neighbours', () => {
  const bytes = Buffer.alloc(4_000);
  for (let at = 0; at < bytes.length; at++) bytes[at] = [0x0a, 0x0b, 0x09, 0x8a, 0x00, 0xff, 0x0a][(at * at + (at >> 3)) % 7]!;
  for (let start = 0; start < 9; start++) {
    for (const end of [start, start + 1, start + 15, start + 16, start + 17, start + 1_100, 4_000]) {
      const part = bytes.subarray(start, end);
      expect(countNewlines(part)).toBe(part.filter(byte => byte === 0x0a).length);
    }
  }
  expect(countNewlines(Buffer.alloc(100_003, '\n'))).toBe(100_003);
});

test('tokens are a quarter of the bytes, rounded up', () => {
  expect([0, 1, 4, 5, 8_000].map(tokensOf)).toEqual([0, 1, 1, 2, 2_000]);
  expect(tokensOf(bytesWithin(7))).toBe(7);
});
