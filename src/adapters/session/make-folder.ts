import {mkdirSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {cannotBegin} from './refused.ts';

/** Makes a folder with those above it, one by one: asked to do it alone, Node never ends where a file system takes no folders (`/proc`). */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let at = folder;
  for (; !isThere(at, folder); at = dirname(at)) missing.unshift(at);
  for (const path of missing) {
    try {
      mkdirSync(path, {mode: 0o700});
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotBegin(path, error);
    }
  }
}

function isThere(path: string, wanted: string): boolean {
  try {
    const found = statSync(path, {throwIfNoEntry: false});
    if (found === undefined && path !== dirname(path)) return false;
    if (found?.isDirectory() === true) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw cannotBegin(path, error);
  }
  const what = path === wanted ? 'it is not a folder' : `${path} is not a folder`;
  throw cannotBegin(wanted, Object.assign(new Error(what), {code: 'ENOTDIR'}));
}
