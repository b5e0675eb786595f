import fc from 'fast-check';
import {expect, test} from 'vitest';
import {distance, nearest} from '../../../src/surfaces/cli/nearest.ts';

const commands = [
  'resume',
  'sessions',
  'demo',
  'diff',
  'apply',
  'discard',
  'worktrees',
  'models',
  'config',
  'stats',
  'doctor',
  'completion',
  'rm',
];

test.each([
  ['sesions', 'sessions'],
  ['Sessions', 'sessions'],
  ['sesisons', 'sessions'],
  ['aply', 'apply'],
  ['dif', 'diff'],
  ['doctr', 'doctor'],
  ['modle', 'models'],
  ['explain', null],
  ['test', null],
  ['fix', null],
  ['a', null],
  ['xy', null],
])('%s', (word, expected) => expect(nearest(word, commands)).toBe(expected));

test('a swap of neighbours is one slip', () =>
  expect([distance('ab', 'ba'), distance('', 'abc'), distance('abc', 'abc'), distance('kitten', 'sitting')]).toEqual([1, 3, 0, 3]));

test('the distance is the same both ways, and zero only between equals', () => {
  fc.assert(
    fc.property(fc.string({maxLength: 8}), fc.string({maxLength: 8}), (a, b) => {
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, b) === 0).toBe(a === b);
    }),
  );
});
