import {mkdir, readdir, unlink} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Resolved, WriteOptions} from '../../ports/files.ts';
import {isLeftOver, writeAtomically} from './atomic-write.ts';
import {failure, isSystemError} from './fs-failure.ts';
import {holdFolder, openRegular} from './open-inside.ts';
import {touchesGit, type PathGuard} from './path-guard.ts';
import {read, sha256, visitAll} from './reading.ts';

type Failed = {failure: Failure};
type Target = {guard: PathGuard; root: string; path: string};

export async function write(target: Target, bytes: Uint8Array, options: WriteOptions): Promise<{at: Resolved; sha256: Sha256} | Failed> {
  const found = await writable(target, 'follow');
  if ('failure' in found) return found;
  const {at} = found;
  if (at.exists === 'folder') return failure('is-folder', `${target.path} is a folder.`, 'Name a file in it.');
  if (at.exists === 'no' && target.path.endsWith('/')) return failure('is-folder', `${target.path} names a folder.`, 'Name a file in it.');
  const mode = at.exists === 'file' ? await modeOf(at.absolute) : null;
  if (mode !== null && (mode & 0o222) === 0)
    return failure('read-only', `${at.name} is marked read-only.`, 'If it may be changed, chmod u+w it first.');
  await mkdir(dirname(at.absolute), {recursive: true});
  const folder = await holdFolder(dirname(at.absolute));
  try {
    const check = async (): Promise<boolean> => options.expect === undefined || (await contentOf(at.absolute)) === options.expect;
    const placed = {folder, name: basename(at.absolute), bytes, mode: options.mode ?? mode, exclusive: options.expect === null, check};
    if ((await writeAtomically(placed)) === 'changed') return changed(at, options.expect ?? null);
    return {at: {...at, exists: 'file'}, sha256: sha256(bytes)};
  } finally {
    await folder.close();
  }
}

export async function remove(target: Target, options: Pick<WriteOptions, 'expect'>): Promise<{at: Resolved} | Failed> {
  const found = await writable(target, 'keep');
  if ('failure' in found) return found;
  const {at} = found;
  if (at.exists === 'no') return failure('not-found', `${target.path} does not exist.`);
  if (at.exists === 'folder') return failure('is-folder', `${target.path} is a folder.`);
  if (options.expect !== undefined) {
    const content = await read(target.guard, target.path);
    if ('failure' in content) return content;
    if (content.sha256 !== options.expect) return changed(at, options.expect);
  }
  const folder = await holdFolder(dirname(at.absolute));
  try {
    await unlink(folder.path(basename(at.absolute)));
    await folder.sync();
    return {at: {...at, exists: 'no'}};
  } finally {
    await folder.close();
  }
}

export async function tidy(target: Target): Promise<void> {
  const found = await writable(target, 'follow');
  if ('failure' in found) return;
  try {
    const folder = await holdFolder(dirname(found.at.absolute));
    try {
      for (const name of await readdir(folder.path(''))) if (isLeftOver(name)) await unlink(folder.path(name));
    } finally {
      await folder.close();
    }
  } catch (error) {
    // Without the folder there is nothing in it; and what cannot be taken away is only untidy.
    if (!isSystemError(error)) throw error;
  }
}

async function writable({guard, root, path}: Target, final: 'follow' | 'keep'): Promise<{at: Resolved} | Failed> {
  const found = await guard(path, final);
  if ('failure' in found) return found;
  if (touchesGit(found.at.absolute, root))
    return failure('git-folder', `${path} is in .git, which is not written to.`, 'Use git through the shell.');
  return found;
}

function changed(at: Resolved, expected: Sha256 | null): Failed {
  const what = expected === null ? 'appeared meanwhile' : 'changed meanwhile';
  return failure('changed', `${at.name} ${what}; nothing was written.`, 'Read it again.');
}

async function modeOf(absolute: string): Promise<number | null> {
  const opened = await openRegular(absolute);
  if (typeof opened === 'string') return null;
  await opened.file.close();
  return opened.mode;
}

async function contentOf(absolute: string): Promise<Sha256 | null> {
  try {
    const opened = await openRegular(absolute);
    if (typeof opened === 'string') return null;
    const {file} = opened;
    try {
      return await visitAll(file, () => 'go-on');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}
