import {open, realpath} from 'node:fs/promises';
import {constants} from 'node:fs';
import {join, sep} from 'node:path';

/** One instruction file as the charter holds it; `cut` where it was longer than allowed. */
export type Instructions = {file: string; text: string; cut: boolean};

/**
 * `AGENTS.md` of the user, of the repository's root and of each folder down to where the session works: the nearest stands last, and so
 * counts most. Together they take at most `limit` bytes; a longer file is cut at a line, and says so.
 */
export async function readInstructions({
  root,
  cwd,
  userFolder,
  limit,
}: {
  root: string;
  cwd: string;
  userFolder: string;
  limit: number;
}): Promise<readonly Instructions[]> {
  const folders = cwd.split(/[/\\]/).filter(part => part !== '');
  const inRepository = ['', ...folders.map((_, index) => folders.slice(0, index + 1).join('/'))].map(folder => join(folder, name));
  const files = [
    {file: join(userFolder, name), shown: `your own ${name}`},
    ...inRepository.map(file => ({file: join(root, file), shown: file})),
  ];
  const found: Instructions[] = [];
  let left = limit;
  for (const {file, shown} of files) {
    const text = await readRegular(file, {limit: left, inside: file.startsWith(userFolder) ? null : root});
    if (text === null || text.trim() === '') continue;
    const cut = Buffer.byteLength(text) > left;
    const kept = cut ? `${text.slice(0, text.lastIndexOf('\n', left))}\n⟨cut: the file is longer; read ${shown} for the rest⟩` : text;
    left -= Buffer.byteLength(kept);
    found.push({file: shown, text: kept, cut});
    if (left <= 0) break;
  }
  return found;
}

const name = 'AGENTS.md';

/** At most a little over `limit` bytes. What is not a regular file (a pipe, a device), or leads out of the repository by a link, is as if it were not there. */
async function readRegular(path: string, {limit, inside}: {limit: number; inside: string | null}): Promise<string | null> {
  try {
    const file = await realpath(path);
    if (inside !== null && !file.startsWith(`${await realpath(inside)}${sep}`)) return null;
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      if (!(await handle.stat()).isFile()) return null;
      const {buffer, bytesRead} = await handle.read(Buffer.alloc(limit + 4), 0, limit + 4, 0);
      return new TextDecoder().decode(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EISDIR', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
