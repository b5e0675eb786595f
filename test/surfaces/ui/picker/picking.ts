import type {PickFound, PickRow} from '../../../../src/agent/picking.ts';
import {rowing, rowOf} from '../../../../src/core/projections/session-row.ts';
import {replay} from '../../../../src/core/log/fold.ts';
import type {SessionId} from '../../../../src/core/vocabulary/ids.ts';
import type {SessionRow} from '../../../../src/core/vocabulary/session-row.ts';
import type {KeyName} from '../../../../src/surfaces/ui/input/keys.ts';
import {newPicker, type PickEffect, type Picker, type PickMessage} from '../../../../src/surfaces/ui/picker/state.ts';
import {update} from '../../../../src/surfaces/ui/picker/update.ts';
import {pickerScreen} from '../../../../src/surfaces/ui/picker/view.ts';
import {plain} from '../../../../src/surfaces/ui/view/line.ts';
import {idOf, plainSession} from '../../../support/many-sessions.ts';
import {recordsOf} from '../../../support/records.ts';

/** A row as the list of the program has it. */
export function pickRow(
  number: number,
  title: string,
  {row = {}, ...more}: Partial<Omit<PickRow, 'row'>> & {row?: Partial<SessionRow>} = {},
): PickRow {
  const id = idOf(number);
  const events = plainSession({id, root: '/home/me/project', prompt: `${title}, please`, answer: `${title}: done, with a test.`});
  const own = rowOf(replay(rowing, recordsOf(events, id).records));
  return {id, title, age: `${number} h ago`, state: 'done', is_there: true, damaged: null, row: {...own, title, ...row}, ...more};
}

/** The picker without a terminal: keys and what was found go in, effects and frames come out. */
export function drivenPicker() {
  let picker: Picker = newPicker;
  const effects: PickEffect[] = [];
  const take = (message: PickMessage) => {
    const updated = update(picker, message);
    picker = updated.picker;
    effects.push(...updated.effects);
  };
  return {
    picker: () => picker,
    take,
    rows: (rows: readonly PickRow[], {isLast = true, all = picker.all} = {}) => take({type: 'rows', all, rows, isLast}),
    found: (query: string, found: readonly PickFound[], {isLast = true, all = picker.all} = {}) =>
      take({type: 'found', all, query, found, isLast}),
    type: (text: string) => Array.from(text).forEach(char => take({type: 'key', key: {type: 'text', text: char, pasted: false}})),
    press: (...names: readonly KeyName[]) => names.forEach(key => take({type: 'key', key: {type: 'press', key}})),
    effects: () => effects.splice(0),
    frame: (size = {columns: 80, rows: 24}) => frameOf(picker, size),
  };
}

function frameOf(picker: Picker, size: {columns: number; rows: number}): string {
  const {lines, cursor} = pickerScreen(picker, size);
  return lines
    .map(plain)
    .map((line, y) => (cursor?.y === y ? `${line.slice(0, cursor.x)}▏${line.slice(cursor.x)}` : line).trimEnd())
    .join('\n');
}

export const foundText = (id: SessionId, text: string, word: string): PickFound => ({
  id,
  found: [{kind: 'answer', step: 2, text, marks: [{start: text.indexOf(word), end: text.indexOf(word) + word.length}]}],
});
