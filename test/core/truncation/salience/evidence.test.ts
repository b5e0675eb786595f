import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createEvidenceReader} from '../../../../src/core/truncation/salience/evidence.ts';
import {Trait} from '../../../../src/core/truncation/salience/traits.ts';
import {classOf, wordHash, words, WordClass} from '../../../../src/core/truncation/salience/severity-words.ts';

const read = createEvidenceReader();

function seen(line: string) {
  const {points, traits, exact, shape, opening} = read(Buffer.from(line));
  const names = Object.entries(Trait).filter(([, bit]) => traits & bit);
  return {points, traits: names.map(([name]) => name).toSorted(), exact, shape, opening};
}

test('every listed word is known by its hash, in any case', () => {
  for (const [name, list] of Object.entries(words)) {
    for (const word of list.split(/\s+/)) {
      expect([word, classOf(wordHash(Buffer.from(word)))]).toEqual([word, WordClass[name as keyof typeof WordClass]]);
      expect(classOf(wordHash(Buffer.from(word.replace(/[a-z]/g, letter => letter.toUpperCase()))))).toBe(
        WordClass[name as keyof typeof WordClass],
      );
    }
  }
  for (const word of ['the', 'connection', 'file', 'x', '']) expect(classOf(wordHash(Buffer.from(word)))).toBe(WordClass.none);
});

describe('what a line says', () => {
  test.each([
    ['src/a.c:12:3: error: expected ; before }', ['difference', 'failure', 'location']],
    ['TypeError: x is not a function', ['failure']],
    ['java.lang.NullPointerException: name', ['failure']],
    ['HTTPError 500', ['failure']],
    ['make: *** [all] Error 2', ['failure']],
    ['[ERROR] the queue is gone', ['failure']],
    ['not ok 12 - adds', ['failure']],
    ['\u001b[1;31merror\u001b[0m: gone', ['failure']],
    ['progress 10%\rprogress 20%\rfatal: gone', ['failure']],
    ['  File "shop/tax.py", line 41, in tax', ['location']],
    ['    at quote (/srv/shop/pricing.js:9:25)', ['location']],
    ['    at next (/srv/shop/node_modules/express/lib/router.js:9:25)', ['dependency', 'location']],
    ['warning: unused variable', ['warning']],
    ['process exited with code 3', ['ended']],
    ['- old', ['minus']],
    ['+ new', ['plus']],
    ['---- a heading', ['command']],
    ['', ['blank']],
    ['  \t ', ['blank']],
  ])('%j', (line, traits) => expect(seen(line).traits).toEqual(traits));

  test.each([
    'error_handler.o',
    'CC src/errors/error-page.c',
    'test_raises_error PASSED',
    'ErrorBoundary.tsx',
    '0 errors',
    'no errors found',
    'Errors: 0, Failures: 0',
    'connecting to db.example.org',
    'at 12:34:56 the job began',
  ])('%j is no failure', line => expect(seen(line).traits).not.toContain('failure'));

  test('what says that all is well is worth less than nothing', () => {
    for (const line of ['ok 12 - handles errors', '✓ rejects bad input (3 ms)', 'test parser::fails_early ... ok', 'PASS src/a.test.ts'])
      expect([line, seen(line).points < 0]).toEqual([line, true]);
  });
});

test('lines that differ in numbers are the same, and lines of one build share a shape', () => {
  expect(seen('took 12 ms').exact).toBe(seen('took 9347 ms').exact);
  expect(seen('took 12 ms').exact).not.toBe(seen('gave 12 ms').exact);
  expect(seen('ok 1 - adds two numbers').shape).toBe(seen('ok 17 - sorts a list').shape);
  expect(seen('  CC  src/a/b.o').shape).toBe(seen('  CC  lib/c.o').shape);
  expect(seen('a.c:1:2: warning: unused').shape).not.toBe(seen('a.c:1:2: error: unused').shape);
});

test('any bytes are read, and again to the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 1_500}), bytes => {
      const first = {...read(bytes)};
      expect({...read(bytes)}).toEqual(first);
      expect(Number.isInteger(first.points)).toBe(true);
    }),
  );
});
