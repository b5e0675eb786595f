import type {ChangesAccess, Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Io} from './io.ts';
import {leftOut, leftOutLine} from './left-out.ts';
import {whichSession, type Named} from './named-session.ts';
import {paged} from './pager.ts';

/** `all`: what was applied already too. */
export type DiffOptions = Named & {form: 'patch' | 'stat' | 'names' | 'json'; all: boolean};

/** `agent diff`: what the session changed and was not applied yet, or all of it. As JSON: `{v: 1, session, files: [ChangedFile, …], left_out: [LeftOut, …]}`. */
export async function diff({form, all, ...named}: DiffOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  return program.withChanges(id, 'look', async (on): Promise<ExitCode> => {
    const between = all ? everything(on) : unapplied(id, on);
    const files = between === null ? [] : await on.worktrees.changed(between.place, between.from, between.to);
    const left = leftOutLine(on.changes);
    if (form === 'json') io.print(JSON.stringify({v: 1, session: id, files, left_out: leftOut(on.changes)}, null, 2));
    else if (between === null || files.length === 0) io.progress(nothing(id, on));
    else if (form === 'names') io.print(files.map(({path}) => path).join('\n'));
    else await show(form, {on, between, program, io});
    if (form !== 'json' && left !== null) io.progress(left);
    return 0;
  });
}

export type Between = {place: Place; from: GitTree; to: GitTree};

/** The trees that the next apply would compare; null before the session has files of its own, and where they were discarded. */
export function unapplied(id: SessionId, {changes}: Pick<ChangesAccess, 'changes'>): Between | null {
  const {place, base, tree, applied, discarded} = changes;
  if (discarded) throw new Stop(1, `The changes of session ${id} were discarded.\nBring its worktree back: agent resume ${id}`);
  const from = applied ?? base;
  return place === null || from === null || tree === null ? null : {place, from, to: tree};
}

/** What the session changed since it was opened, applied, discarded or neither: the checkpoints outlive the worktree. */
function everything({changes: {place, base, tree}}: ChangesAccess): Between | null {
  return place === null || base === null || tree === null ? null : {place, from: base, to: tree};
}

export function nothing(id: SessionId, {changes}: Pick<ChangesAccess, 'changes'>): string {
  return changes.applied === null
    ? `Session ${id} changed no file.`
    : `Session ${id} changed nothing since its changes were applied. See them: agent diff ${id} --all`;
}

type Shown = {on: ChangesAccess; between: Between; program: Program; io: Io};

// A pipe gets a patch that `git apply` takes, binary files included; a person gets colours and pages.
async function show(form: 'patch' | 'stat', {on, between: {place, from, to}, program, io}: Shown): Promise<void> {
  const options = {color: io.color.stdout, stat: form === 'stat', binary: form === 'patch' && !io.tty.stdout};
  await paged(on.worktrees.diff(place, from, to, options), {env: program.env, io});
}
