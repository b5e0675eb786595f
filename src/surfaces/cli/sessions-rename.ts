import {anchor} from '../../agent/anchors.ts';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {titleLine} from './format/title-line.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {Log} from '../../ports/log.ts';
import {explain} from './failures.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';

/** `agent sessions rename`: one record more on the session's log. */
export async function renameSession({id: prefix, title: typed}: {id: string; title: string}, program: Program, io: Io): Promise<ExitCode> {
  const title = titleLine(typed);
  if (title === '') throw new Stop(2, 'The new title is empty.\nType: agent sessions rename <id> "a title"');
  const id = await namedSession({session: prefix, dir: program.cwd}, program);
  const catalogue = await program.catalogue();
  // Behind a line that cannot be read nobody would find the title: reading stops there, with what to do.
  for await (const record of catalogue.read(id)) void record;
  const {log} = await catalogue.open(id);
  try {
    log.append({type: 'session.titled', title});
    await tellHome(log, {id, catalogue, io});
  } finally {
    await log.close();
  }
  // Its old title is not found any more.
  await (await program.index()).forget(id);
  io.progress(`${id} is now called: ${title}`);
  return 0;
}

/** The title is on the session's own log, whatever becomes of the home log. */
async function tellHome(log: Log, {id, catalogue, io}: {id: SessionId; catalogue: Catalogue; io: Io}): Promise<void> {
  try {
    await anchor(log, id, event => catalogue.note(event));
  } catch (error) {
    io.progress(`! ${explain(error).message}`);
  }
}
