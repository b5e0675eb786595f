import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import {oneLine} from './format/one-line.ts';
import {table} from './format/table.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';
import {describedSessions, type ListedSession} from './session-list.ts';
import {orphanHolds} from './unapplied-work.ts';

/** `agent worktrees`. As JSON: `{v: 1, worktrees: [{session, repo, root, bytes, orphan, title, state}, …]}`. */
export async function listWorktrees({json}: {json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const entries = await (await program.worktrees()).list();
  const sessions = await describedSessions(new Set(entries.map(({session}) => session)), program);
  const known = new Map<SessionId, ListedSession>(sessions.map(session => [session.id, session]));
  if (json) {
    const worktrees = entries.map(entry => ({
      ...entry,
      title: known.get(entry.session)?.title ?? null,
      state: known.get(entry.session)?.state ?? null,
    }));
    io.print(JSON.stringify({v: 1, worktrees}, null, 2));
    return 0;
  }
  if (entries.length === 0) {
    io.progress('There is no worktree. A session makes one when it begins to work.');
    return 0;
  }
  const paint = painter(io.color.stdout);
  const held = new Map<SessionId, string>();
  for (const {session, orphan} of entries) if (orphan) held.set(session, orphanWord(await orphanHolds(session, program)));
  const rows = entries.map(({session, root, bytes}) => {
    const {title, state, changed} = known.get(session) ?? {title: '', state: 'no log', changed: null};
    const word = held.get(session) ?? state;
    return [session, changed === null ? '' : age(changed, Date.now()), title, word, size(bytes), oneLine(root)];
  });
  const columns = [
    {title: 'session'},
    {title: 'changed'},
    {title: 'title'},
    {title: 'state'},
    {title: 'size', align: 'right' as const},
    {title: 'path'},
  ];
  io.print(table(columns, rows, {width: Infinity, head: text => paint('dim', text)}).join('\n'));
  io.progress(`${size(entries.reduce((sum, {bytes}) => sum + bytes, 0))} in all. Free what nobody needs: agent worktrees prune`);
  return 0;
}

function orphanWord(holds: Awaited<ReturnType<typeof orphanHolds>>): string {
  if (holds === 'nothing') return 'orphan';
  return holds === 'unapplied changes' ? 'orphan, unapplied changes' : 'orphan, contents unknown';
}
