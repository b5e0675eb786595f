import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Growing} from '../../../src/core/log/growing.ts';
import {Keyed} from '../../../src/core/log/keyed.ts';
import {pack, unpack, type Packed} from '../../../src/core/log/packed.ts';

const there = (value: unknown): unknown => unpack(JSON.parse(JSON.stringify(pack(value))) as Packed);

const key = fc.oneof(fc.constantFrom('~', 'of', '__proto__', 'constructor', 'length'), fc.string({maxLength: 3}));
const {tree} = fc.letrec<{tree: unknown}>(tie => ({
  tree: fc.oneof(
    {maxDepth: 4},
    fc.jsonValue({maxDepth: 1}).map(value => JSON.parse(JSON.stringify(value)) as unknown),
    fc.constantFrom('map', 'keyed', 'set', 'list', 'object'),
    fc.array(tie('tree'), {maxLength: 3}),
    fc.array(fc.tuple(key, tie('tree')), {maxLength: 3}).map(entries => Object.fromEntries(entries)),
    fc.array(fc.tuple(tie('tree'), tie('tree')), {maxLength: 3}).map(entries => new Map(entries)),
    fc.array(fc.tuple(key, tie('tree')), {maxLength: 3}).map(entries => new Keyed(new Map(entries))),
    fc.array(tie('tree'), {maxLength: 3}).map(items => new Set(items)),
    fc.array(tie('tree'), {maxLength: 3}).map(items => new Growing(items)),
  ),
}));

test('what is packed comes back as it was, tags in its own keys included', () => {
  fc.assert(
    fc.property(tree, value => {
      expect(there(value)).toEqual(value);
    }),
  );
});

test('an item that many lists hold is kept once, and is one item again', () => {
  const first = {text: 'said'};
  const list = new Growing([first, {text: 'more'}]);
  expect(pack({list, earlier: list.upTo(1)}).items).toHaveLength(2);
  const {list: one, earlier} = there({list, earlier: list.upTo(1)}) as {list: Growing<object>; earlier: Growing<object>};
  expect(one.at(0)).toBe(earlier.at(0));
});
