import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, expect, test} from 'vitest';
import {blobStore} from '../../../../src/adapters/session/blob-store.ts';
import type {Blobs} from '../../../../src/ports/blobs.ts';
import {outputPage} from '../../../../src/surfaces/ui/replay/output-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-page-'));
const blobs = blobStore(folder);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const page = async (content: string | Uint8Array, wanted: {top: number; rows: number; left: number; bytes: number}, store: Blobs = blobs) =>
  outputPage({ref: await blobs.put(Buffer.from(content)), ...wanted}, store);

test('lines as they are, whatever part of them is wanted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({maxLength: 20, unit: fc.constantFrom('a', 'b', ' ', '7')}), {minLength: 1, maxLength: 12}),
      fc.record({
        top: fc.integer({min: 1, max: 12}),
        rows: fc.integer({min: 1, max: 6}),
        left: fc.nat(22),
        bytes: fc.integer({min: 1, max: 22}),
      }),
      async (lines, wanted) => {
        const {rows, left, bytes} = wanted;
        const top = Math.min(wanted.top, lines.length);
        const expected = lines
          .slice(top - 1, top - 1 + rows)
          .map(line => ({text: line.slice(left, left + bytes), more: left + bytes < line.length}));
        expect(await page(`${lines.join('\n')}\n`, {...wanted, top})).toEqual(expected);
      },
    ),
    {numRuns: 60},
  );
});

test('a last line without an end, an end of line with a carriage return, and bytes that are no text', async () => {
  expect(await page('one\ntwo', {top: 2, rows: 5, left: 0, bytes: 10})).toEqual([{text: 'two', more: false}]);
  expect(await page('one\r\ntwo\r\n', {top: 1, rows: 5, left: 0, bytes: 10})).toEqual([
    {text: 'one', more: false},
    {text: 'two', more: false},
  ]);
  expect(await page(Buffer.from([0xff, 0x41, 0x0a]), {top: 1, rows: 1, left: 0, bytes: 10})).toEqual([{text: '\ufffdA', more: false}]);
});

test('a character that the edge of the screen cuts in two is left out', async () => {
  for (let left = 0; left < 9; left++) {
    const [line] = await page('日本語\n', {top: 1, rows: 1, left, bytes: 5});
    expect(line?.text).toBe({0: '日', 1: '本', 2: '本', 3: '本', 4: '語', 5: '語', 6: '語', 7: '', 8: ''}[left]);
  }
});

test('of lines of many megabytes only what is wanted is read', async () => {
  const long = `${'x'.repeat(5_000_000)}END`;
  const content = ['short', long, 'after', long, ''].join('\n');
  let most = 0;
  const counting: Blobs = {
    ...blobs,
    read: (ref, range) => {
      most = Math.max(most, range === undefined ? Infinity : range.end - range.start);
      return blobs.read(ref, range);
    },
  };
  expect(await page(content, {top: 1, rows: 10, left: 0, bytes: 4}, counting)).toEqual([
    {text: 'shor', more: true},
    {text: 'xxxx', more: true},
    {text: 'afte', more: true},
    {text: 'xxxx', more: true},
  ]);
  expect(await page(content, {top: 2, rows: 2, left: 4_999_998, bytes: 10}, counting)).toEqual([
    {text: 'xxEND', more: false},
    {text: '', more: false},
  ]);
  expect(most).toBeLessThanOrEqual(1 << 20);
});

test('a blob that is gone says so', async () => {
  const ref = await blobs.put(Buffer.from('to be removed\n'));
  await blobs.remove(ref);
  await expect(outputPage({ref, top: 1, rows: 1, left: 0, bytes: 1}, blobs)).rejects.toThrow(/missing/);
});
