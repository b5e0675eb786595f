import {createHash} from 'node:crypto';
import {readdir, type FileHandle} from 'node:fs/promises';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Entry, FileContent, Resolved, Scanned} from '../../ports/files.ts';
import {failure} from './fs-failure.ts';
import {holdFolder, openRegular} from './open-inside.ts';
import type {PathGuard} from './path-guard.ts';

type Failed = {failure: Failure};

const READ_LIMIT = 64 * 1024 * 1024;
const CHUNK = 256 * 1024;

export async function read(guard: PathGuard, path: string): Promise<FileContent | Failed> {
  const opened = await openFile(guard, path);
  if ('failure' in opened) return opened;
  const {at, file, size, mode} = opened;
  try {
    if (size > READ_LIMIT)
      return failure('too-large', `${at.name} has ${size} bytes; more than ${READ_LIMIT} are not taken at once.`, 'Use the shell.');
    const bytes = await file.readFile();
    return {at, bytes, sha256: sha256(bytes), mode};
  } finally {
    await file.close();
  }
}

export async function scan(guard: PathGuard, path: string, visit: (bytes: Uint8Array) => 'go-on' | 'stop'): Promise<Scanned | Failed> {
  const opened = await openFile(guard, path);
  if ('failure' in opened) return opened;
  const {at, file, size} = opened;
  try {
    return {at, size, sha256: await visitAll(file, visit)};
  } finally {
    await file.close();
  }
}

export async function visitAll(file: FileHandle, visit: (bytes: Uint8Array) => 'go-on' | 'stop'): Promise<Sha256 | null> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    const {bytesRead} = await file.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) return hash.digest('hex') as Sha256;
    const bytes = buffer.subarray(0, bytesRead);
    hash.update(bytes);
    if (visit(bytes) === 'stop') return null;
  }
}

async function openFile(guard: PathGuard, path: string): Promise<{at: Resolved; file: FileHandle; size: number; mode: number} | Failed> {
  const found = await guard(path, 'follow');
  if ('failure' in found) return found;
  const {at} = found;
  if (at.exists === 'no') return failure('not-found', `${path} does not exist.`);
  if (at.exists === 'folder') return failure('is-folder', `${path} is a folder.`);
  const opened = await openRegular(at.absolute);
  if (opened === 'special') return failure('not-a-file', `${path} is a pipe, socket or device, not a file.`);
  if (opened === 'folder') return failure('is-folder', `${path} is a folder.`);
  return {at, ...opened};
}

export async function list(guard: PathGuard, path: string): Promise<{at: Resolved; entries: readonly Entry[]} | Failed> {
  const found = await guard(path, 'follow');
  if ('failure' in found) return found;
  const {at} = found;
  if (at.exists === 'no') return failure('not-found', `${path} does not exist.`);
  if (at.exists === 'file') return failure('not-a-folder', `${path} is a file, not a folder.`);
  const folder = await holdFolder(at.absolute);
  try {
    const entries = await readdir(folder.path('.'), {withFileTypes: true});
    return {at, entries: entries.map(entry => ({name: entry.name, kind: kindOf(entry)})).toSorted(byName)};
  } finally {
    await folder.close();
  }
}

function kindOf(entry: {isFile: () => boolean; isDirectory: () => boolean; isSymbolicLink: () => boolean}): Entry['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : 1;
}

export function sha256(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}
