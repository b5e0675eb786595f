import {createHash, randomBytes} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {lstat, mkdir, open, readdir, rename, rm, statfs} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {Readable, Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Scratch} from '../../ports/archive.ts';
import {diskRefused} from './disk-refused.ts';
import {damaged} from './tar-read.ts';
import {syncFolder} from './write.ts';

/** `<home>/archives/<pid>-<random>`: beside the places that its files are moved to, so that a rename does it. */
export async function makeScratch(home: string): Promise<Scratch> {
  const around = join(home, 'archives');
  const folder = join(around, `${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, {recursive: true, mode: 0o700});
    await sweep(around);
  } catch (error) {
    throw diskRefused(folder, error);
  }
  return {
    folder,
    free: async () => {
      const {bavail, bsize} = await statfs(folder);
      return bavail * bsize;
    },
    put: async (path, content, most) => {
      try {
        return await put(path, content, most);
      } catch (error) {
        throw diskRefused(path, error);
      }
    },
    move: async (from, to) => {
      try {
        return await move(from, to);
      } catch (error) {
        throw diskRefused(to, error);
      }
    },
    remove: () => rm(folder, {recursive: true, force: true, maxRetries: 3}),
  };
}

async function put(path: string, content: AsyncIterable<Uint8Array>, most: number): Promise<{bytes: number; sha256: Sha256}> {
  await mkdir(dirname(path), {recursive: true, mode: 0o700});
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > most ? damaged('it holds more than it says') : null, chunk);
    },
  });
  await pipeline(Readable.from(content, {objectMode: false}), counted, createWriteStream(path, {flags: 'wx', mode: 0o600}));
  return {bytes, sha256: hash.digest('hex') as Sha256};
}

/** A file takes the place of what stands there under its name; a folder never does. */
async function move(from: string, to: string): Promise<boolean> {
  await syncAll(from);
  await makeFolders(dirname(to));
  try {
    await rename(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(String(error.code))) return false;
    throw error;
  }
  await syncFolder(dirname(to));
  return true;
}

async function syncAll(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) for (const name of await readdir(path)) await syncAll(join(path, name));
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The name of a folder that had to be made is on the disk only when the folder around it is. */
async function makeFolders(folder: string): Promise<void> {
  const first = await mkdir(folder, {recursive: true, mode: 0o700});
  for (let at = folder; first !== undefined && at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

/** What was left by programs that died. */
async function sweep(around: string): Promise<void> {
  for (const name of await readdir(around)) {
    const pid = Number(/^(\d{1,10})-[0-9a-f]{12}$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && pid !== process.pid && !isRunning(pid)) await rm(join(around, name), {recursive: true, force: true});
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
