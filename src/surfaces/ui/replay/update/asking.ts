import {unreachable} from '../../../../core/log/fold.ts';
import {editOf} from '../../input/edit-of-key.ts';
import {edit} from '../../input/editor.ts';
import type {PlayerKey} from '../keys.ts';
import {only, type Asking, type Player, type Updated} from '../state.ts';
import {goToStep} from './moving.ts';
import {goToLine} from './overlays.ts';
import {find} from './searching.ts';

/** A key while something is typed: what to look for, or where to go. */
export function onAskingKey(player: Player, asking: Asking, key: PlayerKey): Updated {
  if (key.type !== 'press') return only(typed(player, asking, key.type === 'char' ? key.char : (key.text.split('\n')[0] ?? '')));
  if (key.key === 'escape') return only({...player, asking: null});
  if (key.key === 'enter') return answered({...player, asking: null}, asking);
  // With nothing left to delete there is nothing to look for.
  if (key.key === 'backspace' && asking.editor.text === '') return only({...player, asking: null});
  const action = key.key === 'page-up' || key.key === 'page-down' || key.key === 'break' ? null : editOf(key.key);
  return only(action === null ? player : {...player, asking: {...asking, editor: edit(asking.editor, action)}});
}

const typed = (player: Player, asking: Asking, text: string): Player => ({
  ...player,
  asking: {...asking, editor: edit(asking.editor, {do: 'insert', text})},
});

function answered(player: Player, {for: what, editor}: Asking): Updated {
  const text = editor.text.trim();
  if (text === '') return only(player);
  switch (what) {
    case 'text':
      return only(find(player, text));
    case 'step':
      return only(toStep(player, text));
    case 'line':
      return goToLine(player, text);
    default:
      return unreachable(what);
  }
}

function toStep(player: Player, text: string): Player {
  const {first_step, last_step} = player.tape.range;
  const there = /^\d{1,9}$/.test(text) ? goToStep(player, Number(text)) : null;
  if (there !== null) return there;
  const which = last_step < first_step ? 'No step was asked for yet.' : `The steps are ${first_step} to ${last_step}.`;
  return {...player, hint: `There is no step ${text}. ${which}`};
}
