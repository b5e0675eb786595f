import {execFileSync, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {tarArchives} from '../../../src/adapters/archive/archives.ts';
import {blockBytes, headerOf, parseHeader, paxSize} from '../../../src/adapters/archive/tar-header.ts';
import {tarEntries} from '../../../src/adapters/archive/tar-read.ts';
import type {Sha256} from '../../../src/core/vocabulary/ids.ts';
import {ArchiveRefused} from '../../../src/ports/archive.ts';
import {packed, tarOf, type Part} from '../../support/craft-archive.ts';
import {temporaryFolder} from '../../support/git-repository.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, {recursive: true, force: true}));
const archives = tarArchives(join(root, 'home'));

const contents = {'first.json': '{}\n', empty: '', full: 'x'.repeat(blockBytes), large: 'line\n'.repeat(100_000)};

async function write(file: string): Promise<void> {
  const [first, ...rest] = Object.entries(contents).map(([name, text]) => ({name, bytes: Buffer.from(text)}));
  const sources = [];
  for (const {name, bytes} of rest) {
    writeFileSync(join(root, name), bytes);
    const source = {name, file: join(root, name), bytes: null};
    sources.push({...source, ...(await archives.measure(source))});
  }
  await archives.write(file, {first: first!, rest: sources}, () => {});
}

async function readAll(file: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const {name, content} of archives.read(file)) found[name] = Buffer.concat(await Array.fromAsync(content)).toString();
  return found;
}

describe('what is written', () => {
  const file = join(root, 'one.tar.zst');

  test('is read again, twice the same bytes, and nothing is left beside it', async () => {
    await write(file);
    await write(join(root, 'two.tar.zst'));
    expect(await readAll(file)).toEqual(contents);
    expect(readFileSync(file).equals(readFileSync(join(root, 'two.tar.zst')))).toBe(true);
    expect(readdirSync(root).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  test('is unpacked by the system’s own tar', async () => {
    const tar = join(root, 'plain.tar');
    const stream = tarOf(Object.entries(contents).map(([name, text]) => ({name, bytes: Buffer.from(text)})));
    writeFileSync(tar, stream);
    const into = join(root, 'unpacked');
    mkdirSync(into);
    execFileSync('tar', ['-xf', tar, '-C', into]);
    expect(Object.fromEntries(readdirSync(into).map(name => [name, readFileSync(join(into, name), 'utf8')]))).toEqual(contents);
  });

  test('is what the system’s own tar packs, too', async () => {
    const tar = join(root, 'theirs.tar');
    execFileSync('tar', ['--format=ustar', '-cf', tar, '-C', root, 'empty', 'full', 'large']);
    writeFileSync(join(root, 'theirs.tar.zst'), packed(readFileSync(tar)));
    const {'first.json': _, ...rest} = contents;
    expect(await readAll(join(root, 'theirs.tar.zst'))).toEqual(rest);
  });

  test('has the size of a file over 8 GB in a record that every tar knows', () => {
    const header = headerOf('huge', 9_000_000_000);
    expect(paxSize(header.subarray(blockBytes, blockBytes + 19))).toBe(9_000_000_000);
    expect(spawnSync('tar', ['-tvf', '-'], {input: header, encoding: 'utf8'}).stdout).toMatch(/9000000000.*huge/);
  });

  test('of a file that was changed since it was measured is refused, and the old archive stays', async () => {
    const before = readFileSync(file);
    const source = {name: 'full', file: join(root, 'full'), bytes: null};
    const member = await archives.measure(source);
    for (const text of ['y'.repeat(blockBytes), 'short', `${'x'.repeat(blockBytes - 1)}yx`]) {
      writeFileSync(source.file, text);
      const writing = archives.write(file, {first: {name: 'm', bytes: Buffer.from('')}, rest: [{...source, ...member}]}, () => {});
      await expect(writing).rejects.toThrow('was changed by another program');
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(root).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('what is refused', () => {
  const good: readonly Part[] = [
    {name: 'a', bytes: Buffer.from('a\n')},
    {name: 'b', bytes: Buffer.from('bb\n')},
  ];
  const whole = packed(tarOf(good));
  const check = async (bytes: Buffer): Promise<unknown> => {
    const file = join(root, 'bad.tar.zst');
    writeFileSync(file, bytes);
    return readAll(file).catch((error: unknown) =>
      error instanceof ArchiveRefused && error.code === 'damaged' ? error.message : Promise.reject(error as Error),
    );
  };

  test('every shortening of an archive, and every byte put behind it', async () => {
    for (let end = 0; end < whole.length; end++) expect(await check(whole.subarray(0, end)), `${end} bytes`).toBeTypeOf('string');
    for (let byte = 0; byte < 256; byte += 5)
      expect(await check(Buffer.concat([whole, Buffer.from([byte])]))).toBe('something stands behind its end');
    expect(await check(Buffer.concat([whole, whole]))).toBe('something stands behind its end');
  });

  test('every flipped byte of the compressed file, or it is read as it was', async () => {
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << (at % 8);
      const read = await check(flipped);
      if (typeof read !== 'string') expect(read).toEqual({a: 'a\n', b: 'bb\n'});
    }
  });

  test('every flipped bit of a header but in what is not looked at', async () => {
    const tar = tarOf(good);
    for (let at = 0; at < blockBytes; at++) {
      const flipped = Buffer.from(tar);
      flipped[at]! ^= 1;
      const read = await check(packed(flipped));
      // The checksum's own last bytes are not part of it.
      if (at < 154 || at > 155) expect(read, `byte ${at}`).toBeTypeOf('string');
    }
  });

  test.each(['hardlink', 'symlink', 'folder', 'pipe'])('a %s that the system’s tar packs', async kind => {
    const at = join(root, `with-${kind}`);
    mkdirSync(at);
    if (kind === 'hardlink') execFileSync('sh', ['-c', 'echo x > a; ln a b'], {cwd: at});
    if (kind === 'symlink') symlinkSync('/etc/passwd', join(at, 'a'));
    if (kind === 'folder') mkdirSync(join(at, 'a'));
    if (kind === 'pipe') execFileSync('mkfifo', ['a'], {cwd: at});
    const tar = execFileSync('tar', ['--format=ustar', '-cf', '-', ...readdirSync(at)], {cwd: at});
    expect(await check(packed(tar))).toMatch(/is (a link|a symbolic link|a folder|a pipe)$/);
  });

  test('something behind the end of the tar, filled up blocks, and sizes that are none', async () => {
    expect(await check(packed(Buffer.concat([tarOf(good), Buffer.from('x')])))).toBe('something stands behind its end');
    expect(await check(packed(Buffer.concat([tarOf(good), Buffer.alloc(30 * blockBytes)])))).toBe('something stands behind its end');
    expect(await check(packed(tarOf(good).subarray(0, -blockBytes)))).toMatch('ends too early');
    const filled = tarOf(good);
    filled[blockBytes + 100] = 1;
    expect(await check(packed(filled))).toMatch('is not zeros');
    const binary = headerOf('a', 2);
    binary.write('\x80', 124, 'latin1');
    expect(parseHeader(binary)).toHaveProperty('why');
    expect(paxSize(Buffer.from('20 size=90000000000\n'))).toBe(90_000_000_000);
    expect(paxSize(Buffer.from('19 size=90000000000\n'))).toHaveProperty('why');
    expect(paxSize(Buffer.from('22 path=/etc/passwdxx\n'))).toHaveProperty('why');
  });

  test('what is no archive at all, and what is not there', async () => {
    expect(await check(Buffer.from('hello'))).toMatch('not compressed as an archive is');
    await expect(readAll(join(root, 'none'))).rejects.toMatchObject({code: 'ENOENT'});
    await expect(readAll(root)).rejects.toMatchObject({code: 'no-file'});
  });
});

test('members come through whatever the pieces that they come in', async () => {
  const tar = tarOf([
    {name: 'a', bytes: Buffer.from('abc'.repeat(400))},
    {name: 'b', bytes: Buffer.alloc(0)},
  ]);
  for (const size of [1, 7, 511, 512, 513, 4096]) {
    const pieces = async function* () {
      for (let at = 0; at < tar.length; at += size) yield tar.subarray(at, at + size);
    };
    const found: string[] = [];
    for await (const {name, content} of tarEntries(pieces())) found.push(`${name} ${Buffer.concat(await Array.fromAsync(content)).length}`);
    expect(found).toEqual(['a 1200', 'b 0']);
  }
});

test('a scratch folder takes no more than it is told, and what dead programs left there is cleared away', async () => {
  const left = join(root, 'home', 'archives', '999999999-0123456789ab');
  mkdirSync(left, {recursive: true});
  const scratch = await archives.scratch();
  expect(readdirSync(join(root, 'home', 'archives'))).toHaveLength(1);
  const content = async function* () {
    yield Buffer.from('12345');
    yield Buffer.from('67890');
  };
  const sha256 = createHash('sha256').update('1234567890').digest('hex') as Sha256;
  expect(await scratch.put(join(scratch.folder, 'in/here'), content(), 10)).toEqual({bytes: 10, sha256});
  await expect(scratch.put(join(scratch.folder, 'other'), content(), 9)).rejects.toThrow('more than it says');
  expect(await scratch.move(join(scratch.folder, 'in'), join(root, 'home', 'moved', 'in'))).toBe(true);
  expect(readFileSync(join(root, 'home', 'moved', 'in', 'here'), 'utf8')).toBe('1234567890');
  await scratch.remove();
  expect(readdirSync(join(root, 'home', 'archives'))).toEqual([]);
});
