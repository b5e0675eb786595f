import {anchoredSessions} from '../../agent/anchored-sessions.ts';
import type {Program, Unread} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import {oneLine} from './format/one-line.ts';
import {describedSessions} from './session-list.ts';

/**
 * The session that a prefix names; without one, the newest of this repository. Where one that was lost or damaged may be newer, nobody can say which
 * is meant, and none is taken.
 */
export async function namedSession({session, dir, gone = false}: Place, program: Program): Promise<SessionId> {
  if (session !== null) return byPrefix(session, gone, program);
  const {id: newest, unread} = await program.newest(dir);
  const lost = unread.filter(one => one.lost);
  if (lost.length > 0) throw undecided(newest, lost);
  if (newest !== null) return newest;
  throw new Stop(
    2,
    `There is no session of this repository yet (${dir}).\nSee those of all repositories: agent sessions --all\nStart one: agent "what to do"`,
  );
}

function undecided(newest: SessionId | null, lost: readonly Unread[]): Stop {
  const those = lost.map(({id, why}) => `  ${id}  ${oneLine(why)}`).join('\n');
  const first = lost[0]!.id;
  return new Stop(
    6,
    `Which session is the newest of this repository is not known: of ${lost.length === 1 ? 'one' : lost.length} that may be it, what it was opened in cannot be read.\n${those}\n` +
      `See what is wrong: agent audit verify ${first}\n` +
      (newest === null
        ? 'See those that can be read: agent sessions --all'
        : `Name the one that you mean. The newest that can be read: ${newest}`),
  );
}

/** `gone`: for what is done about sessions whose folder is not there any more. */
type Place = {session: string | null; dir: string; gone?: boolean};

/** How a command names its session: `[id]`, `--last`, or neither. */
export type Named = {session: string | null; last: boolean; dir: string};

export async function whichSession({session, last, ...place}: Named & Pick<Place, 'gone'>, program: Program): Promise<SessionId> {
  if (session !== null && last)
    throw new Stop(2, `Both --last and the session ${oneLine(session)} were named: give one of them.\nType: agent sessions`);
  return namedSession({session, ...place}, program);
}

async function byPrefix(prefix: string, gone: boolean, program: Program): Promise<SessionId> {
  const found = await (await program.catalogue()).find(prefix);
  if ('id' in found && prefix !== '') return found.id;
  const candidates = 'id' in found ? [found.id] : found.candidates;
  if (candidates.length === 0) return lostByPrefix(prefix, gone, program);
  throw new Stop(
    2,
    `${candidates.length} sessions begin with "${oneLine(prefix)}":\n${await describe(candidates, program)}\nName one with more of its id.`,
  );
}

/** The home log may still know of one that has no folder any more. */
async function lostByPrefix(prefix: string, gone: boolean, program: Program): Promise<SessionId> {
  const anchored = [...(await anchoredSessions(await program.catalogue())).keys()];
  const [lost, ...others] = prefix === '' ? [] : anchored.filter(id => id.startsWith(prefix));
  if (lost === undefined || others.length > 0)
    throw new Stop(2, `No session's id begins with "${oneLine(prefix)}".\nSee them: agent sessions --all`);
  if (gone) return lost;
  throw new Stop(
    6,
    `Session ${lost} has no log, and was not taken away with agent sessions rm.\nPut it back from a backup; where it is gone for good: agent sessions rm ${lost}`,
  );
}

const shown = 10;

async function describe(candidates: readonly SessionId[], program: Program): Promise<string> {
  const sessions = await describedSessions(new Set(candidates.slice(0, shown)), program);
  const lines = sessions.map(({id, title, changed}) => `  ${id}  ${age(changed, Date.now())}  ${title}`);
  return [...lines, ...(candidates.length > shown ? [`  … and ${candidates.length - shown} more`] : [])].join('\n');
}
