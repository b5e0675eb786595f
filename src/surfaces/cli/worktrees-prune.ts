import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import type {WorktreeEntry} from '../../ports/worktree.ts';
import {confirmed} from './confirm.ts';
import {explain} from './failures.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {holdsNothing, orphanHolds} from './unapplied-work.ts';

export type PruneOptions = {yes: boolean; named: readonly string[]};

/**
 * `agent worktrees prune`: worktrees of ended sessions, and orphans, without a change that is not applied. An orphan with such changes, or of
 * which nobody can say, goes only where it is named.
 */
export async function pruneWorktrees({yes, named}: PruneOptions, program: Program, io: Io): Promise<ExitCode> {
  const entries = await (await program.worktrees()).list();
  const orphans = await orphansToTake(
    entries.filter(({orphan}) => orphan),
    {named, program, io},
  );
  const unneeded =
    named.length > 0
      ? []
      : await withoutChanges(
          entries.filter(({orphan}) => !orphan),
          program,
          io,
        );
  const all = [...orphans, ...unneeded];
  if (all.length === 0) {
    io.progress(
      named.length > 0
        ? 'None of these is an orphan: nothing to remove. To drop the worktree of a session: agent discard <id>'
        : 'Every worktree is in use, or holds changes that were not applied: nothing to remove.',
    );
    return 0;
  }
  for (const {session, root, bytes, orphan} of all)
    io.progress(`${session}  ${size(bytes)}  ${orphan ? 'orphan' : 'no changes'}  ${oneLine(root)}`);
  const bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
  if (!(await confirmed(`Remove ${plural(all.length, 'worktree')} (${size(bytes)})?`, {yes, io}))) {
    io.progress('Nothing was removed.');
    return 1;
  }
  if (orphans.length > 0) await (await program.worktrees()).prune(orphans.map(({session}) => session));
  let removed = orphans.length;
  for (const entry of unneeded) if (await drop(entry, program)) removed++;
  io.progress(`Removed ${plural(removed, 'worktree')}. Their sessions stay: agent resume <id> brings a worktree back.`);
  return 0;
}

type Among = {named: readonly string[]; program: Program; io: Io};

async function orphansToTake(orphans: readonly WorktreeEntry[], {named, program, io}: Among): Promise<WorktreeEntry[]> {
  if (named.length > 0) return orphans.filter(({session}) => named.includes(session));
  const taken: WorktreeEntry[] = [];
  for (const entry of orphans) {
    const holds = await orphanHolds(entry.session, program);
    if (holds === 'nothing') taken.push(entry);
    else {
      const why = typeof holds === 'string' ? 'it holds changes that were not applied' : `what it holds cannot be told (${holds.unknown})`;
      io.progress(`${entry.session} is an orphan, and stays: ${why}. To remove it all the same: agent worktrees prune ${entry.session}`);
    }
  }
  return taken;
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
