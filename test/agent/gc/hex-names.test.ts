import fc from 'fast-check';
import {expect, test} from 'vitest';
import {hexNames} from '../../../src/agent/gc/hex-names.ts';

async function namesIn(pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  const found: string[] = [];
  await hexNames(
    (async function* () {
      for (const piece of pieces) yield piece;
    })(),
    name => found.push(name),
  );
  return found;
}

const sha = 'a1'.repeat(32);
const tree = '0b'.repeat(20);

test('names are found wherever they stand, and only whole', async () => {
  expect(await namesIn([Buffer.from(`{"blob":"${sha}","tree":"${tree}"}\n${sha}`)])).toEqual([sha, tree, sha]);
  expect(await namesIn([Buffer.from(`${sha}f ${tree}0 ${sha.slice(1)} ${'0'.repeat(200)}`)])).toEqual([]);
  expect(await namesIn([Buffer.from([0xff, 0, 0xc3]), Buffer.from(sha), Buffer.from([0x80])])).toEqual([sha]);
});

test('however the bytes are cut', async () => {
  const part = fc.oneof(fc.constant(sha), fc.constant(tree), fc.constant('"'), fc.constant('f'), fc.string({maxLength: 5}));
  await fc.assert(
    fc.asyncProperty(fc.array(part, {maxLength: 12}), fc.array(fc.nat({max: 400}), {maxLength: 30}), async (parts, cuts) => {
      const whole = Buffer.from(parts.join(''));
      const at = [0, ...cuts.map(cut => Math.min(cut, whole.length)), whole.length].toSorted((a, b) => a - b);
      const pieces = at.slice(1).map((end, n) => whole.subarray(at[n], end));
      expect(await namesIn(pieces)).toEqual(await namesIn([whole]));
    }),
  );
});
