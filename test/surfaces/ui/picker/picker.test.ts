import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {shownRows} from '../../../../src/surfaces/ui/picker/state.ts';
import {pickerScreen} from '../../../../src/surfaces/ui/picker/view.ts';
import {toAnsi} from '../../../../src/surfaces/ui/view/ansi.ts';
import {lineWidth} from '../../../../src/surfaces/ui/view/line.ts';
import {idOf} from '../../../support/many-sessions.ts';
import {drivenPicker, foundText, pickRow} from './picking.ts';

const rows = [
  pickRow(1, 'Mend the parser', {row: {files: ['src/parser.ts', 'test/parser.test.ts', 'a.md', 'b.md', 'c.md']}}),
  pickRow(2, 'Write the docs 日本', {state: 'unfinished', is_there: false}),
  pickRow(3, 'Escape \u001b]0;evil\u0007 and \u202e back', {
    state: 'damaged',
    damaged: 'log.jsonl, line 3: its hash does not match its bytes',
  }),
  pickRow(4, '', {row: {first: '', answer: '', files: [], work: {place: null, state: 'new'}}}),
  ...Array.from({length: 30}, (_, index) => pickRow(index + 5, `Session number ${index + 5}`)),
];

const scenes: Readonly<Record<string, () => ReturnType<typeof drivenPicker>>> = {
  begin: () => drivenPicker(),
  list: () => {
    const picker = drivenPicker();
    picker.rows(rows);
    return picker;
  },
  reading: () => {
    const picker = drivenPicker();
    picker.rows(rows.slice(0, 3), {isLast: false});
    picker.press('down', 'down');
    return picker;
  },
  searching: () => {
    const picker = drivenPicker();
    picker.rows(rows);
    picker.type('pars');
    return picker;
  },
  found: () => {
    const picker = drivenPicker();
    picker.rows(rows);
    picker.type('readc');
    picker.found('readc', [foundText(idOf(2), 'The cause was in readConfig \u001b[31mof the parser\u001b[0m.', 'readConfig')]);
    return picker;
  },
  nothing: () => {
    const picker = drivenPicker();
    picker.rows([]);
    return picker;
  },
  all: () => {
    const picker = drivenPicker();
    picker.rows([]);
    picker.press('tab');
    picker.rows(rows, {all: true});
    picker.press('down');
    return picker;
  },
  failed: () => {
    const picker = drivenPicker();
    picker.take({type: 'failed', why: 'The folder of the sessions cannot be read.'});
    return picker;
  },
};

const sizes = [
  {columns: 80, rows: 24},
  {columns: 40, rows: 14},
];

test.each(Object.entries(scenes))('%s', async (name, scene) => {
  for (const size of sizes)
    await expect(`${scene().frame(size)}\n`).toMatchFileSnapshot(`../../../../fixtures/frames/picker-${name}-${size.columns}.txt`);
});

test('it is shorter than the screen and no row is wider, whatever the size', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    const picker = scene().picker();
    for (let columns = 12; columns <= 120; columns += 12) {
      for (let height = 5; height <= 40; height += 3) {
        const {lines, cursor} = pickerScreen(picker, {columns, rows: height});
        const fits =
          lines.length < height &&
          lines.every(line => lineWidth(line) < columns) &&
          cursor !== null &&
          cursor.x < columns &&
          cursor.y < lines.length;
        expect({name, columns, height, fits}).toEqual({name, columns, height, fits: true});
      }
    }
  }
});

test('nothing that a session holds is an order to the terminal', () => {
  for (const scene of Object.values(scenes)) {
    const lines = pickerScreen(scene().picker(), {columns: 100, rows: 40}).lines;
    expect(toAnsi(lines, false)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

describe('keys', () => {
  const listed = () => {
    const picker = drivenPicker();
    picker.rows(rows);
    return picker;
  };

  test('Enter takes the session that the cursor is on', () => {
    const picker = listed();
    picker.press('down', 'down', 'up', 'enter');
    expect(picker.picker().ended).toEqual({picked: idOf(2)});
    expect(picker.effects()).toEqual([{do: 'end'}]);
    expect(picker.frame()).toBe('');
    picker.press('escape');
    picker.rows(rows);
    expect(picker.picker().ended).toEqual({picked: idOf(2)});
  });

  test('Enter takes nothing where nothing is', () => {
    const picker = drivenPicker();
    picker.press('enter');
    expect([picker.picker().ended, picker.effects()]).toEqual([null, []]);
  });

  test.each(['escape', 'interrupt', 'end-of-input'] as const)('%s leaves', key => {
    const picker = listed();
    picker.press(key);
    expect([picker.picker().ended, picker.effects()]).toEqual(['left', [{do: 'end'}]]);
  });

  test('the cursor stays on its session while others come, and on the first where that is typed away', () => {
    const picker = drivenPicker();
    picker.rows(rows.slice(0, 3), {isLast: false});
    picker.press('down', 'down');
    picker.rows(rows.slice(3));
    expect(picker.picker().selected).toBe(idOf(3));
    picker.type('number 2');
    picker.press('enter');
    expect(picker.picker().ended).toEqual({picked: idOf(20)});
  });

  test('what is typed is looked for in titles at once, in texts as they are found, and by the id', () => {
    const picker = listed();
    picker.type('docs ');
    expect(shownRows(picker.picker()).map(({id}) => id)).toEqual([idOf(2)]);
    expect(picker.effects()).toEqual(['d', 'do', 'doc', 'docs'].map(query => ({do: 'search', query, all: false})));
    picker.found('doc', [foundText(idOf(9), 'docs', 'docs')]);
    picker.found('docs', [foundText(idOf(8), 'docs', 'docs')], {all: true});
    expect(shownRows(picker.picker()).map(({id}) => id)).toEqual([idOf(2)]);
    picker.found('docs', [foundText(idOf(9), 'docs', 'docs')], {isLast: false});
    picker.found('docs', [foundText(idOf(7), 'docs', 'docs')]);
    expect(shownRows(picker.picker()).map(({id}) => id)).toEqual([idOf(2), idOf(7), idOf(9)]);
    picker.press('delete-to-start');
    expect(shownRows(picker.picker())).toHaveLength(rows.length);
    picker.type(idOf(12));
    expect(shownRows(picker.picker()).map(({id}) => id)).toEqual([idOf(12)]);
  });

  test('Tab shows those of all repositories, with the same words, and back', () => {
    const picker = listed();
    picker.type('x');
    picker.effects();
    picker.press('tab');
    expect(picker.effects()).toEqual([
      {do: 'load', all: true},
      {do: 'search', query: 'x', all: true},
    ]);
    picker.rows(rows, {all: false});
    expect(picker.picker().rows).toEqual([]);
    picker.press('tab');
    expect(picker.effects()[0]).toEqual({do: 'load', all: false});
  });

  test('whatever is pressed, the cursor is on a row that is shown, and the frame fits', () => {
    const keys = fc.oneof(
      fc
        .constantFrom('up', 'down', 'backspace', 'left', 'tab', 'delete-to-start', 'break', 'suspend', 'yank', 'delete-word-left')
        .map(key => ({key})),
      fc.constantFrom('s', 'e', 'p', '2', ' ', '日', '…').map(text => ({text})),
      fc.constantFrom(3, 10, 34).map(count => ({count})),
    );
    fc.assert(
      fc.property(fc.array(keys, {maxLength: 40}), all => {
        const picker = drivenPicker();
        for (const one of all) {
          if ('key' in one) picker.press(one.key);
          else if ('text' in one) picker.type(one.text);
          else if (picker.picker().rows.length === 0) picker.rows(rows.slice(0, one.count));
          const {lines} = pickerScreen(picker.picker(), {columns: 60, rows: 20});
          expect(lines.length < 20 && lines.every(line => lineWidth(line) < 60)).toBe(true);
          expect(lines.filter(line => line.some(({text}) => text === '❯ '))).toHaveLength(shownRows(picker.picker()).length > 0 ? 1 : 0);
        }
      }),
    );
  });
});
