import {createInterface} from 'node:readline/promises';
import type {Program} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import type {Io} from './io.ts';
import {sessionsOf} from './session-list.ts';

const shown = 15;

/** Lists the newest sessions of this repository and asks for one, by its number, its id, or words of its title. */
export async function pickSession(dir: string, program: Program, io: Io): Promise<SessionId> {
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
