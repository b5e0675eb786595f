import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Keyed} from '../../../src/core/log/keyed.ts';

type Change = {from: number; set: [number, string][]; remove: number[]};

const change = fc.record({
  from: fc.nat(),
  set: fc.array(fc.tuple(fc.nat(9), fc.string({maxLength: 2})), {maxLength: 3}),
  remove: fc.array(fc.nat(9), {maxLength: 2}),
});

/** Every state that was ever made, each out of any earlier one, beside plain copies that went the same way. */
function states(changes: readonly Change[]): [Keyed<number, string>, Map<number, string>][] {
  const made: [Keyed<number, string>, Map<number, string>][] = [[new Keyed(), new Map()]];
  for (const {from, set, remove} of changes) {
    const [keyed, plain] = made[from % made.length]!;
    const copy = new Map(plain);
    for (const [key, value] of set) copy.set(key, value);
    for (const key of remove) copy.delete(key);
    made.push([keyed.with(set).without(remove), copy]);
  }
  return made;
}

test('every state stays as it was, in its order, whatever was made of it and whichever is looked at first', () => {
  fc.assert(
    fc.property(fc.array(change, {maxLength: 30}), fc.boolean(), (changes, backwards) => {
      const made = states(changes);
      for (const [keyed, plain] of backwards ? made.toReversed() : made) {
        expect([...keyed]).toEqual([...plain]);
        expect(keyed.size).toBe(plain.size);
      }
      for (const [keyed, plain] of made)
        for (let key = 0; key < 10; key++) expect([keyed.has(key), keyed.get(key)]).toEqual([plain.has(key), plain.get(key)]);
    }),
  );
});

test('a value that is undefined is a value', () => {
  const before = new Keyed<string, undefined>().with([['a', undefined]]);
  before.with([['a', undefined]]).with([['b', undefined]]);
  expect([...before]).toEqual([['a', undefined]]);
});

test('what changes nothing makes nothing', () => {
  const keyed = new Keyed(new Map([['a', 1]]));
  expect(keyed.with([])).toBe(keyed);
  expect(keyed.without(['b'])).toBe(keyed);
  expect(Keyed.of(keyed)).toBe(keyed);
});
