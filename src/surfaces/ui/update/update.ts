import {unreachable} from '../../../core/log/fold.ts';
import {withEarlier} from '../input/history.ts';
import {withText} from '../input/editor.ts';
import {note, only, print, type Message, type Ui, type Updated} from '../state.ts';
import {onKey} from './on-key.ts';
import {onProgress} from './on-progress.ts';
import {onRecord, past} from './on-record.ts';
import {rewound} from './rewinding.ts';

/** Everything that the screen does, as one pure step: what happened goes in, the next screen and what is to be done come out. */
export function update(before: Ui, message: Message, now: number): Updated {
  const ui = {...before, now};
  switch (message.type) {
    case 'past':
      return past(ui, message.records, message.state);
    case 'record':
      return onRecord(ui, message.record, message.state);
    case 'progress':
      return only(onProgress(ui, message.progress));
    case 'key':
      return ui.ended === null ? onKey(forgetHint(ui), message.key) : only(ui);
    case 'tick':
      return only(forgetHint(ui));
    case 'print':
      return only(print(ui, message.item));
    case 'rewound':
      return only(rewound(ui, message.request, message.done));
    case 'history':
      return only({...ui, history: withEarlier(ui.history, message.entries)});
    case 'refused':
      return only(refused(ui, message.why, message.text));
    default:
      return unreachable(message);
  }
}

/** When the screen changes by itself: each second while the agent works, when a hint ends, and never at rest. */
export function wakesAt(ui: Ui): number | null {
  const times = [
    ...(ui.working === null || ui.dialog !== null ? [] : [ui.working.since + 1000 * (Math.floor((ui.now - ui.working.since) / 1000) + 1)]),
    ...(ui.hint === null ? [] : [ui.hint.until]),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

function forgetHint(ui: Ui): Ui {
  return ui.hint !== null && ui.now >= ui.hint.until ? {...ui, hint: null} : ui;
}

// What has been typed since stays: the refused text comes before it.
function refused(ui: Ui, why: string, text: string | null): Ui {
  const dialog: Ui['dialog'] = ui.dialog?.kind === 'approval' ? {...ui.dialog, armed_at: ui.now} : ui.dialog;
  const told = {...note(ui, why, 'error'), dialog};
  if (text === null) return told;
  return {...told, editor: withText(ui.editor, ui.editor.text === '' ? text : `${text}\n${ui.editor.text}`)};
}
