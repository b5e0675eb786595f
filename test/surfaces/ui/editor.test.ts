import fc from 'fast-check';
import {expect, test} from 'vitest';
import {edit, emptyEditor, withText, type Edit, type Editor} from '../../../src/surfaces/ui/input/editor.ts';
import {characters} from '../../../src/surfaces/ui/view/characters.ts';

/** `▏` stands where the cursor is. */
function check(before: string, action: Edit, after: string) {
  const cursor = before.indexOf('▏');
  const editor = edit({...emptyEditor, text: before.replace('▏', ''), cursor}, action);
  expect(`${editor.text.slice(0, editor.cursor)}▏${editor.text.slice(editor.cursor)}`).toBe(after);
}

const move = (to: Extract<Edit, {do: 'move'}>['to']): Edit => ({do: 'move', to});
const remove = (what: Extract<Edit, {do: 'delete'}>['what']): Edit => ({do: 'delete', what});

test('moves', () => {
  check('ab▏c', move('left'), 'a▏bc');
  check('▏abc', move('left'), '▏abc');
  check('abc▏', move('right'), 'abc▏');
  check('a👩‍👩‍👧▏b', move('left'), 'a▏👩‍👩‍👧b');
  check('a▏é', move('right'), 'aé▏');
  check('one two▏', move('word-left'), 'one ▏two');
  check('one ▏two', move('word-left'), '▏one two');
  check('▏  one two', move('word-right'), '  one▏ two');
  check('one\ntwo▏\nthree', move('line-start'), 'one\n▏two\nthree');
  check('one\n▏two\nthree', move('line-end'), 'one\ntwo▏\nthree');
  check('one\ntwo▏', move('up'), 'one▏\ntwo');
  check('日本語\nab▏', move('up'), '日▏本語\nab');
  check('o▏ne\ntwo', move('up'), '▏one\ntwo');
  check('one\nt▏wo', move('down'), 'one\ntwo▏');
  check('a\n▏\nb', move('left'), 'a▏\n\nb');
});

test('up and down keep the column over a short line', () => {
  const there = edit(edit({...emptyEditor, text: 'abcdef\nx\nabcdef', cursor: 14}, move('up')), move('up'));
  expect(there.cursor).toBe(5);
});

test('deletes', () => {
  check('ab▏', remove('left'), 'a▏');
  check('a👍🏽▏', remove('left'), 'a▏');
  check('a\n▏b', remove('left'), 'a▏b');
  check('▏ab', remove('right'), '▏b');
  check('one two▏ three', remove('word-left'), 'one ▏ three');
  check('one▏ two', remove('word-right'), 'one▏');
  check('one\ntwo▏ three', remove('to-line-start'), 'one\n▏ three');
  check('one\n▏two', remove('to-line-start'), 'one▏two');
  check('one▏\ntwo', remove('to-line-end'), 'one▏two');
  check('one▏ two\n', remove('to-line-end'), 'one▏\n');
  check('one▏', remove('all'), '▏');
});

test('what was cut out comes back', () => {
  const cut = edit(withText(emptyEditor, 'one two'), remove('word-left'));
  expect(edit(cut, {do: 'yank'}).text).toBe('one two');
});

const texts = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 6}),
  fc.constantFrom('\n', ' ', 'word', '日本', '👩‍👩‍👧', '\u0301', '\u200d', '🇩🇪', '🏽'),
);
const moves = fc.constantFrom<Edit>(
  ...(['left', 'right', 'word-left', 'word-right', 'line-start', 'line-end', 'up', 'down'] as const).map(move),
);
const removals = fc.constantFrom<Edit>(
  ...(['left', 'right', 'word-left', 'word-right', 'to-line-start', 'to-line-end', 'all'] as const).map(remove),
  {do: 'yank'},
);
const inserts = texts.map((text): Edit => ({do: 'insert', text}));

const run = (edits: readonly Edit[], from: Editor = emptyEditor): Editor => edits.reduce(edit, from);

function isBetweenCharacters({text, cursor}: Editor): boolean {
  let index = 0;
  for (const line of text.split('\n')) {
    if (index === cursor) return true;
    for (const char of characters(line)) if ((index += char.text.length) === cursor) return true;
    index++;
  }
  return false;
}

test('the cursor stands between two characters, whatever is done', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(inserts, moves, removals), {maxLength: 30}), edits => isBetweenCharacters(run(edits))),
    {numRuns: 300},
  );
});

test('moving loses nothing, and inserting adds exactly what was typed', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(inserts, moves), {maxLength: 30}), edits => {
      let editor = emptyEditor;
      for (const action of edits) {
        const before = editor;
        editor = edit(editor, action);
        const added = action.do === 'insert' ? action.text : '';
        if (before.text.slice(0, before.cursor) + added + before.text.slice(before.cursor) !== editor.text) return false;
      }
      return true;
    }),
    {numRuns: 300},
  );
});

test('deleting takes one stretch away, at the cursor', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(inserts, moves), {maxLength: 20}), removals, (edits, removal) => {
      const before = run(edits);
      const after = edit(before, removal);
      if (removal.do === 'yank') return after.text === before.text;
      const gone = before.text.length - after.text.length;
      return isOneStretchAway(before.text, after.text, gone);
    }),
    {numRuns: 300},
  );
});

function isOneStretchAway(before: string, after: string, gone: number): boolean {
  for (let from = 0; from <= after.length; from++) if (before.slice(0, from) + before.slice(from + gone) === after) return true;
  return false;
}
