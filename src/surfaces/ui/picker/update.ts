import type {PickFound, PickRow} from '../../../agent/picking.ts';
import {unreachable} from '../../../core/log/fold.ts';
import {askedWords} from '../../../core/text/words.ts';
import {editOf} from '../input/edit-of-key.ts';
import {edit, type Edit} from '../input/editor.ts';
import type {Key, KeyName} from '../input/keys.ts';
import {queryOf, selectedIndex, shownRows, type PickEffect, type Picker, type PickMessage} from './state.ts';

export type Picked = {picker: Picker; effects: readonly PickEffect[]};

const only = (picker: Picker, ...effects: readonly PickEffect[]): Picked => ({picker, effects});

/** What happens to the list by a key, or by what was found meanwhile. */
export function update(picker: Picker, message: PickMessage): Picked {
  if (picker.ended !== null) return only(picker);
  switch (message.type) {
    case 'key':
      return onKey({...picker, problem: null}, message.key);
    case 'rows':
      return only(message.all === picker.all ? withRows(picker, message.rows, message.isLast) : picker);
    case 'found':
      return only(message.all === picker.all && message.query === queryOf(picker) ? withFound(picker, message) : picker);
    case 'failed':
      return only({...picker, isLoading: false, problem: message.why});
    default:
      return unreachable(message);
  }
}

const withRows = (picker: Picker, rows: readonly PickRow[], isLast: boolean): Picker => ({
  ...picker,
  rows: [...picker.rows, ...rows],
  isLoading: !isLast,
});

function withFound(picker: Picker, {query, found, isLast}: {query: string; found: readonly PickFound[]; isLast: boolean}): Picker {
  const before = picker.found?.query === query ? picker.found.texts : new Map();
  const texts = new Map([...before, ...found.map(one => [one.id, one.found] as const)]);
  return {...picker, found: {query, isWhole: isLast, texts}};
}

function onKey(picker: Picker, key: Key): Picked {
  if (key.type === 'text') return typed(picker, {do: 'insert', text: key.text.replaceAll('\n', ' ')});
  switch (key.key) {
    case 'enter':
      return pick(picker);
    case 'tab':
    case 'shift-tab':
      return otherList(picker);
    case 'up':
      return only(moved(picker, -1));
    case 'down':
      return only(moved(picker, 1));
    case 'escape':
    case 'interrupt':
      return leave(picker);
    case 'end-of-input':
      return picker.editor.text === '' ? leave(picker) : typed(picker, {do: 'delete', what: 'right'});
    case 'suspend':
      return only(picker, {do: 'suspend'});
    case 'break':
    case 'steer':
      return only(picker);
    default:
      return onEditorKey(picker, key.key);
  }
}

function onEditorKey(picker: Picker, key: KeyName): Picked {
  const action = editOf(key);
  return action === null ? only(picker) : typed(picker, action);
}

const leave = (picker: Picker): Picked => only({...picker, ended: 'left'}, {do: 'end'});

function pick(picker: Picker): Picked {
  const shown = shownRows(picker);
  const chosen = shown[selectedIndex(picker, shown)];
  return chosen === undefined ? only(picker) : only({...picker, ended: {picked: chosen.id}}, {do: 'end'});
}

function moved(picker: Picker, by: 1 | -1): Picker {
  const shown = shownRows(picker);
  const to = Math.min(Math.max(0, selectedIndex(picker, shown) + by), shown.length - 1);
  return {...picker, selected: shown[to]?.id ?? null};
}

/** What is looked for stays; the list begins anew. */
function otherList(picker: Picker): Picked {
  const next: Picker = {...picker, all: !picker.all, rows: [], isLoading: true, found: null, selected: null};
  return only(next, {do: 'load', all: next.all}, ...searching(next));
}

function typed(picker: Picker, action: Edit): Picked {
  const next = {...picker, editor: edit(picker.editor, action)};
  // Another query has another first row.
  return queryOf(next) === queryOf(picker) ? only(next) : only({...next, selected: null}, ...searching(next));
}

const searching = (picker: Picker): readonly PickEffect[] =>
  askedWords(queryOf(picker)).length === 0 ? [] : [{do: 'search', query: queryOf(picker), all: picker.all}];
