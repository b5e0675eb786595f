import {join} from 'node:path';
import type {Scene} from './scene.ts';

/** The folder and the environment that commands of the session run in. */
export function commandPlace({ports, state}: Pick<Scene, 'ports' | 'state'>): {cwd: string; env: Readonly<Record<string, string>>} {
  const {settings, changes} = state();
  if (settings === null || changes.place === null) throw new Error('The session has not been opened.');
  return {cwd: join(changes.place.root, changes.place.cwd), env: ports.environment(settings.shell.environment)};
}
