import type {Program} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import {oneLine} from './format/one-line.ts';
import {describedSessions} from './session-list.ts';

/** The session that a prefix names; without one, the newest of this repository. */
export async function namedSession({session, dir}: {session: string | null; dir: string}, program: Program): Promise<SessionId> {
  if (session !== null) return byPrefix(session, program);
  const newest = await program.newest(dir);
  if (newest !== null) return newest;
  throw new Stop(
    2,
    `There is no session of this repository yet (${dir}).\nSee those of all repositories: agent sessions --all\nStart one: agent "what to do"`,
  );
}

/** How a command names its session: `[id]`, `--last`, or neither. */
export type Named = {session: string | null; last: boolean; dir: string};

export async function whichSession({session, last, dir}: Named, program: Program): Promise<SessionId> {
  if (session !== null && last)
    throw new Stop(2, `Both --last and the session ${oneLine(session)} were named: give one of them.\nType: agent sessions`);
  return namedSession({session, dir}, program);
}

async function byPrefix(prefix: string, program: Program): Promise<SessionId> {
  const found = await (await program.catalogue()).find(prefix);
  if ('id' in found && prefix !== '') return found.id;
  const candidates = 'id' in found ? [found.id] : found.candidates;
  if (candidates.length === 0) throw new Stop(2, `No session's id begins with "${oneLine(prefix)}".\nSee them: agent sessions --all`);
  throw new Stop(
    2,
    `${candidates.length} sessions begin with "${oneLine(prefix)}":\n${await describe(candidates, program)}\nName one with more of its id.`,
  );
}

const shown = 10;

async function describe(candidates: readonly SessionId[], program: Program): Promise<string> {
  const sessions = await describedSessions(new Set(candidates.slice(0, shown)), program);
  const lines = sessions.map(({id, title, changed}) => `  ${id}  ${age(changed, Date.now())}  ${title}`);
  return [...lines, ...(candidates.length > shown ? [`  … and ${candidates.length - shown} more`] : [])].join('\n');
}
