import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {WorktreeEntry} from '../../ports/worktree.ts';
import {sizeOf} from './carry.ts';
import {namesIn, readNote} from './store.ts';
import {gitFolder, kindOf, linkFolder, textOf} from './repository.ts';

/** Every session worktree on this disk, with the bytes that its files have (copies that share blocks count in full). */
export async function listWorktrees(home: string): Promise<WorktreeEntry[]> {
  const found: WorktreeEntry[] = [];
  for (const slug of namesIn(join(home, 'worktrees'))) {
    for (const name of namesIn(join(home, 'worktrees', slug))) {
      const root = join(home, 'worktrees', slug, name);
      if (kindOf(root) !== 'folder' || name.endsWith('.aside')) continue;
      const session = name as SessionId;
      const repo = readNote(join(home, 'checkpoints', `${slug}.git`), session)?.repo ?? repoOf(root);
      found.push({session, repo: repo ?? '', root, bytes: await sizeOf(root), orphan: repo === null || isOrphan(repo, root)});
    }
  }
  return found;
}

/** Its repository, or the repository's side of the link, is gone. */
function isOrphan(repo: string, root: string): boolean {
  const folder = existsSync(repo) ? gitFolder(repo) : null;
  return folder === null || 'why' in folder || !existsSync(join(linkFolder(folder.common, root), 'HEAD'));
}

// "gitdir: <repository>/.git/worktrees/<id>"
function repoOf(root: string): string | null {
  return /^gitdir: (.*)\/\.git\/worktrees\/[^/]+\s*$/.exec(textOf(join(root, '.git')) ?? '')?.[1] ?? null;
}
