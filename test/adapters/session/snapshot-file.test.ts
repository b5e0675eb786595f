import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {zstdCompressSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {removeSnapshot, snapshotFiles} from '../../../src/adapters/session/snapshot-file.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';

const id = 'k3f9q2m7xa' as SessionId;

function place(): {home: string; folder: string; file: string} {
  const home = mkdtempSync(join(tmpdir(), 'snapshot-'));
  const folder = join(home, 'sessions', id);
  mkdirSync(folder, {recursive: true});
  return {home, folder, file: join(folder, 'snapshot')};
}

const parts = [Buffer.from('one\n'), Buffer.alloc(0), Buffer.from('two\n')];

describe('the file of a snapshot', () => {
  test('is read as it was written, for its owner alone', async () => {
    const {home, folder, file} = place();
    const files = snapshotFiles(home);
    expect(await files.read(id)).toBeNull();
    await files.write(id, parts);
    expect(String(await files.read(id))).toBe('one\ntwo\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await files.write(id, [Buffer.from('three\n')]);
    expect(String(await files.read(id))).toBe('three\n');
    expect(readdirSync(folder)).toEqual(['snapshot']);
  });

  test('lies compressed where it is small, and as it is where it is large', async () => {
    const {home, file} = place();
    const files = snapshotFiles(home);
    for (const [bytes, most] of [
      [1 << 20, 1 << 12],
      [(1 << 20) + 1, (1 << 20) + 1],
    ] as const) {
      const whole = Buffer.alloc(bytes, 'a line of it\n');
      await files.write(id, [whole.subarray(0, 100), whole.subarray(100)]);
      expect(statSync(file).size).toBeLessThanOrEqual(most);
      expect(whole.equals((await files.read(id))!)).toBe(true);
    }
  });

  test('damaged anywhere is never read as another', async () => {
    const {home, file} = place();
    const files = snapshotFiles(home);
    const text = 'what was said, and what was said again\n'.repeat(20);
    await files.write(id, [Buffer.from(text)]);
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(file, whole.subarray(0, at));
      expect(String((await files.read(id)) ?? '')).not.toBe(text);
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      writeFileSync(file, changed);
      // Whether it says something else is told by the hash inside; that it does not throw is what counts here.
      await files.read(id);
    }
  });

  test('that would grow beyond all bounds is none', async () => {
    const {home, file} = place();
    writeFileSync(file, zstdCompressSync(Buffer.alloc(1 << 24)));
    expect(await snapshotFiles(home).read(id)).toBeNull();
  });

  test('takes the place of what a killed run left half written', async () => {
    const {home, folder} = place();
    writeFileSync(join(folder, 'snapshot.new'), 'half', {mode: 0o644});
    await snapshotFiles(home).write(id, parts);
    expect(String(await snapshotFiles(home).read(id))).toBe('one\ntwo\n');
    expect(readdirSync(folder)).toEqual(['snapshot']);
  });

  test('follows no link to write', async () => {
    const {home, folder, file} = place();
    const elsewhere = join(home, 'elsewhere');
    writeFileSync(elsewhere, 'kept');
    for (const link of [file, join(folder, 'snapshot.new')]) symlinkSync(elsewhere, link);
    await snapshotFiles(home).write(id, parts);
    expect(readFileSync(elsewhere, 'utf8')).toBe('kept');
    expect(String(await snapshotFiles(home).read(id))).toBe('one\ntwo\n');
  });

  test('is not there where the disk refuses, and nobody is troubled', async () => {
    const {home, folder, file} = place();
    mkdirSync(file);
    await snapshotFiles(home).write(id, parts);
    expect(await snapshotFiles(home).read(id)).toBeNull();
    expect(readdirSync(folder)).toEqual(['snapshot']);
    rmSync(folder, {recursive: true});
    await snapshotFiles(home).write(id, parts);
    expect(existsSync(folder)).toBe(false);
  });

  test('goes with what was half written where the log is replaced', () => {
    const {folder} = place();
    for (const name of ['log.jsonl', 'snapshot', 'snapshot.new']) writeFileSync(join(folder, name), '');
    removeSnapshot(join(folder, 'log.jsonl'));
    removeSnapshot(join(folder, 'log.jsonl'));
    expect(readdirSync(folder)).toEqual(['log.jsonl']);
  });
});
