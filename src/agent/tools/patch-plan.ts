import {applyChunks, type Applied} from '../../core/edits/patch-apply.ts';
import type {FileChange, Patch} from '../../core/edits/patch-parse.ts';
import {decodeText, encodeText} from '../../core/edits/text-form.ts';
import type {FileContent, Resolved} from '../../ports/files.ts';
import type {World} from '../tool.ts';
import {unseen} from './known-file.ts';
import {fileFailed} from './missing-file.ts';

/** One file as it is and as it shall be. `before` null: the file is new. `after` null: it goes. `text` is for counting lines. */
export type PlannedChange = {
  kind: 'A' | 'M' | 'D' | 'R';
  path: string;
  before: FileContent | null;
  after: Uint8Array | null;
  mode: number | null;
  text: {before: string; after: string} | null;
  notes: readonly string[];
  /** The other half of a move, for the report. */
  moved?: string;
};

export type PlanProblem = {line: number; problem: string; hint: string};

/** Reads every file of the patch and works out all changes. Nothing is written, so a problem anywhere leaves everything as it was. */
export async function planPatch(patch: Patch, world: World, signal: AbortSignal): Promise<{changes: PlannedChange[]} | PlanProblem> {
  const changes: PlannedChange[] = [];
  for (const change of patch) {
    const planned = await planChange(change, world, signal);
    if ('problem' in planned) return planned;
    changes.push(...planned);
  }
  return samePlace(changes, patch) ?? {changes};
}

async function planChange(change: FileChange, world: World, signal: AbortSignal): Promise<PlannedChange[] | PlanProblem> {
  if (change.kind === 'add') return await planAdd(change.path, change.content, {line: change.line, world});
  const before = await world.files.read(change.path);
  if ('failure' in before) {
    const {error} = (await fileFailed(before.failure, change.path, world, signal)) as {error: {message: string; hint?: string}};
    return {line: change.line, problem: error.message, hint: error.hint ?? 'Nothing was changed.'};
  }
  return change.kind === 'delete' ? planDelete(change, before, world) : await planUpdate(change, before, world);
}

async function planAdd(path: string, content: string, {line, world}: {line: number; world: World}): Promise<PlannedChange[] | PlanProblem> {
  const at = await world.files.resolve(path);
  if ('failure' in at) return {line, problem: at.failure.message, hint: at.failure.hint ?? 'Nothing was changed.'};
  if (at.exists !== 'no') return {line, problem: `${path} already exists.`, hint: 'Use "*** Update File:" for it. Nothing was changed.'};
  return [{kind: 'A', path, before: null, after: Buffer.from(content), mode: null, text: {before: '', after: content}, notes: []}];
}

function planDelete({path, line}: Extract<FileChange, {kind: 'delete'}>, before: FileContent, world: World): PlannedChange[] | PlanProblem {
  const refused = unseen(before, world);
  if (refused !== null) return {line, problem: refused.message, hint: refused.hint ?? ''};
  const decoded = decodeText(before.bytes);
  return [
    {kind: 'D', path, before, after: null, mode: null, text: decoded.kind === 'text' ? {before: decoded.text, after: ''} : null, notes: []},
  ];
}

type Update = Extract<FileChange, {kind: 'update'}>;

async function planUpdate(change: Update, before: FileContent, world: World): Promise<PlannedChange[] | PlanProblem> {
  const {path, to, line} = change;
  const seen = world.seen(before.at.shown);
  const refused = seen === null ? null : unseen(before, world);
  if (refused !== null) return {line, problem: refused.message, hint: refused.hint ?? ''};
  const updated = change.chunks.length === 0 ? {bytes: before.bytes, text: null, notes: []} : updatedBytes(change, before, seen === null);
  if ('problem' in updated) return updated;
  const {bytes: after, text, notes} = updated;
  if (to === null) return [{kind: 'M', path, before, after, mode: before.mode, text, notes}];
  const target = await world.files.resolve(to);
  if ('failure' in target) return {line, problem: target.failure.message, hint: target.failure.hint ?? 'Nothing was changed.'};
  if (target.exists !== 'no')
    return {line, problem: `${to}, where ${path} shall move, already exists.`, hint: 'Choose another name. Nothing was changed.'};
  return [
    {kind: 'R', path: to, before: null, after, mode: before.mode, text, notes, moved: path},
    {kind: 'D', path, before, after: null, mode: null, text: null, notes: [], moved: to},
  ];
}

type Updated = {bytes: Uint8Array; text: {before: string; after: string}; notes: readonly string[]};

/** A file that this session has not seen is changed only where every chunk's lines stand in it exactly and once: then the model knows it anyway. */
function updatedBytes({path, chunks, line}: Update, before: FileContent, exact: boolean): Updated | PlanProblem {
  const decoded = decodeText(before.bytes);
  if (decoded.kind !== 'text')
    return {
      line,
      problem: `${path} is not ${decoded.kind === 'binary' ? 'a text file' : 'UTF-8 text'}.`,
      hint: 'Change it with the shell. Nothing was changed.',
    };
  const applied = applyChunks(decoded.text, chunks, {exact});
  if (applied.kind === 'failed') return chunkProblem(applied, path, exact);
  if (applied.text === decoded.text)
    return {line, problem: `${path} already reads like this; the chunks change nothing.`, hint: 'Leave it out. Nothing was changed.'};
  const notes = applied.chunks.flatMap(({first, rung, shift}) =>
    rung === 'exact' ? [] : [`line ${first} matched only when ${rung} was ignored${shift === null ? '' : ` (${shift})`}`],
  );
  return {bytes: encodeText(applied.text, decoded.form), text: {before: decoded.text, after: applied.text}, notes};
}

function chunkProblem({line, problem, nearest}: Extract<Applied, {kind: 'failed'}>, path: string, exact: boolean): PlanProblem {
  const near =
    nearest === null ? '' : ` The nearest is lines ${nearest.first}–${nearest.last} (- the patch, + the file):\n${nearest.diff.join('\n')}`;
  const hint = exact ? `Read ${path} first. Nothing was changed.` : 'Mend this chunk. Nothing was changed.';
  return {line, problem: `this chunk of ${path} cannot be placed: ${problem}.${near}`, hint};
}

/** Two names of one file (through a symlink, or ./) would overwrite each other. */
function samePlace(changes: readonly PlannedChange[], patch: Patch): PlanProblem | null {
  const places = changes.flatMap(({before}): Resolved[] => (before === null ? [] : [before.at]));
  const twice = places.find((place, index) => places.findIndex(other => other.absolute === place.absolute) !== index);
  return twice === undefined
    ? null
    : {
        line: patch[0]?.line ?? 1,
        problem: `${twice.name} is named twice in the patch.`,
        hint: 'Put all its chunks under one header. Nothing was changed.',
      };
}
