import type {Program} from '../../agent/program.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {happened} from '../../core/projections/storm-note.ts';
import type {ChangedFile} from '../../ports/worktree.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import {leftOutLine} from './left-out.ts';

/** The end of every session: what changed, and how to see, apply or discard it. */
export function closing(id: string, files: readonly ChangedFile[], {changes}: SessionState): string {
  const left = leftOutLine(changes);
  return `${changedLine(id, files, changes)}${left === null ? '' : `\n${left}`}`;
}

function changedLine(id: string, files: readonly ChangedFile[], changes: SessionState['changes']): string {
  if (files.length === 0)
    return changes.applied === null
      ? `Session ${id}: no files changed.`
      : `Session ${id}: all its changes are applied. agent apply ${id} --undo takes the last ones back.`;
  const names = files.slice(0, 5).map(({path}) => oneLine(path));
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : '';
  const next = changes.place?.kind === 'in-place' ? `agent diff ${id}` : `agent diff ${id} · agent apply ${id} · agent discard ${id}`;
  return `Session ${id}: ${plural(files.length, 'file')} changed (${names.join(', ')}${more}). ${next}`;
}

/** Why a run did not end well, in a sentence with the way on. */
export function whyNot({turn, card, opened}: SessionState): string | null {
  const {rest} = turn;
  const again = `agent resume ${opened?.session ?? '--last'} -p`;
  switch (rest.why) {
    case 'failed':
      return [rest.error.message, rest.error.hint, `Go on with: ${again}`].filter(Boolean).join(' ');
    case 'limit':
      return `The limit on ${rest.which} was reached. Go on with: ${again}`;
    case 'storm':
      return `Paused. ${happened(rest)} Say how to go on: ${again} "…"`;
    case 'interrupted':
      return `Interrupted. Go on with: ${again}`;
    case 'cut':
      return `The model's reply was cut by its output limit. Go on with: ${again}`;
    case 'refused':
      return 'The model refused to answer.';
    default:
      return card.unasked.length === 0 ? null : unasked(card.unasked);
  }
}

/** What is not applied yet: since the last apply, where there was one. */
export async function changedFiles({changes}: SessionState, program: Program): Promise<readonly ChangedFile[]> {
  const {place, base, tree, applied} = changes;
  if (place === null || base === null || tree === null) return [];
  return (await program.worktrees()).changed(place, applied ?? base, tree);
}

const unasked = (calls: readonly string[]): string =>
  `${plural(calls.length, 'call')} needed approval and ${calls.length === 1 ? 'was' : 'were'} refused (${calls.join(', ')}). ` +
  'Allow more with --mode accept-edits or --mode full, or with rules: agent config --help';
