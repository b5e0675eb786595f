import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {Stop} from '../agent/stop.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged} from '../ports/catalogue.ts';

/** What can be done about a session whose log is damaged: its files are looked for on the disk, since its records cannot be trusted to name them. */
export function stopIfDamaged(id: SessionId, home: string): (error: unknown) => never {
  return error => {
    if (!(error instanceof LogDamaged)) throw error;
    const place = worktreeOf(id, home);
    const files = place === null ? '' : `\nIts files are as it left them, for you to take over by hand: ${place}`;
    throw new Stop(
      1,
      `The log of session ${id} is damaged. ${error.message}\nNothing was changed. Every line before it is whole. Keep every record that can be read: agent sessions repair ${id}${files}`,
      {
        cause: error,
      },
    );
  };
}

function worktreeOf(id: SessionId, home: string): string | null {
  const folder = join(home, 'worktrees');
  const repositories = existsSync(folder) ? readdirSync(folder) : [];
  return repositories.map(repository => join(folder, repository, id)).find(existsSync) ?? null;
}
