import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';

/** `agent sessions rename`: one record more on the session's log. */
export async function renameSession({id: prefix, title: typed}: {id: string; title: string}, program: Program, io: Io): Promise<ExitCode> {
  const title = oneLine(typed);
  if (title === '') throw new Stop(2, 'The new title is empty.\nType: agent sessions rename <id> "a title"');
  const id = await namedSession({session: prefix, dir: program.cwd}, program);
  const catalogue = await program.catalogue();
  const {log} = await catalogue.open(id);
  try {
    log.append({type: 'session.titled', title});
    await log.sync();
    await catalogue.note({type: 'session.anchored', session: id, ...log.last});
  } finally {
    await log.close();
  }
  io.progress(`${id} is now called: ${title}`);
  return 0;
}
