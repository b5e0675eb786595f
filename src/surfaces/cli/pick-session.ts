import {existsSync} from 'node:fs';
import {createInterface} from 'node:readline/promises';
import type {PickFound, Picking, PickRow} from '../../agent/picking.ts';
import type {Program} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import {askedWords} from '../../core/text/words.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import type {Io} from './io.ts';
import {indexedSessions, sessionsOf, type DescribedSession} from './session-list.ts';
import {searched} from './sessions-search.ts';

/** Lets the user pick a past session: in a list to search and to move in, or where the terminal cannot show one, or `plain` is wished, of numbered lines. */
export async function pickSession({dir, plain}: {dir: string; plain: boolean}, program: Program, io: Io): Promise<SessionId> {
  if (plain || program.env['TERM'] === 'dumb') return pickByNumber(dir, program, io);
  const picked = await program.pick(pickingFrom(dir, program));
  // A session may stay open for days.
  await (await program.index()).close();
  if (picked === null) throw new Stop(130, 'Nothing was resumed.');
  return picked;
}

function pickingFrom(dir: string, program: Program): Picking {
  return {
    sessions: async function* (all): AsyncGenerator<PickRow> {
      for await (const session of indexedSessions({dir, all}, program)) yield rowOf(session);
    },
    search: async function* (query, all): AsyncGenerator<PickFound> {
      const found = searched({words: askedWords(query), dir, all, since: null}, program);
      for await (const {session, found: texts} of found) yield {id: session.id, found: texts};
    },
  };
}

function rowOf({id, title, changed, state, row, damaged}: DescribedSession): PickRow {
  const {place} = row.work;
  return {
    id,
    title,
    age: age(changed, Date.now()),
    state,
    row,
    is_there: place !== null && existsSync(place.root),
    damaged: damaged?.why ?? null,
  };
}

const shown = 15;

/** Lists the newest sessions of this repository and asks for one, by its number, its id, or words of its title. */
async function pickByNumber(dir: string, program: Program, io: Io): Promise<SessionId> {
  const sessions = await sessionsOf({dir, all: false}, program);
  if (sessions.length === 0) throw new Stop(2, 'There is no session of this repository to resume. Start one: agent');
  const lines = sessions
    .slice(0, shown)
    .map(({id, title, changed}, index) => `${String(index + 1).padStart(3)}  ${id}  ${age(changed, Date.now())}  ${title}`);
  io.progress(lines.join('\n'));
  const terminal = createInterface({input: io.stdin, output: io.stderr});
  try {
    for (;;) {
      const answer = (await terminal.question('Resume which (number, id or words; empty: none)? ')).trim();
      if (answer === '') throw new Stop(130, 'Nothing was resumed.');
      const found = sessions.filter(
        ({id, title}, index) => String(index + 1) === answer || id.startsWith(answer) || title.toLowerCase().includes(answer.toLowerCase()),
      );
      const exact = sessions[Number(answer) - 1] ?? (found.length === 1 ? found[0] : undefined);
      if (exact !== undefined) return exact.id;
      io.progress(
        found.length === 0 ? `No session fits "${answer}".` : `${found.length} sessions fit: ${found.map(({id}) => id).join(', ')}`,
      );
    }
  } finally {
    terminal.close();
  }
}
