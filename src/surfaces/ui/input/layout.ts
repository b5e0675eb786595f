import {characters} from '../view/characters.ts';
import {span, type Line} from '../view/line.ts';
import type {Editor} from './editor.ts';

/** The editor's text as rows of `width` columns, and where the cursor stands in them. A row is never empty of room for the cursor. */
function layout({text, cursor}: Pick<Editor, 'text' | 'cursor'>, width: number): Layout {
  const rows: string[] = [''];
  let used = 0;
  let index = 0;
  let at = {x: 0, y: 0};
  const begin = () => {
    rows.push('');
    used = 0;
  };
  for (const char of [...characters(text), end]) {
    const overflows = used + Math.max(1, char.width) > width && char.text !== '\n';
    if (overflows) begin();
    if (index === cursor) at = {x: used, y: rows.length - 1};
    if (char.text === '\n') begin();
    else rows[rows.length - 1] += char.text;
    used += char.width;
    index += char.text.length;
  }
  return {rows: rows.map(row => [span(row)]), ...at};
}

export type Layout = {rows: readonly Line[]; x: number; y: number};

/** Stands behind the last character, so that the cursor has a place there. */
const end = {text: '', width: 0};

/** The part of a text to show: at most `height` rows, with the cursor's among them. However long the text is, only what is near is laid out. */
export function layoutNear({text, cursor}: Pick<Editor, 'text' | 'cursor'>, {width, height}: {width: number; height: number}): Layout {
  const reach = 4 * width * height;
  const from = cursor <= reach ? 0 : text.lastIndexOf('\n', cursor - reach) + 1 || cursor - reach;
  const laid = layout({text: text.slice(from, cursor + reach), cursor: cursor - from}, width);
  const start = Math.max(0, laid.y - height + 1);
  return {rows: laid.rows.slice(start, start + height), x: laid.x, y: laid.y - start};
}
