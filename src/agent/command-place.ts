import {dirname, join} from 'node:path';
import type {Scene} from './scene.ts';

/** The folder and the environment that commands of the session run in. */
export function commandPlace({ports, state}: Pick<Scene, 'ports' | 'state'>): {cwd: string; env: Readonly<Record<string, string>>} {
  const {settings, changes} = state();
  if (settings === null || changes.place === null) throw new Error('The session has not been opened.');
  const {root, cwd} = changes.place;
  // A command that takes away `.git` must not find itself in a repository around the worktree, and change that one.
  const env = {...ports.environment(settings.shell.environment), GIT_CEILING_DIRECTORIES: dirname(root)};
  return {cwd: join(root, cwd), env};
}
