import {realpathSync} from 'node:fs';
import {Stop} from '../agent/stop.ts';
import {WorktreeRefused, type Location} from '../ports/worktree.ts';
import type {Parts} from './parts.ts';

/** A folder that `--repo` names. `at` says more where it is a repository with commits; a session that worked in a plain folder may go on in one. */
export type LocatedRepo = {root: string; at: Extract<Location, {kind: 'repository'}> | null};

export async function locatedRepo(dir: string, {worktrees}: Pick<Parts, 'worktrees'>): Promise<LocatedRepo> {
  const at = await (await worktrees()).locate(dir).catch((cause: unknown) => {
    if (!(cause instanceof WorktreeRefused) || cause.code !== 'no-folder') throw cause;
    throw new Stop(
      2,
      `--repo names ${dir}, which is not a folder that can be opened.\nName a clone of the session's repository: --repo DIR`,
      {cause},
    );
  });
  switch (at.kind) {
    case 'repository':
      return {root: at.root, at};
    case 'no-commits':
      return {root: at.root, at: null};
    case 'none':
      return {root: realpathSync(dir), at: null};
    case 'bare':
      throw new Stop(2, `--repo names ${at.root}, a bare git repository: it has no files to work on.\nName a clone of it.`);
    case 'broken':
      throw new Stop(2, `--repo names ${at.root}, and git cannot use it: ${at.why}\nMend it: git -C ${at.root} status`);
  }
}
