import {withText} from '../input/editor.ts';
import {sent} from '../input/history.ts';
import {isBusy, only, type Effect, type Ui, type Updated} from '../state.ts';
import {commandIn, runCommand} from './commands.ts';

/** Enter: a backslash before it breaks the line; a command runs; while the agent works a message waits; else it is sent. */
export function send(ui: Ui): Updated {
  const {text, cursor} = ui.editor;
  if (text[cursor - 1] === '\\')
    return only({...ui, editor: {...ui.editor, text: `${text.slice(0, cursor - 1)}\n${text.slice(cursor)}`, column: null}});
  const message = text.trim();
  if (message === '') return only(ui);
  const command = commandIn(message);
  if (command !== null) return taken(ui, message, after => runCommand(after, command));
  if (isBusy(ui)) return taken(ui, message, after => only({...after, queue: [...after.queue, message]}));
  return taken(ui, message, after => only(after, {do: 'submit', command: {type: 'prompt', text: message}}));
}

/** The message reaches the turn that runs, with the next request. At rest it is a prompt like any other. */
export function steer(ui: Ui): Updated {
  const message = ui.editor.text.trim();
  if (message === '' || commandIn(message) !== null) return send(ui);
  return taken(ui, message, after => only(after, {do: 'submit', command: {type: isBusy(after) ? 'steer' : 'prompt', text: message}}));
}

/** The editor is empty for the next message, or holds the draft that was left for an older one. */
function taken(ui: Ui, message: string, then: (after: Ui) => Updated): Updated {
  const {history, draft} = sent(ui.history, message);
  const {ui: after, effects} = then({...ui, history, editor: withText(ui.editor, draft), last_typed: 0});
  const remember: Effect = {do: 'remember', text: message};
  return {ui: after, effects: [remember, ...effects]};
}
