import {closeSync, constants, fstatSync, openSync, readSync, realpathSync} from 'node:fs';
import {join, sep} from 'node:path';

/** One instruction file as the charter holds it; `cut` where it was longer than allowed. */
export type Instructions = {file: string; text: string; cut: boolean};

/**
 * `AGENTS.md` of the user, of the repository's root and of each folder down to where the session works: the nearest stands last, and so
 * counts most. Together they take at most `limit` bytes; a longer file is cut at a line, and says so. Small files on the way of every
 * start: they are read at once, without the thread pool.
 */
export function readInstructions({
  root,
  cwd,
  userFolder,
  limit,
}: {
  root: string;
  cwd: string;
  userFolder: string;
  limit: number;
}): readonly Instructions[] {
  const folders = cwd.split(/[/\\]/).filter(part => part !== '');
  const inRepository = ['', ...folders.map((_, index) => folders.slice(0, index + 1).join('/'))].map(folder => join(folder, name));
  const files = [
    {file: join(userFolder, name), shown: `your own ${name}`},
    ...inRepository.map(file => ({file: join(root, file), shown: file})),
  ];
  const found: Instructions[] = [];
  let left = limit;
  for (const {file, shown} of files) {
    const text = readRegular(file, {limit: left, inside: file.startsWith(userFolder) ? null : root});
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
function readRegular(path: string, {limit, inside}: {limit: number; inside: string | null}): string | null {
  try {
    const file = realpathSync(path);
    if (inside !== null && !file.startsWith(`${realpathSync(inside)}${sep}`)) return null;
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return null;
      const bytes = Buffer.alloc(Math.min(stat.size, limit + 4));
      return new TextDecoder().decode(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0)));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EISDIR', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
