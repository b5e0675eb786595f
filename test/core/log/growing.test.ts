import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Growing} from '../../../src/core/log/growing.ts';
import {StoredLines} from '../../../src/core/log/stored-lines.ts';

const storedLines = (items: readonly unknown[]): StoredLines<unknown> =>
  new StoredLines(Buffer.from(items.map(item => `${JSON.stringify(item)}\n`).join('')), items.length, value => value);

const step = fc.oneof(fc.record({from: fc.nat(), push: fc.integer()}), fc.record({from: fc.nat(), upTo: fc.nat(40)}));

test('a list whose beginning is stored is the same list, and every state of it stays as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.array(step, {maxLength: 30}), (stored, steps) => {
      const states: [Growing<unknown>, readonly unknown[]][] = [
        [new Growing<unknown>([], 0, storedLines(stored)), JSON.parse(JSON.stringify(stored)) as unknown[]],
      ];
      for (const one of steps) {
        const [list, plain] = states[one.from % states.length]!;
        if ('push' in one) states.push([list.with(one.push), [...plain, one.push]]);
        else states.push([list.upTo(one.upTo), plain.slice(0, one.upTo)]);
      }
      for (const [list, plain] of states) {
        expect([...list]).toEqual(plain);
        expect(list.length).toBe(plain.length);
        for (let index = -plain.length - 1; index <= plain.length; index++) expect(list.at(index)).toEqual(plain.at(index));
        expect([...list.from(2)]).toEqual(plain.slice(2));
        expect(list.findLast(item => typeof item === 'string')).toEqual(plain.findLast(item => typeof item === 'string'));
      }
    }),
  );
});

test('lines are found whatever they hold, in any order', () => {
  const items = ['', 'ä\n\u2028', {a: [1, null]}, 'x'.repeat(5_000), null];
  const lines = storedLines(items);
  for (const index of [4, 0, 3, 1, 2, 1]) expect(lines.at(index)).toEqual(items[index]);
});
