import type {ChangesAccess, Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {ChangedFile} from '../../ports/worktree.ts';
import {confirmed} from './confirm.ts';
import {unapplied} from './diff.ts';
import {fileLine} from './file-line.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {leftOut, leftOutLine} from './left-out.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';

/** `agent discard`: the worktree goes; the log and the checkpoints stay, so that `agent resume` can bring it back. */
export async function discard({yes, ...named}: Named & {yes: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  return program.withChanges(id, 'change', async (on): Promise<ExitCode> => {
    const {place, repo, discarded} = on.changes;
    if (discarded) return done(`The worktree of session ${id} was discarded already.`, io);
    if (place === null) return done(`Session ${id} has no worktree yet.`, io);
    if (place.kind === 'in-place' || repo === null) {
      throw new Stop(
        2,
        `Session ${id} worked in the checkout itself (--in-place): there is no worktree to drop.\nSee what it changed: agent diff ${id}`,
      );
    }
    const files = await dropped(id, on);
    const paint = painter(io.color.stderr);
    for (const file of files) io.progress(fileLine(file, paint));
    const left = leftOutLine(on.changes);
    if (left !== null) io.progress(left);
    const count = files.length + leftOut(on.changes).length;
    const question =
      count === 0
        ? `Drop the worktree of session ${id}? It holds no change that was not applied.`
        : `Drop the worktree of session ${id} with changes to ${plural(count, 'file')} that were not applied?`;
    if (!(await confirmed(question, {yes, io}))) {
      io.progress('Nothing was dropped.');
      return 1;
    }
    await on.worktrees.discard(repo, place, id);
    on.record({type: 'worktree.discarded'});
    return done(`Dropped. The session itself stays: agent resume ${id} brings its worktree back.`, io);
  });
}

async function dropped(id: SessionId, on: ChangesAccess): Promise<readonly ChangedFile[]> {
  const between = unapplied(id, on);
  return between === null ? [] : on.worktrees.changed(between.place, between.from, between.to);
}

function done(said: string, io: Io): ExitCode {
  io.progress(said);
  return 0;
}
