import {constants, type Dirent} from 'node:fs';
import {copyFile, lstat, mkdir, readdir, readlink, rename, rm, stat, symlink, utimes} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, relative, resolve} from 'node:path';
import {inside} from './layout.ts';
import {eachOf} from './overlay.ts';
import {holdsPaths, rewritten} from './rewrite.ts';

/** The folder `source` becomes `target`; what in it leads to `from` leads to `to` then. */
type Carrying = {source: string; target: string; from: string; to: string; signal: AbortSignal};

/**
 * Copies a dependency folder so that nothing in it leads back into the checkout: what is written in the copy never reaches the original, and
 * links and written-down paths that led to the checkout lead to the worktree. Where the file system can, copies share their blocks.
 */
export async function carryFolder(carrying: Carrying): Promise<void> {
  const {target} = carrying;
  const unfinished = join(dirname(target), `.${basename(target)}.incoming`);
  await rm(unfinished, {recursive: true, force: true});
  try {
    await carryInto(carrying, unfinished);
    await rename(unfinished, target);
  } catch (error) {
    // Half a dependency folder fails in stranger ways than none.
    await rm(unfinished, {recursive: true, force: true});
    throw error;
  }
}

async function carryInto({source: outermost, from, to, signal}: Carrying, target: string): Promise<void> {
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const here = folder;
    const source = join(outermost, here);
    await mkdir(join(target, here), {recursive: true});
    await eachOf(await readdir(source, {withFileTypes: true}), async entry => {
      const name = join(here, entry.name);
      if (entry.isDirectory()) {
        if (!isCache(here, entry)) folders.push(name);
      } else if (entry.isSymbolicLink()) {
        await symlink(await linkFor(join(source, entry.name), from, to), join(target, name));
      } else if (entry.isFile()) {
        await carryFile({from, to, source: join(source, entry.name), target: join(target, name)});
      }
    });
  }
}

// Caches of built results name the files that they were built from by absolute path.
function isCache(folder: string, entry: Dirent): boolean {
  return folder === '' && (entry.name === '.cache' || entry.name === '.vite' || entry.name === '.vitest');
}

/** A relative link keeps its words where it stays in the checkout: they mean the worktree then. One that leaves it must still arrive. */
async function linkFor(source: string, from: string, to: string): Promise<string> {
  const target = await readlink(source);
  const meant = resolve(dirname(source), target);
  if (!isAbsolute(target)) return inside(from, meant) ? target : meant;
  return inside(from, meant) ? join(to, relative(from, meant)) : target;
}

async function carryFile({from, to, source, target}: {from: string; to: string; source: string; target: string}): Promise<void> {
  if (holdsPaths(source) && (await rewritten({source, target, from, to}))) return;
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  // Python takes a compiled module for stale when its source has another time.
  if (source.endsWith('.py')) {
    const {atime, mtime} = await stat(source);
    await utimes(target, atime, mtime);
  }
}

export async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const here = at;
    await eachOf(await readdir(here, {withFileTypes: true}), async entry => {
      if (entry.isDirectory()) folders.push(join(here, entry.name));
      else {
        const {size} = await lstat(join(here, entry.name));
        bytes += size;
      }
    });
  }
  return bytes;
}
