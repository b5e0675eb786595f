import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {confirmed} from './confirm.ts';
import {age} from './format/age.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';
import {describedSessions} from './session-list.ts';

/** `agent sessions rm`. None is removed where one of them is not there or still open. */
export async function removeSessions(
  {ids: prefixes, yes}: {ids: readonly string[]; yes: boolean},
  program: Program,
  io: Io,
): Promise<ExitCode> {
  const ids = new Set<SessionId>();
  for (const session of prefixes) ids.add(await namedSession({session, dir: program.cwd, gone: true}, program));
  await refuseBusy(ids, program);
  for (const {id, title, changed} of await describedSessions(ids, program)) io.progress(`${id}  ${age(changed, Date.now())}  ${title}`);
  if (!(await confirmed(`Remove ${plural(ids.size, 'session')}, with the worktree and what was not applied?`, {yes, io}))) {
    io.progress('Nothing was removed.');
    return 1;
  }
  for (const id of ids) {
    await program.remove(id);
    io.progress(`Removed ${id}.`);
  }
  return 0;
}

async function refuseBusy(ids: ReadonlySet<SessionId>, program: Program): Promise<void> {
  const busy = (await (await program.catalogue()).list()).find(entry => entry.busy && ids.has(entry.id));
  if (busy !== undefined)
    throw new Stop(1, `Session ${busy.id} is open in another process: nothing was removed.\nClose it there, then type the same again.`);
}
