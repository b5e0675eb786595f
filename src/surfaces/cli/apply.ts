import type {ChangesAccess, Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Applied} from '../../ports/worktree.ts';
import {nothing, unapplied} from './diff.ts';
import {fileLine} from './file-line.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {leftOut, leftOutLine} from './left-out.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';
import {visibleLines} from '../../core/text/visible.ts';

export type ApplyOptions = Named & {conflicts: boolean; commit: string | null; undo: boolean; json: boolean};

/** `agent apply`: exit 1 where something conflicts. As JSON: `{v: 1, session, how, kind, …, left_out}` of the port's `Applied`. */
export async function apply(options: ApplyOptions, program: Program, io: Io): Promise<ExitCode> {
  const {undo, conflicts, commit, json} = options;
  if (undo && (conflicts || commit !== null))
    throw new Stop(2, '--undo takes an apply back: it goes with neither --conflicts nor --commit.\nType: agent apply --help');
  if (commit !== null && commit.trim() === '')
    throw new Stop(2, 'The message of --commit is empty.\nType: agent apply --commit "what was done"');
  const id = await whichSession(options, program);
  const {applied, said, changes} = await program.withChanges(id, 'change', async on => ({
    applied: undo ? await takeBack(id, on) : await bring(id, {conflicts, commit}, on),
    said: nothing(id, on),
    changes: on.changes,
  }));
  if (json) io.print(JSON.stringify({v: 1, session: id, how: undo ? 'undo' : 'apply', ...applied, left_out: leftOut(changes)}, null, 2));
  else tell(applied, {id, undo, said, io});
  const left = undo ? null : leftOutLine(changes);
  if (!json && left !== null) io.progress(left);
  return applied.kind === 'conflict' || (applied.kind === 'applied' && applied.conflicted.length > 0) ? 1 : 0;
}

/** The same without words, for whoever shows it in its own way. */
export async function applySession(id: SessionId, how: {conflicts: boolean; commit: string | null}, program: Program): Promise<Applied> {
  return program.withChanges(id, 'change', on => bring(id, how, on));
}

async function bring(id: SessionId, {conflicts, commit}: {conflicts: boolean; commit: string | null}, on: ChangesAccess): Promise<Applied> {
  const between = unapplied(id, on);
  const {repo} = on.changes;
  if (between === null) return {kind: 'nothing'};
  if (between.place.kind === 'in-place')
    throw new Stop(
      2,
      `Session ${id} worked in the checkout itself (--in-place): its changes are there already.\nSee them: agent diff ${id}`,
    );
  if (repo === null) throw new Stop(1, `Session ${id} has no repository to apply to.\nSee its changes: agent diff ${id}`);
  const applied = await on.worktrees.apply({repo, id, base: between.from, tree: between.to, conflicts, commit});
  if (applied.kind === 'applied') on.record({type: 'changes.applied', how: 'apply', tree: applied.tree, ...noted(applied)});
  return applied;
}

async function takeBack(id: SessionId, on: ChangesAccess): Promise<Applied> {
  const {repo, history} = on.changes;
  const last = history.at(-1);
  if (repo === null || last === undefined)
    throw new Stop(1, `Nothing of session ${id} is applied: there is nothing to take back.\nSee its changes: agent diff ${id}`);
  const applied = await on.worktrees.undo({repo, id, before: last.before, after: last.after});
  // Where every file already is as it was before, the apply counts as taken back all the same.
  if (applied.kind === 'nothing')
    on.record({type: 'changes.applied', how: 'undo', tree: last.tree, before: last.after, after: last.before, files: [], commit: null});
  if (applied.kind === 'applied') on.record({type: 'changes.applied', how: 'undo', tree: last.tree, ...noted(applied)});
  return applied;
}

const noted = ({before, after, files, commit}: Extract<Applied, {kind: 'applied'}>) => ({
  before,
  after,
  files: files.map(({path}) => path),
  commit,
});

type Telling = {id: SessionId; undo: boolean; said: string; io: Io};

function tell(applied: Applied, {id, undo, said, io}: Telling): void {
  if (applied.kind === 'conflict') return tellConflict(applied, {id, undo, io});
  if (applied.kind === 'nothing') return io.progress(undo ? 'The checkout already is as it was before.' : said);
  const {files, commit, conflicted} = applied;
  const paint = painter(io.color.stdout);
  io.print(files.map(file => fileLine(file, paint)).join('\n'));
  const as = commit === null ? '' : ` as commit ${commit.slice(0, 12)}`;
  io.progress(
    `${undo ? 'Took back' : 'Applied'} ${plural(files.length, 'file')}${as}.${undo ? '' : ` Take it back: agent apply ${id} --undo`}`,
  );
  if (conflicted.length > 0)
    io.progress(
      `These hold conflict markers, or could not be joined and were left as they were:\n${conflicted.map(path => `  ${oneLine(path)}`).join('\n')}`,
    );
}

function tellConflict({files}: Extract<Applied, {kind: 'conflict'}>, {id, undo, io}: Omit<Telling, 'said'>): void {
  const paint = painter(io.color.stderr);
  for (const {path, why, markers} of files)
    io.progress(`${paint('red', 'conflict')} ${oneLine(path)}: ${why}${markers === null ? '' : `\n${indented(markers)}`}`);
  const next = undo ? 'These files were changed since the apply.' : `To get conflict markers in the files: agent apply ${id} --conflicts`;
  io.progress(`${plural(files.length, 'file conflicts', 'files conflict')} with the checkout: nothing was written.\n${next}`);
}

const shownLines = 40;

function indented(text: string): string {
  const lines = visibleLines(text).trimEnd().split('\n');
  const more = lines.length > shownLines ? [`… ${plural(lines.length - shownLines, 'more line')}`] : [];
  return [...lines.slice(0, shownLines), ...more].map(line => `    ${line}`).join('\n');
}
