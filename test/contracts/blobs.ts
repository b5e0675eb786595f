import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import type {BlobRef} from '../../src/core/vocabulary/ids.ts';
import {BlobDamaged} from '../../src/ports/blobs.ts';
import type {Blobs} from '../../src/ports/blobs.ts';

export function sha256(bytes: Uint8Array): BlobRef {
  return createHash('sha256').update(bytes).digest('hex') as BlobRef;
}

/** Bytes that look like a log, the same ones every time, of exactly this many bytes. */
export function logOf(bytes: number): Buffer {
  const lines: string[] = [];
  for (let length = 0, number = 1; length < bytes; number++) {
    lines.push(`${number} ${'ab '.repeat((number * 7_919) % 23)}\n`);
    length += lines.at(-1)!.length;
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

/** What every store of blobs has to do. `open` gives an empty one. */
export function blobsContract(open: () => Promise<Blobs>): void {
  const mebibyte = 1 << 20;
  const sizes = [0, 1, 5, 1_000, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 17];

  test.each(sizes)('%i bytes come back as they were put, by put and by create', async size => {
    const bytes = logOf(size);
    const [first, second] = [await open(), await open()];
    const ref = await first.put(bytes);
    expect(ref).toBe(sha256(bytes));
    expect(sha256(await first.get(ref))).toBe(ref);
    const writer = second.create();
    for (let at = 0; at < size; at += 70_001) await writer.write(bytes.subarray(at, at + 70_001));
    expect(await writer.finish({durable: true})).toBe(ref);
    expect(sha256(await second.get(ref))).toBe(ref);
    expect(await second.verify(ref)).toEqual({ok: true});
    const lines = bytes.filter(byte => byte === 0x0a).length + (size > 0 && bytes.at(-1) !== 0x0a ? 1 : 0);
    for (const blobs of [first, second]) expect(await blobs.size(ref)).toMatchObject({bytes: size, lines});
  });

  test('any range is read, also across frames and past the end', async () => {
    const blobs = await open();
    const bytes = logOf(2 * mebibyte + 500);
    const ref = await blobs.put(bytes);
    const ends = [
      0,
      1,
      4_095,
      mebibyte - 1,
      mebibyte,
      mebibyte + 1,
      2 * mebibyte,
      2 * mebibyte + 499,
      2 * mebibyte + 500,
      2 * mebibyte + 900,
    ];
    for (const start of ends) {
      for (const end of ends) {
        const range = await all(blobs, ref, {start, end});
        expect(range.equals(bytes.subarray(start, Math.max(start, end)))).toBe(true);
      }
    }
  });

  test('every line is found where it begins', async () => {
    const blobs = await open();
    for (const [text, starts] of [
      ['', []],
      ['a', [0]],
      ['a\n', [0]],
      ['\n\nb', [0, 1, 2]],
      ['ab\ncd\n\n', [0, 3, 6]],
    ] as const) {
      const ref = await blobs.put(Buffer.from(text));
      expect(await Promise.all([0, 1, 2, 3, 4].map(line => blobs.lineStart(ref, line)))).toEqual([
        null,
        ...Array.from({length: 4}, (_, at) => starts[at] ?? null),
      ]);
    }
    const bytes = logOf(2 * mebibyte + 500);
    const ref = await blobs.put(bytes);
    const starts = [0];
    for (let at = bytes.indexOf(10); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
    const around = starts.flatMap((start, line) => (start % mebibyte < 80 || mebibyte - (start % mebibyte) < 80 ? [line + 1] : []));
    for (const line of [...around, 2, 777, starts.length]) expect(await blobs.lineStart(ref, line)).toBe(starts[line - 1]);
    expect(await blobs.lineStart(ref, starts.length + 1)).toBe(null);
  });

  test('writes that nobody waits for keep their order', async () => {
    const blobs = await open();
    const bytes = logOf(9 * mebibyte);
    const writer = blobs.create();
    const waits: (Promise<void> | undefined)[] = [];
    for (let at = 0; at < bytes.length; at += 300_007) waits.push(writer.write(bytes.subarray(at, at + 300_007)));
    await Promise.all(waits);
    expect(await writer.finish()).toBe(sha256(bytes));
    expect(sha256(await blobs.get(sha256(bytes)))).toBe(sha256(bytes));
  });

  test('the caller may hash and count for the writer', async () => {
    const blobs = await open();
    const writer = blobs.create({hashed: false});
    await writer.write(Buffer.from('one\ntwo\n'), 2);
    await writer.write(Buffer.from('three'), 0);
    const ref = sha256(Buffer.from('one\ntwo\nthree'));
    expect(await writer.finish({sha256: ref})).toBe(ref);
    expect([await blobs.size(ref), await blobs.lineStart(ref, 3)]).toMatchObject([{bytes: 13, lines: 3}, 8]);
    await expect(blobs.create({hashed: false}).finish()).rejects.toThrow('has to name it');
  });

  test('what is not there is said to be missing', async () => {
    const blobs = await open();
    const ref = sha256(Buffer.from('never put'));
    expect(await blobs.size(ref)).toBe(null);
    await expect(blobs.get(ref)).rejects.toThrow(BlobDamaged);
    await expect(blobs.lineStart(ref, 1)).rejects.toThrow(BlobDamaged);
    expect(await blobs.verify(ref)).toMatchObject({ok: false, what: 'missing'});
  });

  test('what is removed is gone, may be removed again, and put anew', async () => {
    const blobs = await open();
    const [ref, other] = [await blobs.put(Buffer.from('leaked')), await blobs.put(Buffer.from('other'))];
    await blobs.remove(ref);
    await blobs.remove(ref);
    expect([await blobs.size(ref), Buffer.from(await blobs.get(other)).toString()]).toEqual([null, 'other']);
    expect(await blobs.put(Buffer.from('leaked'))).toBe(ref);
    expect(Buffer.from(await blobs.get(ref)).toString()).toBe('leaked');
  });

  test('an abandoned stream leaves nothing, and a finished one takes no more', async () => {
    const blobs = await open();
    const abandoned = blobs.create();
    await abandoned.write(logOf(mebibyte + 5));
    await abandoned.abandon();
    await abandoned.abandon();
    expect(await blobs.size(sha256(logOf(mebibyte + 5)))).toBe(null);
    const finished = blobs.create();
    const ref = await finished.finish();
    await finished.abandon();
    expect(await blobs.get(ref)).toHaveLength(0);
    expect(() => finished.write(Buffer.from('more'))).toThrow('finished');
  });

  test('the same content may be put any number of times at once', async () => {
    const blobs = await open();
    const bytes = logOf(5_000);
    const refs = await Promise.all(Array.from({length: 20}, (_, index) => blobs.put(bytes, {durable: index % 2 === 0})));
    expect(new Set(refs)).toEqual(new Set([sha256(bytes)]));
    expect(await blobs.verify(sha256(bytes))).toEqual({ok: true});
  });
}

async function all(blobs: Blobs, ref: BlobRef, range: {start: number; end: number}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of blobs.read(ref, range)) pieces.push(piece);
  return Buffer.concat(pieces);
}
