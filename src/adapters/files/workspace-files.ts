import type {Failure} from '../../core/vocabulary/block.ts';
import type {Files} from '../../ports/files.ts';
import {failure, fsFailure} from './fs-failure.ts';
import {Swapped} from './open-inside.ts';
import {pathGuard, type Bounds} from './path-guard.ts';
import {list, read, scan} from './reading.ts';
import {remove, tidy, write} from './writing.ts';

/** The files of a worktree and of the granted folders. */
export function workspaceFiles(bounds: Bounds): Files {
  const guard = pathGuard(bounds);
  return {
    resolve: async path => {
      const found = await guard(path, 'follow');
      return 'failure' in found ? found : found.at;
    },
    read: path => reported(path, () => read(guard, path)),
    scan: (path, visit) => reported(path, () => scan(guard, path, visit)),
    list: path => reported(path, () => list(guard, path)),
    write: (path, bytes, options = {}) => reported(path, () => write({guard, root: bounds.root, path}, bytes, options)),
    remove: (path, options = {}) => reported(path, () => remove({guard, root: bounds.root, path}, options)),
    tidy: path => tidy({guard, root: bounds.root, path}),
  };
}

async function reported<T>(path: string, work: () => Promise<T | {failure: Failure}>): Promise<T | {failure: Failure}> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Swapped) return failure('outside', `${path} was replaced by a symlink while it was opened.`, 'Try again.');
    return fsFailure(error, path);
  }
}
