import {unreachable} from '../../../core/log/fold.ts';
import type {Mode} from '../../../core/vocabulary/verdict.ts';
import {editOf} from '../input/edit-of-key.ts';
import {edit, isOnFirstLine, isOnLastLine, withText, type Edit} from '../input/editor.ts';
import {recall, sent} from '../input/history.ts';
import type {Key} from '../input/keys.ts';
import {isBusy, only, type Ui, type Updated} from '../state.ts';
import {answerApproval, answerConfirm, writeReason} from './answering.ts';
import {confirmFull} from './arming.ts';
import {completed} from './commands.ts';
import {answerRewind, escapeAtRest} from './rewinding.ts';
import {send, steer} from './sending.ts';

/** A key: for the question on the screen, where one is, else for the editor. */
export function onKey(before: Ui, key: Key): Updated {
  if (key.type === 'press' && key.key === 'interrupt') return onInterrupt(before);
  if (key.type === 'press' && key.key === 'escape' && before.dialog === null && !isBusy(before) && before.editor.text === '')
    return escapeAtRest(before);
  const ui: Ui = {...before, last_typed: key.type === 'text' ? before.now : before.last_typed, hint: null};
  switch (ui.dialog?.kind) {
    case 'approval':
      return answerApproval(ui, ui.dialog, key) ?? onEditorKey(ui, key);
    case 'confirm-full':
      return answerConfirm(ui, ui.dialog, key) ?? onEditorKey({...ui, dialog: null}, key);
    case 'reason':
      return writeReason(ui, ui.dialog, key);
    case 'rewind':
    case 'rewind-what':
    case 'rewind-over':
      return answerRewind(ui, ui.dialog, key);
    case undefined:
      return onEditorKey(ui, key);
    default:
      return unreachable(ui.dialog);
  }
}

function onEditorKey(ui: Ui, key: Key): Updated {
  if (key.type === 'text') return only(typed(ui, {do: 'insert', text: key.text}));
  switch (key.key) {
    case 'enter':
      return send(ui);
    case 'steer':
      return steer(ui);
    case 'tab':
      return only({...ui, editor: withText(ui.editor, completed(ui.editor.text))});
    case 'shift-tab':
      return cycleMode(ui);
    case 'escape':
      return isBusy(ui) ? only(ui, {do: 'submit', command: {type: 'interrupt'}}) : only(ui);
    case 'up':
      return only(upwards(ui));
    case 'down':
      return only(downwards(ui));
    case 'end-of-input':
      return ui.editor.text === '' && !isBusy(ui)
        ? only({...ui, ended: 'quit'}, {do: 'end'})
        : only(typed(ui, {do: 'delete', what: 'right'}));
    case 'suspend':
      return only(ui, {do: 'suspend'});
    default: {
      const action = editOf(key.key);
      return only(action === null ? ui : typed(ui, action));
    }
  }
}

const typed = (ui: Ui, action: Edit): Ui => ({...ui, editor: edit(ui.editor, action)});

/** Within the text, then through the history. In an empty editor, the newest message that waits comes back first. */
function upwards(ui: Ui): Ui {
  if (!isOnFirstLine(ui.editor)) return typed(ui, {do: 'move', to: 'up'});
  const waiting = ui.queue.at(-1);
  if (waiting !== undefined && ui.editor.text === '') return {...ui, queue: ui.queue.slice(0, -1), editor: withText(ui.editor, waiting)};
  return recalled(ui, -1) ?? typed(ui, {do: 'move', to: 'up'});
}

function downwards(ui: Ui): Ui {
  if (!isOnLastLine(ui.editor)) return typed(ui, {do: 'move', to: 'down'});
  return recalled(ui, 1) ?? typed(ui, {do: 'move', to: 'down'});
}

function recalled(ui: Ui, by: -1 | 1): Ui | null {
  const found = recall(ui.history, by, ui.editor.text);
  return found === null ? null : {...ui, history: found.history, editor: withText(ui.editor, found.text)};
}

const cycle: Readonly<Record<Mode, Mode>> = {plan: 'ask', ask: 'accept-edits', 'accept-edits': 'full', full: 'plan'};

function cycleMode(ui: Ui): Updated {
  const mode = cycle[ui.session.settings?.mode ?? 'full'];
  if (mode === 'full') return only(confirmFull(ui));
  return only(ui, {do: 'submit', command: {type: 'set-mode', mode}});
}

const quitWithin = 2_000;

/** Once: stops the work, or clears what was typed. Twice: ends. */
function onInterrupt(ui: Ui): Updated {
  if (ui.hint !== null) return quitByInterrupt(ui);
  const hint = {text: 'Press Ctrl+C again to quit.', until: ui.now + quitWithin};
  if (isBusy(ui)) return only({...ui, hint}, {do: 'submit', command: {type: 'interrupt'}});
  return only({...cleared(ui), hint, dialog: null});
}

function quitByInterrupt(ui: Ui): Updated {
  const wasWorking = isBusy(ui) || ui.session.turn.rest.why === 'interrupted';
  return only({...ui, ended: wasWorking ? 'interrupted' : 'quit'}, {do: 'end'});
}

/** It is one key away: the newest of the history, until the end of this run. */
function cleared(ui: Ui): Ui {
  if (ui.editor.text.trim() === '') return {...ui, editor: edit(ui.editor, {do: 'delete', what: 'all'})};
  const {history, draft} = sent(ui.history, ui.editor.text);
  return {...ui, history, editor: withText(edit(ui.editor, {do: 'delete', what: 'all'}), draft)};
}
