import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {BadPattern, compilePattern, couldMatch, literally, matches, UNKNOWN} from '../../../src/core/policy/pattern.ts';

test.each([
  ['a', 'a', true],
  ['a', 'ab', false],
  ['a', 'A', false],
  ['*', '', true],
  ['*', 'anything at all', true],
  ['a*', 'a', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abcd', false],
  ['*a*a*', 'xaxa', true],
  ['a*b*c', 'a-c-b', false],
  ['npm *', 'npm', true],
  ['npm *', 'npm x', true],
  ['npm *', 'npmx', false],
  [' *', 'x', false],
  [String.raw`a\*`, 'a*', true],
  [String.raw`a\*`, 'ab', false],
  [String.raw`a\\b`, String.raw`a\b`, true],
  [String.raw`a\nb`, String.raw`a\nb`, true],
  ['a*', 'a\nb', true],
  ['💥*', '💥x', true],
])('%j on %j: %j', (pattern, subject, expected) => {
  expect(matches(compilePattern(pattern), subject)).toBe(expected);
});

test('no pattern takes exponential time', () => {
  expect(matches(compilePattern('*a'.repeat(40)), `${'a'.repeat(5000)}b`)).toBe(false);
});

test.each(['', 'x\\', 'a\0'])('%j cannot be read', pattern => {
  expect(() => compilePattern(pattern)).toThrow(BadPattern);
});

describe('unknown stretches', () => {
  const subject = `rm ${UNKNOWN}`;
  test.each([
    ['rm *', true, true],
    ['rm -rf *', false, true],
    ['rm', false, false],
    ['ls *', false, false],
    ['*-rf*', false, true],
  ])('%j: surely %j, possibly %j', (pattern, surely, possibly) => {
    expect([matches(compilePattern(pattern), subject), couldMatch(compilePattern(pattern), subject)]).toEqual([surely, possibly]);
  });
});

test('a text as a pattern matches itself and nothing else', () => {
  const text = fc.string({minLength: 1}).filter(value => !value.includes('\0'));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const pattern = compilePattern(literally(one));
      expect(matches(pattern, one)).toBe(true);
      expect(matches(pattern, other)).toBe(one === other);
    }),
  );
});

test('a match is what a regular expression says, and what is sure is possible', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', ' ', '*'), {minLength: 1, maxLength: 8}).map(parts => parts.join(''));
  fc.assert(
    fc.property(letters, fc.array(fc.constantFrom('a', 'b', ' '), {maxLength: 10}), (pattern, parts) => {
      const subject = parts.join('');
      const open = /^.+ \*$/u.test(pattern);
      const source = (text: string) => new RegExp(`^${text.replaceAll('*', '.*')}$`, 'u');
      const expected = source(pattern).test(subject) || (open && source(pattern.slice(0, -2)).test(subject));
      expect(matches(compilePattern(pattern), subject)).toBe(expected);
      expect(couldMatch(compilePattern(pattern), subject)).toBe(expected);
    }),
  );
});
