import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {age} from './format/age.ts';
import {oneLine} from './format/one-line.ts';
import {uniqueLengths} from './format/session-id.ts';
import {table, type Cell, type Column} from './format/table.ts';
import type {Io} from './io.ts';
import {painter, type Paint} from './paint.ts';
import {listedSessions, type ListedSession} from './session-list.ts';

/** `agent sessions`. As JSON: `{v: 1, sessions: [ListedSession, …], more}`. */
export async function listSessions(
  {json, all, limit}: {json: boolean; all: boolean; limit: number},
  program: Program,
  io: Io,
): Promise<ExitCode> {
  const logs = await (await program.catalogue()).list();
  const {sessions, more} = await first(limit, listedSessions({dir: program.cwd, all}, program, logs));
  if (json) {
    io.print(JSON.stringify({v: 1, sessions: sessions.map(forPrograms), more}, null, 2));
    return 0;
  }
  if (sessions.length === 0) {
    io.progress(
      all
        ? 'There is no session yet. Start one: agent "what to do"'
        : 'No session of this repository yet. Start one: agent "what to do"; see all: agent sessions --all',
    );
    return 0;
  }
  io.print(
    lines(sessions, {
      lengths: uniqueLengths(logs.map(({id}) => id)),
      all,
      now: Date.now(),
      width: io.tty.stdout ? io.columns : Infinity,
      paint: painter(io.color.stdout),
    }).join('\n'),
  );
  for (const {damaged, id} of sessions) if (damaged !== null) io.progress(`${id} is damaged: ${damaged.why}`);
  if (more) io.progress(`There are more: agent sessions --limit 0`);
  return 0;
}

async function first<T>(limit: number, items: AsyncIterable<T>): Promise<{sessions: T[]; more: boolean}> {
  const sessions: T[] = [];
  for await (const item of items) {
    if (limit > 0 && sessions.length === limit) return {sessions, more: true};
    sessions.push(item);
  }
  return {sessions, more: false};
}

const forPrograms = ({changed, ...session}: ListedSession) => ({...session, changed: new Date(changed).toISOString()});

type Layout = {lengths: ReadonlyMap<string, number>; all: boolean; now: number; width: number; paint: Paint};

const columns: readonly Column[] = [
  {title: 'id'},
  {title: 'changed'},
  {title: 'title', grow: true},
  {title: 'steps', align: 'right'},
  {title: 'model'},
  {title: 'state'},
];

function lines(sessions: readonly ListedSession[], {lengths, all, now, width, paint}: Layout): string[] {
  const rows = sessions.map(session => {
    const {id, changed, title, steps, model, state, repo} = session;
    const cells: Cell[] = [
      {text: id, paint: text => highlighted(text, lengths.get(id) ?? 4, paint)},
      age(changed, now),
      title || '(no prompt yet)',
      String(steps),
      oneLine(model),
    ];
    return [
      ...cells,
      {text: state, paint: (text: string) => paintState(text, paint)},
      ...(all ? [repo === null ? '(no repository)' : oneLine(repo)] : []),
    ];
  });
  return table(all ? [...columns, {title: 'repository'}] : columns, rows, {width, head: text => paint('dim', text)});
}

/** The part that is enough to name the session stands out; without colour there is nothing to mark it by. */
const highlighted = (id: string, length: number, paint: Paint): string =>
  `${paint('bold', id.slice(0, length))}${paint('dim', id.slice(length))}`;

function paintState(state: string, paint: Paint): string {
  if (state === 'running' || state === 'open') return paint('green', state);
  if (state === 'damaged' || state === 'failed') return paint('red', state);
  return state === 'done' || state === 'new' ? state : paint('yellow', state);
}
