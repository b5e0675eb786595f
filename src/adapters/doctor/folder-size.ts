import type {Dirent} from 'node:fs';
import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** Bytes of all files below a folder, links not followed. `whole: false` where there were too many to look at each. */
export async function folderSize(folder: string, most = 200_000): Promise<{bytes: number; whole: boolean}> {
  const waiting = [folder];
  let bytes = 0;
  let seen = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const path = at;
    const entries = await entriesOf(path);
    seen += entries.length;
    if (seen > most) return {bytes, whole: false};
    for (const entry of entries) if (entry.isDirectory()) waiting.push(join(path, entry.name));
    const sizes = await Promise.all(entries.filter(entry => entry.isFile()).map(entry => sizeOf(join(path, entry.name))));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  return {bytes, whole: true};
}

// A session that works meanwhile may take away what was just listed; what is not ours to read is not ours to count.
const passedOver = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'];

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, {withFileTypes: true});
  } catch (error) {
    if (passedOver.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (passedOver.includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
