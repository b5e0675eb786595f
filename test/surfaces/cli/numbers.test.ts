import {expect, test} from 'vitest';
import {countOrZero, dollars, duration, since, wholeNumber} from '../../../src/surfaces/cli/numbers.ts';

const valueOf = (parsed: {value: unknown} | {expected: string}) => ('value' in parsed ? parsed.value : null);

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['2d', 172_800_000],
  ['30', null],
  ['5x', null],
  ['', null],
  ['-5s', null],
  ['0s', null],
  ['30s ', null],
  ['25d', null],
  ['999999999999h', null],
])('duration %s', (text, expected) => expect(valueOf(duration(text))).toBe(expected));

test.each([
  ['1', 1],
  ['20', 20],
  ['0', null],
  ['-1', null],
  ['1.5', null],
  ['1e3', null],
  ['٣', null],
  ['', null],
  ['99999999999999999999', null],
])('whole number %s', (text, expected) => expect(valueOf(wholeNumber(text))).toBe(expected));

test('zero is a count where it is allowed', () => expect([valueOf(countOrZero('0')), valueOf(countOrZero('x'))]).toEqual([0, null]));

test.each([
  ['2', 2],
  ['0.50', 0.5],
  ['.5', 0.5],
  ['0', null],
  ['', null],
  ['.', null],
  ['$2', null],
  ['1,5', null],
  ['-1', null],
])('dollars %s', (text, expected) => expect(valueOf(dollars(text))).toBe(expected));

const now = Date.parse('2026-03-10T12:00:00Z');

test.each([
  ['12h', '2026-03-10T00:00:00.000Z'],
  ['7d', '2026-03-03T12:00:00.000Z'],
  ['2w', '2026-02-24T12:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-13-31', null],
  ['yesterday', null],
  ['99999d', '1970-01-01T00:00:00.000Z'],
  ['5', null],
])('since %s', (text, expected) => expect(valueOf(since(text, now))).toBe(expected));
