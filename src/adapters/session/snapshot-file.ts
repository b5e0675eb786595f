import {rmSync} from 'node:fs';
import {open, readFile, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Snapshots} from '../../ports/snapshots.ts';

/**
 * In one AGENT_HOME: `sessions/<id>/snapshot`. It is not synced: what a power cut leaves of it is told by its hash. A small one lies compressed, since most sessions are short, and
 * theirs would be a quarter of what they take; a large one as it is, since it is looked into here and there.
 */
export function snapshotFiles(home: string): Snapshots {
  const fileOf = (id: SessionId) => join(home, 'sessions', id, 'snapshot');
  return {
    read: async id => {
      const bytes = await orNull(() => readFile(fileOf(id)));
      return bytes === null ? null : unpacked(bytes);
    },
    write: async (id, parts) => void (await orNull(() => writeWhole(fileOf(id), packed(parts)))),
  };
}

/** Whoever puts another history in the place of a log takes it away, since it holds what the old one said. `log` is the log's file. */
export function removeSnapshot(log: string): void {
  for (const name of ['snapshot', beside]) rmSync(join(dirname(log), name), {force: true});
}

const beside = 'snapshot.new';

const small = 1 << 20;

function packed(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = parts.reduce((sum, {length}) => sum + length, 0);
  return bytes > small ? parts : [zstdCompressSync(Buffer.concat(parts))];
}

/** A damaged one is none, as its hash would tell. */
function unpacked(bytes: Buffer): Buffer | null {
  if (!bytes.subarray(0, magic.length).equals(magic)) return bytes;
  try {
    return zstdDecompressSync(bytes, {maxOutputLength: small});
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** What every zstd frame begins with. */
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

async function writeWhole(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(file), beside);
  await rm(temporary, {force: true});
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      for (const part of parts) await handle.appendFile(part);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, {force: true});
  }
}

/** Whatever the disk says: without a snapshot the log is read. */
async function orNull<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}
