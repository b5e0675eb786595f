import type {FoundWorktree, SessionEvent} from '../vocabulary/event.ts';

/** What a person reads of how a resume found the worktree. */
export function resumedNote(found: FoundWorktree): string {
  if (found === 'as-left') return 'Resumed.';
  if (found === 'recreated') return 'Resumed; the worktree was recreated from its last checkpoint.';
  const count = `${found.differs.length} file${found.differs.length === 1 ? '' : 's'}`;
  return found.trusted === 'folder'
    ? `Resumed; ${count} had changed since the last checkpoint, and ${found.differs.length === 1 ? 'stays as it is' : 'stay as they are'}: ${named(found.differs)}.`
    : `Resumed; ${count} had changed since the last checkpoint, and ${found.differs.length === 1 ? 'was' : 'were'} put back: ${named(found.differs)}. The folder as it was is kept: tree ${found.tree}.`;
}

/** What a person reads of files that changed between two runs. */
export const changedNote = (paths: readonly string[]): string =>
  `${paths.length} file${paths.length === 1 ? ' was' : 's were'} changed by somebody else: ${named(paths)}.`;

/** What a person reads of a rewind. */
export function rewoundNote({to, what, undoes}: Extract<SessionEvent, {type: 'session.rewound'}>): string {
  const subject = {talk: 'The conversation', files: 'The files', both: 'The conversation and the files'}[what];
  const verb = what === 'talk' ? 'goes' : 'go';
  if (undoes !== null) return `${subject} ${verb} on as before the rewind, which was taken back.`;
  return `${subject} ${verb} on from ${to === 0 ? 'the beginning' : `the end of step ${to}`}.`;
}

/** What a person reads where a log was repaired. */
export function repairedNote({lost: {from, to}, records}: Extract<SessionEvent, {type: 'session.repaired'}>): string {
  const lines = to < from ? `before line ${from}` : to === from ? `in line ${from}` : `in lines ${from} to ${to}`;
  const behind =
    records === 0
      ? 'Nothing could be read behind it.'
      : `What could be read behind it (${records} record${records === 1 ? '' : 's'}) counts for nothing.`;
  return `Repaired: the log was damaged ${lines}. ${behind}`;
}

function named(paths: readonly string[]): string {
  const more = paths.length > most ? `, and ${paths.length - most} more` : '';
  return paths.slice(0, most).join(', ') + more;
}

const most = 8;
