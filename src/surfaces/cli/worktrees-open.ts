import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';

/** `agent worktrees open`: prints the path of the folder that the session works in. */
export async function openWorktree(named: Named, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  return program.withChanges(id, 'look', async ({changes: {place, discarded}}): Promise<ExitCode> => {
    const path = place === null ? null : join(place.root, place.cwd);
    if (path === null || discarded || !existsSync(path))
      throw new Stop(1, `The worktree of session ${id} is not there.\nBring it back: agent resume ${id}`);
    io.print(path);
    return 0;
  });
}
