import {createHash} from 'node:crypto';
import {realpathSync} from 'node:fs';
import {basename, dirname, join, relative, sep} from 'node:path';
import type {Place} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';

/** A repository's folder name under AGENT_HOME: readable, and told apart from others of the same name by where it really lies. */
function slugOf(repo: string): string {
  const real = realOr(repo);
  const name =
    basename(real)
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 40) || 'root';
  return `${name}-${createHash('sha256').update(real).digest('hex').slice(0, 10)}`;
}

export function worktreeFolder(home: string, repo: string, id: SessionId): string {
  return join(home, 'worktrees', slugOf(repo), id);
}

/** The checkpoint store of a place. A worktree stands in a folder that carries the slug of its repository. */
export function storeOf(home: string, place: Place): string {
  return storeOfSlug(home, place.kind === 'worktree' ? basename(dirname(place.root)) : slugOf(place.root));
}

export function storeOfRepo(home: string, repo: string): string {
  return storeOfSlug(home, slugOf(repo));
}

export function indexFile(store: string, id: SessionId): string {
  return join(store, 'agent', `${id}.index`);
}

/** What was noted of a session beside its index: where it came from, and whether its checkpoints lean on the user's objects. */
export function noteFile(store: string, id: SessionId): string {
  return join(store, 'agent', `${id}.json`);
}

export function refsFolder(store: string, id: SessionId): string {
  return join(store, 'refs', 'agent', id);
}

export function inside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

function storeOfSlug(home: string, slug: string): string {
  return join(home, 'checkpoints', `${slug}.git`);
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    // A repository that is gone keeps the name that it had by its path.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error;
  }
}
