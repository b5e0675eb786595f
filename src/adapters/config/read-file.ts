import {createHash} from 'node:crypto';
import {constants} from 'node:fs';
import {lstat, open, type FileHandle} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import type {ConfigProblem} from '../../ports/config.ts';

/**
 * A configuration file's text; null where there is none. `guarded` is for files that come with a repository: neither they nor their folder
 * may be a link. Nothing in it can make this hang: only regular files are read, up to a limit.
 */
export async function readConfigFile(file: string, guarded: boolean): Promise<ConfigText | null | {problem: ConfigProblem}> {
  try {
    if (guarded) {
      const folder = await lstat(dirname(file));
      if (!folder.isDirectory()) return refused(file, kindOf(folder), `a folder at ${basename(dirname(file))}`);
      const itself = await lstat(file);
      if (!itself.isFile()) return refused(file, kindOf(itself), 'a regular file');
    }
    // Without O_NONBLOCK, opening a pipe that took the file's place would wait for its writer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | (guarded ? constants.O_NOFOLLOW : 0));
    try {
      return await readWhole(file, handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    return refused(file, WORDS[codeOf(error)] ?? String(error), 'a file that can be read');
  }
}

export type ConfigText = {file: string; text: string; sha256: string};

async function readWhole(file: string, handle: FileHandle): Promise<ConfigText | {problem: ConfigProblem}> {
  const stats = await handle.stat();
  if (!stats.isFile()) return refused(file, kindOf(stats), 'a regular file');
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(LARGEST + 1), 0, LARGEST + 1, 0);
  if (bytesRead > LARGEST) return refused(file, `a file of more than ${LARGEST} bytes`, `a file of at most ${LARGEST} bytes`);
  const bytes = buffer.subarray(0, bytesRead);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return {file, text: new TextDecoder('utf-8', {fatal: true}).decode(bytes), sha256};
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refused(file, 'bytes that are not UTF-8', 'text in UTF-8');
  }
}

const LARGEST = 262_144;
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'a file without read permission',
  EPERM: 'a file without read permission',
  EISDIR: 'a folder',
  ELOOP: 'a symbolic link',
  ENOTDIR: 'a file where its folder should be',
  ENXIO: 'a pipe or a socket',
};

type Kind = {isDirectory: () => boolean; isSymbolicLink: () => boolean; isFIFO: () => boolean; isFile: () => boolean};

function kindOf(stats: Kind): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isFile() ? 'a file' : 'a device or a socket';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function refused(file: string, found: string, expected: string): {problem: ConfigProblem} {
  return {problem: {file, line: null, key: null, found, expected}};
}
