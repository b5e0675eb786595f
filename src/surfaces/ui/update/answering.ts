import type {Command} from '../../../core/vocabulary/command.ts';
import {visible, visibleLines} from '../../../core/text/visible.ts';
import {editOf} from '../input/edit-of-key.ts';
import {edit, emptyEditor} from '../input/editor.ts';
import type {Key} from '../input/keys.ts';
import {only, print, type Dialog, type Ui, type Updated} from '../state.ts';
import {askedCall, grantFor} from '../view/asked.ts';
import {putOff} from './arming.ts';

type Approval = Extract<Dialog, {kind: 'approval'}>;
type Answer = Omit<Extract<Command, {type: 'answer'}>, 'type' | 'call'>;

/** Null where the key is none of the question's. Only a single typed character answers, and not before the question was there to be read. */
export function answerApproval(ui: Ui, dialog: Approval, key: Key): Updated | null {
  if (key.type !== 'text') return null;
  const answered = !key.pasted && ui.now >= dialog.armed_at ? answerWith(ui, dialog, key.text) : null;
  return (
    answered ??
    only({
      ...ui,
      dialog: {...dialog, armed_at: Math.max(dialog.armed_at, putOff(ui))},
      editor: edit(ui.editor, {do: 'insert', text: key.text}),
    })
  );
}

function answerWith(ui: Ui, dialog: Approval, letter: string): Updated | null {
  const asked = askedCall(ui.session.turn, dialog.call);
  const rule = asked === null ? null : grantFor(asked);
  switch (letter) {
    case 'y':
      return answer(ui, dialog, {answer: 'allow'});
    case 's':
      return rule === null ? only(ui) : answer(ui, dialog, {answer: 'allow', remember: {rule, for: 'session'}});
    case 'a':
      return rule === null ? only(ui) : answer(ui, dialog, {answer: 'allow', remember: {rule, for: 'always'}});
    case 'n':
      return answer(ui, dialog, {answer: 'deny'});
    case 'e':
      return only({...ui, dialog: {kind: 'reason', call: dialog.call, editor: emptyEditor}});
    case 'v':
      return only(asked === null ? ui : print(ui, {kind: 'text', text: wholeOf(asked.call.input)}));
    default:
      return null;
  }
}

/** The question stays until the log says that it was answered; its keys are off meanwhile. */
function answer(ui: Ui, dialog: Approval, what: Answer): Updated {
  return only({...ui, dialog: {...dialog, armed_at: Infinity}}, {do: 'submit', command: {type: 'answer', call: dialog.call, ...what}});
}

const wholeOf = (input: unknown): string =>
  typeof input === 'object' && input !== null
    ? Object.entries(input)
        .map(([name, value]) => `${visible(name)}: ${visibleLines(typeof value === 'string' ? value : JSON.stringify(value))}`)
        .join('\n')
    : visibleLines(String(input));

/** Why not: the words go to the model with the refusal. */
export function writeReason(ui: Ui, dialog: Extract<Dialog, {kind: 'reason'}>, key: Key): Updated {
  if (key.type === 'text') return only({...ui, dialog: {...dialog, editor: edit(dialog.editor, {do: 'insert', text: key.text})}});
  if (key.key === 'escape') return only({...ui, dialog: {kind: 'approval', call: dialog.call, armed_at: putOff(ui)}});
  if (key.key === 'enter') {
    const says = dialog.editor.text.trim();
    return only(ui, {do: 'submit', command: {type: 'answer', call: dialog.call, answer: 'deny', ...(says === '' ? {} : {says})}});
  }
  const action = editOf(key.key);
  return only(action === null ? ui : {...ui, dialog: {...dialog, editor: edit(dialog.editor, action)}});
}

/** Null where the key is not for the question. Anything but `y` leaves the mode as it is. */
export function answerConfirm(ui: Ui, dialog: Extract<Dialog, {kind: 'confirm-full'}>, key: Key): Updated | null {
  const closed: Ui = {...ui, dialog: null};
  const isYes = key.type === 'text' && !key.pasted && key.text === 'y' && ui.now >= dialog.armed_at;
  if (isYes) return only(closed, {do: 'submit', command: {type: 'set-mode', mode: 'full'}});
  if (key.type === 'press' && key.key === 'escape') return only(closed);
  // The mode after full, so that Shift+Tab always goes on.
  return key.type === 'press' && key.key === 'shift-tab' ? only(closed, {do: 'submit', command: {type: 'set-mode', mode: 'plan'}}) : null;
}
