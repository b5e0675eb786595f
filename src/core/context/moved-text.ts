import type {FoundWorktree, SessionEvent} from '../vocabulary/event.ts';

/** What the model is told of a rewind; null where files and conversation went back together, so that nothing is strange. */
export function rewoundText({what, to, undoes}: Extract<SessionEvent, {type: 'session.rewound'}>): string | null {
  if (what === 'both') return null;
  if (what === 'talk')
    return '[The conversation was taken back to here. The files were left as they are now: look before you rely on them.]';
  const when = undoes === null ? `to how they were at the end of step ${to}` : 'back to how they were before that';
  return `[The user took the files ${when}. Look before you rely on what you saw of them since.]`;
}

/** What the model is told of files that changed while nobody watched; null where none did, or where they were put back. */
export function foundText(found: FoundWorktree): string | null {
  if (typeof found === 'string' || found.trusted === 'checkpoint') return null;
  return foreignText(found.differs);
}

/** The same where it was found between two runs. */
export function changedText({by, changed}: Extract<SessionEvent, {type: 'files.checkpointed'}>): string | null {
  return by === 'other' ? foreignText(changed) : null;
}

function foreignText(paths: readonly string[]): string {
  const shown = paths.slice(0, mostShown).join(', ');
  const more = paths.length > mostShown ? `, and ${paths.length - mostShown} more` : '';
  return `[These files were changed by somebody else since your last step: ${shown}${more}.]`;
}

/** What the model is told where records of the session are lost. */
export const repairedText =
  '[A part of what was said and done after this is lost. Calls without a result may have run all the same. Look at the files before you rely on what you know of them.]';

const mostShown = 20;
