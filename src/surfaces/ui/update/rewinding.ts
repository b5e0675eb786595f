import type {Rewind, RewindRequest} from '../../../agent/rewind.ts';
import type {Mark} from '../../../core/projections/marks.ts';
import type {SessionState} from '../../../core/projections/session-state.ts';
import {visible} from '../../../core/text/visible.ts';
import {withText} from '../input/editor.ts';
import type {Key} from '../input/keys.ts';
import {isBusy, note, only, type Dialog, type Ui, type Updated} from '../state.ts';

/** The prompts that the conversation still holds, oldest first: each can be gone back to. */
export function rewindChoices({marks, trace}: Pick<SessionState, 'marks' | 'trace'>): readonly (Mark & {prompt: string})[] {
  const said = new Set([...trace.entries].flatMap(entry => (entry.kind === 'user' && !entry.steering ? [entry.seq] : [])));
  return [...marks.marks].flatMap(mark => (mark.prompt !== null && said.has(mark.through + 1) ? [{...mark, prompt: mark.prompt}] : []));
}

/** `/rewind`, and Esc Esc. */
export function chooseRewind(ui: Ui): Updated {
  if (isBusy(ui)) return only(busy(ui));
  const choices = rewindChoices(ui.session);
  if (choices.length === 0) return only(note(ui, 'Nothing was said yet, so there is nothing to go back to.'));
  return only({...ui, dialog: {kind: 'rewind', at: choices.length - 1}});
}

/** `/undo`: to before the newest prompt, files too. */
export function undoPrompt(ui: Ui): Updated {
  if (isBusy(ui)) return only(busy(ui));
  const last = rewindChoices(ui.session).at(-1);
  if (last === undefined) return only(note(ui, 'Nothing was said yet, so there is nothing to take back.'));
  return only(ui, {do: 'rewind', request: {to: {through: last.through}, what: 'both', force: false}});
}

/** `/redo`: takes the last rewind back. */
export function redo(ui: Ui): Updated {
  return isBusy(ui) ? only(busy(ui)) : only(ui, {do: 'rewind', request: {to: 'undo', what: 'both', force: false}});
}

const busy = (ui: Ui): Ui => note(ui, 'The agent is still working: press Esc to stop it first.', 'warning');

/** The first Esc at rest says what the second one does. */
export function escapeAtRest(ui: Ui): Updated {
  if (ui.hint?.text === escapeHint) return chooseRewind({...ui, hint: null});
  return only(rewindChoices(ui.session).length === 0 ? ui : {...ui, hint: {text: escapeHint, until: ui.now + escapeWithin}});
}

const escapeHint = 'Press Esc again to go back to an earlier prompt.';
const escapeWithin = 1_500;

type RewindDialog = Extract<Dialog, {kind: 'rewind' | 'rewind-what' | 'rewind-over'}>;

/** Every key is the question's while it stands. */
export function answerRewind(ui: Ui, dialog: RewindDialog, key: Key): Updated {
  if (key.type === 'press' && key.key === 'escape')
    return only({...ui, dialog: dialog.kind === 'rewind-what' ? {kind: 'rewind', at: dialog.at} : null});
  switch (dialog.kind) {
    case 'rewind':
      return only({...ui, dialog: chosen(ui, dialog.at, key)});
    case 'rewind-what':
      return answerWhat(ui, dialog.at, key);
    case 'rewind-over':
      return key.type === 'text' && !key.pasted && key.text === 'y' && ui.now >= dialog.armed_at
        ? only({...ui, dialog: null}, {do: 'rewind', request: {...dialog.request, force: true}})
        : only(key.type === 'text' ? note({...ui, dialog: null}, 'Nothing was taken back.') : ui);
  }
}

function chosen(ui: Ui, at: number, key: Key): Dialog {
  if (key.type !== 'press') return {kind: 'rewind', at};
  const last = rewindChoices(ui.session).length - 1;
  if (key.key === 'up') return {kind: 'rewind', at: Math.max(0, at - 1)};
  if (key.key === 'down') return {kind: 'rewind', at: Math.min(last, at + 1)};
  if (key.key === 'line-start') return {kind: 'rewind', at: 0};
  if (key.key === 'line-end') return {kind: 'rewind', at: last};
  return key.key === 'enter' ? {kind: 'rewind-what', at} : {kind: 'rewind', at};
}

const whats = {b: 'both', c: 'talk', f: 'files'} as const;

function answerWhat(ui: Ui, at: number, key: Key): Updated {
  const what =
    key.type === 'press'
      ? key.key === 'enter'
        ? 'both'
        : null
      : !key.pasted && Object.hasOwn(whats, key.text)
        ? whats[key.text as keyof typeof whats]
        : null;
  const mark = rewindChoices(ui.session)[at];
  if (what === null || mark === undefined) return only(ui);
  return only({...ui, dialog: null}, {do: 'rewind', request: {to: {through: mark.through}, what, force: false}});
}

/** What became of it. The prompt that was taken back stands in the editor, to be said another way. */
export function rewound(ui: Ui, request: RewindRequest, done: Rewind): Ui {
  if (done.kind === 'refused') return note(ui, done.why, 'error');
  if (done.kind === 'differs') return {...ui, dialog: {kind: 'rewind-over', request, files: done.files, armed_at: ui.now + reaction}};
  const {event, files, prompt} = done;
  const told =
    files.length === 0
      ? ui
      : note(ui, `Changed: ${files.slice(0, 8).map(visible).join(', ')}${files.length > 8 ? `, and ${files.length - 8} more` : ''}.`);
  const back = event.undoes === null ? note(told, 'Take this back with /redo.') : told;
  return prompt === null || event.what === 'files' || ui.editor.text !== '' ? back : {...back, editor: withText(back.editor, prompt)};
}

const reaction = 250;
