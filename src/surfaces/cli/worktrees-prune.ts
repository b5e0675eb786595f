import type {ChangesAccess, Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {WorktreeEntry} from '../../ports/worktree.ts';
import {confirmed} from './confirm.ts';
import {unapplied} from './diff.ts';
import {explain} from './failures.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';

/** `agent worktrees prune`: orphans, and worktrees of ended sessions without a change that is not applied. */
export async function pruneWorktrees({yes}: {yes: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const entries = await (await program.worktrees()).list();
  const orphans = entries.filter(({orphan}) => orphan);
  const unneeded = await withoutChanges(
    entries.filter(({orphan}) => !orphan),
    program,
    io,
  );
  const all = [...orphans, ...unneeded];
  if (all.length === 0) {
    io.progress('Every worktree is in use, or holds changes that were not applied: nothing to remove.');
    return 0;
  }
  for (const {session, root, bytes, orphan} of all)
    io.progress(`${session}  ${size(bytes)}  ${orphan ? 'orphan' : 'no changes'}  ${oneLine(root)}`);
  const bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
  if (!(await confirmed(`Remove ${plural(all.length, 'worktree')} (${size(bytes)})?`, {yes, io}))) {
    io.progress('Nothing was removed.');
    return 1;
  }
  if (orphans.length > 0) await (await program.worktrees()).prune();
  let removed = orphans.length;
  for (const entry of unneeded) if (await drop(entry, program)) removed++;
  io.progress(`Removed ${plural(removed, 'worktree')}. Their sessions stay: agent resume <id> brings a worktree back.`);
  return 0;
}

/** Which of them nobody misses. A session that is open elsewhere, or that cannot be looked at, keeps its worktree. */
async function withoutChanges(entries: readonly WorktreeEntry[], program: Program, io: Io): Promise<WorktreeEntry[]> {
  const catalogue = await program.catalogue();
  const idle = new Set((await catalogue.list()).filter(({busy}) => !busy).map(({id}) => id));
  const unneeded: WorktreeEntry[] = [];
  for (const entry of entries) {
    if (!idle.has(entry.session)) continue;
    try {
      if (await isUnchanged(entry, program)) unneeded.push(entry);
    } catch (error) {
      io.progress(`${entry.session} is left alone: ${explain(error).message.split('\n')[0] ?? ''}`);
    }
  }
  return unneeded;
}

async function isUnchanged({session}: WorktreeEntry, program: Program): Promise<boolean> {
  return program.withChanges(session, 'look', async on => holdsNothing(session, on));
}

async function holdsNothing(id: SessionId, on: ChangesAccess): Promise<boolean> {
  if (on.changes.discarded) return true;
  const between = unapplied(id, on);
  return (
    between === null || between.from === between.to || (await on.worktrees.changed(between.place, between.from, between.to)).length === 0
  );
}

// Asked again under the lock: what changed since it was listed is not dropped.
async function drop({session}: WorktreeEntry, program: Program): Promise<boolean> {
  return program.withChanges(session, 'change', async on => {
    const {place, repo, discarded} = on.changes;
    if (place === null || repo === null || !(await holdsNothing(session, on))) return false;
    await on.worktrees.discard(repo, place, session);
    if (!discarded) on.record({type: 'worktree.discarded'});
    return true;
  });
}
