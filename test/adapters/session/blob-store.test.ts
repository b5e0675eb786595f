import {execFileSync, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import fs, {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';
import {afterAll, describe, expect, test} from 'vitest';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import type {BlobRef} from '../../../src/core/vocabulary/ids.ts';
import {BlobDamaged, BlobRefused} from '../../../src/ports/blobs.ts';
import {blobsContract, logOf, sha256} from '../../contracts/blobs.ts';

const home = mkdtempSync(join(tmpdir(), 'blobs-'));
afterAll(() => rmSync(home, {recursive: true, force: true}));

let folders = 0;
function newFolder(): string {
  return join(home, String(++folders), 'blobs');
}

function pathOf(folder: string, ref: BlobRef): string {
  return join(folder, ref.slice(0, 2), `${ref}.zst`);
}

describe('contract', () => blobsContract(async () => blobStore(newFolder())));

test('a stored blob is a file that any zstd decompresses, private to its user', async () => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  for (const bytes of [Buffer.from('hello\n'), Buffer.alloc(0), logOf(3_000_000)]) {
    const path = pathOf(folder, await blobs.put(bytes, {durable: true}));
    expect(decompressed(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('a log shrinks, and noise hardly grows', async () => {
  const blobs = blobStore(newFolder());
  const stored = async (bytes: Buffer) => (await blobs.size(await blobs.put(bytes)))!.stored;
  expect(await stored(logOf(2_000_000))).toBeLessThan(500_000);
  expect(await stored(randomBytes(2_000_000))).toBeLessThan(2_000_500);
});

test('every flipped bit is found, in any byte of a blob', async () => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  const ref = await blobs.put(logOf(700));
  const path = pathOf(folder, ref);
  const sound = readFileSync(path);
  for (let at = 0; at < sound.length; at++) {
    writeFileSync(path, flipped(sound, at, 1 << (at % 8)));
    const verdict = await blobs.verify(ref);
    expect(verdict, `byte ${at}`).toMatchObject({ok: false});
    if (!verdict.ok) expect(verdict.start <= at && at < verdict.end, `byte ${at} in ${verdict.start}–${verdict.end}`).toBe(true);
    await expect(blobs.get(ref), `byte ${at}`).rejects.toThrow(BlobDamaged);
  }
});

test('a blob cut short at any byte, or with more after it, is found', async () => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  const ref = await blobs.put(logOf(300));
  const sound = readFileSync(pathOf(folder, ref));
  for (let length = 0; length <= sound.length + 1; length++) {
    if (length === sound.length) continue;
    writeFileSync(pathOf(folder, ref), Buffer.concat([sound, Buffer.from('x')]).subarray(0, length));
    expect((await blobs.verify(ref)).ok, `${length} bytes`).toBe(false);
  }
});

test('damage in one frame is named, and does not reach the others', async () => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  const bytes = logOf(3 << 20);
  const ref = await blobs.put(bytes);
  const sound = readFileSync(pathOf(folder, ref));
  const at = Math.floor(sound.length / 2);
  writeFileSync(pathOf(folder, ref), flipped(sound, at, 1));
  const verdict = await blobs.verify(ref);
  expect(verdict).toMatchObject({ok: false, what: 'frame'});
  if (!verdict.ok) expect(verdict.start <= at && at < verdict.end && verdict.end - verdict.start < sound.length / 2).toBe(true);
  const range = async (start: number, end: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of blobs.read(ref, {start, end})) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  expect((await range(0, 1_000)).equals(bytes.subarray(0, 1_000))).toBe(true);
  await expect(range(1_500_000, 1_500_001)).rejects.toThrow(BlobDamaged);
});

test('another blob’s file under this name is found', async () => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  const [one, two] = [await blobs.put(logOf(100)), await blobs.put(logOf(200))];
  writeFileSync(pathOf(folder, one), readFileSync(pathOf(folder, two)));
  expect(await blobs.verify(one)).toMatchObject({ok: false, what: 'index'});
  await expect(blobs.get(one)).rejects.toThrow(BlobDamaged);
});

test.each([700, 2_500_000])('putting content of %i bytes again leaves a sound file alone and mends a damaged one', async size => {
  const folder = newFolder();
  const blobs = blobStore(folder);
  const bytes = logOf(size);
  const ref = await blobs.put(bytes);
  const path = pathOf(folder, ref);
  const {ino} = statSync(path);
  await blobs.put(bytes, {durable: true});
  expect(statSync(path).ino).toBe(ino);
  const sound = readFileSync(path);
  const damages = [
    Buffer.alloc(0),
    Buffer.alloc(sound.length),
    sound.subarray(0, sound.length - 1),
    sound.subarray(1),
    flipped(sound, sound.length - 60, 4),
  ];
  if (size < 1_000) damages.push(flipped(sound, 20, 1));
  for (const damaged of damages) {
    writeFileSync(path, damaged);
    await blobs.put(bytes, {durable: true});
    expect(await blobs.verify(ref)).toEqual({ok: true});
  }
});

test('what a crash left behind is swept when it is a day old, and not before', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'tmp'), {recursive: true});
  for (const name of ['old', 'new']) writeFileSync(join(folder, 'tmp', name), 'half a blob');
  const yesterday = Date.now() / 1_000 - 25 * 60 * 60;
  utimesSync(join(folder, 'tmp', 'old'), yesterday, yesterday);
  await blobStore(folder).put(Buffer.from('x'));
  expect(readdirSync(join(folder, 'tmp'))).toEqual(['new']);
});

test('a disk that refuses is an error with its code, and leaves nothing under the name', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, '..'), {recursive: true});
  writeFileSync(folder, 'a file where the folder should be');
  const blobs = blobStore(folder);
  await expect(blobs.put(Buffer.from('x'))).rejects.toThrow(BlobRefused);
  await expect(blobs.put(logOf(2 << 20))).rejects.toMatchObject({name: 'BlobRefused', code: expect.stringMatching(/^(ENOTDIR|EEXIST)$/)});
  const writer = blobs.create();
  await expect((async () => writer.write(logOf(3 << 20)))()).rejects.toThrow(BlobRefused);
  await expect(writer.finish()).rejects.toThrow(BlobRefused);
  await expect(blobs.put(Buffer.from('y'))).rejects.toMatchObject({
    message: 'a part of the path is a file, not a folder',
    place: folder,
  });
  // Where no folder can be made at all.
  await expect(blobStore('/proc/nope/blobs').put(Buffer.from('x'))).rejects.toThrow(BlobRefused);
});

test('a full disk is refused in the middle of a stream', async () => {
  const script = `
    import {blobStore} from ${JSON.stringify(new URL('../../../src/adapters/session/blob-store.ts', import.meta.url).href)};
    const writer = blobStore(process.argv[1]).create();
    try {
      for (let count = 0; count < 40; count++) await writer.write(crypto.getRandomValues(new Uint8Array(65_536)));
      await writer.finish({durable: true});
    } catch (error) { console.log(error.name, error.code, error.message); }
  `;
  const folder = newFolder();
  // Files of this process may not grow past a megabyte: EFBIG comes the same way as ENOSPC, and needs no disk of its own.
  const limited = `ulimit -f 1024; trap '' XFSZ; exec "$0" "$@"`;
  const printed = execFileSync('bash', ['-c', limited, process.execPath, '--input-type=module', '-e', script, folder], {encoding: 'utf8'});
  expect(printed.trim()).toBe('BlobRefused EFBIG a file may not become so large there');
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('several processes may put the same blobs at once', async () => {
  const folder = newFolder();
  const script = `
    import {blobStore} from ${JSON.stringify(new URL('../../../src/adapters/session/blob-store.ts', import.meta.url).href)};
    const blobs = blobStore(process.argv[1]);
    for (let round = 0; round < 60; round++) await blobs.put(Buffer.from('content ' + (round % 20) + '\\n'.repeat(round % 20)), {durable: round % 3 === 0});
  `;
  const ends = Array.from({length: 3}, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {stdio: ['ignore', 'ignore', 'inherit']});
    return new Promise<number | null>(resolve => child.on('exit', resolve));
  });
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  const blobs = blobStore(folder);
  for (let round = 0; round < 20; round++) {
    expect(await blobs.verify(sha256(Buffer.from(`content ${round}${'\n'.repeat(round)}`)))).toEqual({ok: true});
  }
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('the index of a long blob stays small', async () => {
  const blobs = blobStore(newFolder());
  const zeros = Buffer.alloc(64 << 20);
  const size = await blobs.size(await blobs.put(zeros));
  expect(size!.stored).toBeLessThan(64 * 200);
});

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ bit;
  return copy;
}

/** By the zstd program where there is one, so that nothing of ours is in between. */
function decompressed(path: string): Buffer {
  try {
    return execFileSync('zstd', ['-dc', path], {maxBuffer: 1 << 28});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return zstdDecompressSync(readFileSync(path));
    throw error;
  }
}

describe('what nobody names', () => {
  const age = (path: string, hours: number) =>
    utimesSync(path, new Date(Date.now() - hours * 3_600_000), new Date(Date.now() - hours * 3_600_000));
  const day = () => Date.now() - 24 * 3_600_000;

  test('goes when it is old, and not when it is young or just put again', async () => {
    const folder = newFolder();
    const blobs = blobStore(folder);
    const [one, two] = [await blobs.put(Buffer.from('one')), await blobs.put(Buffer.from('two'))];
    expect(await blobs.discard(one, day())).toBe(false);
    age(pathOf(folder, one), 25);
    age(pathOf(folder, two), 25);
    await blobs.put(Buffer.from('two'));
    expect([await blobs.discard(one, day()), await blobs.discard(one, day()), await blobs.discard(two, day())]).toEqual([
      true,
      false,
      false,
    ]);
    expect([await blobs.size(one), (await blobs.size(two))?.bytes]).toEqual([null, 3]);
    expect(readdirSync(join(folder, one.slice(0, 2)))).toEqual([]);
  });

  test('comes back where a crash left it half gone, but not over one that is there', async () => {
    const folder = newFolder();
    const blobs = blobStore(folder);
    const [one, two] = [await blobs.put(Buffer.from('one')), await blobs.put(Buffer.from('two'))];
    renameSync(pathOf(folder, one), `${pathOf(folder, one)}.going`);
    writeFileSync(`${pathOf(folder, two)}.going`, 'an older one');
    await blobs.putBack();
    expect(await Promise.all([one, two].map(ref => blobs.verify(ref)))).toEqual([{ok: true}, {ok: true}]);
    expect(readdirSync(join(folder, two.slice(0, 2)))).toEqual([`${two}.zst`]);
  });

  test('one that another process puts just between the look and the taking comes back', async () => {
    const folder = newFolder();
    const blobs = blobStore(folder);
    const ref = await blobs.put(Buffer.from('wanted'));
    age(pathOf(folder, ref), 25);
    const {renameSync: real} = fs;
    fs.renameSync = (from, to) => {
      utimesSync(from, new Date(), new Date());
      fs.renameSync = real;
      syncBuiltinESMExports();
      real(from, to);
    };
    syncBuiltinESMExports();
    expect(await blobs.discard(ref, day())).toBe(false);
    expect(fs.renameSync).toBe(real);
    expect(await blobs.verify(ref)).toEqual({ok: true});
    expect(readdirSync(join(folder, ref.slice(0, 2)))).toEqual([`${ref}.zst`]);
  });

  test('many that put it while it goes never find it missing', async () => {
    const folder = newFolder();
    const blobs = blobStore(folder);
    const content = Buffer.from('wanted by all');
    const ref = await blobs.put(content);
    for (let round = 0; round < 200; round++) {
      age(pathOf(folder, ref), 25);
      const puts = [blobs.discard(ref, day()), blobs.put(content), blobs.discard(ref, day()), blobs.put(content)];
      await Promise.all(puts.toSorted(() => (round % 3) - 1));
      expect([round, await blobs.verify(ref)]).toEqual([round, {ok: true}]);
    }
  });
});
