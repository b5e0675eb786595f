import {expect, test} from 'vitest';
import {numberedLines, wantedLines} from '../../../src/surfaces/cli/numbered-lines.ts';

const bytes = Buffer.from('one\n\ntwo\r\n\xff\nlast', 'latin1');
const runs = [
  {first: 3, last: 4, start: 0, end: 5},
  {first: 9, last: 11, start: 5, end: bytes.length},
];

async function* inPieces(size: number, seen: {pieces: number} = {pieces: 0}): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    seen.pieces++;
    yield bytes.subarray(at, at + size);
  }
}

async function* each(places: readonly number[]): AsyncGenerator<number> {
  yield* places;
}

const all = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => Buffer.concat(await Array.fromAsync(pieces)).toString('latin1');
const sizes = Array.from({length: bytes.length}, (_, index) => index + 1);

test.each(sizes)('numbered in pieces of %i bytes', async size => {
  expect(await all(numberedLines(inPieces(size), runs))).toBe('3\tone\n4\t\n9\ttwo\r\n10\t\xff\n11\tlast');
});

test('only the wanted ones, in any choice and any pieces', async () => {
  const rows = ['3\tone\n', '4\t\n', '9\ttwo\r\n', '10\t\xff\n', '11\tlast'];
  for (let choice = 0; choice < 32; choice++) {
    const places = [1, 2, 3, 4, 5].filter(place => choice & (1 << (place - 1)));
    for (const size of sizes)
      expect(await all(wantedLines(inPieces(size), runs, each(places)))).toBe(places.map(place => rows[place - 1]).join(''));
  }
});

test('no more is read than the last wanted one needs, and nothing where none is wanted', async () => {
  for (const [places, pieces] of [
    [[], 0],
    [[1], 4],
    [[3], 10],
  ] as const) {
    const seen = {pieces: 0};
    await all(wantedLines(inPieces(1, seen), runs, each(places)));
    expect(seen.pieces).toBe(pieces);
  }
});
