import {unreachable} from '../../../core/log/fold.ts';
import {characters} from '../view/characters.ts';

/**
 * What the user is typing. `cursor` is an index into `text`, always between two characters as a person sees them. `killed` is what was cut
 * out last. `column` is where moving up and down wants to be.
 */
export type Editor = {text: string; cursor: number; killed: string; column: number | null};

export type Edit =
  | {do: 'insert'; text: string}
  | {do: 'move'; to: 'left' | 'right' | 'word-left' | 'word-right' | 'line-start' | 'line-end' | 'up' | 'down'}
  | {do: 'delete'; what: 'left' | 'right' | 'word-left' | 'word-right' | 'to-line-start' | 'to-line-end' | 'all'}
  | {do: 'yank'};

export const emptyEditor: Editor = {text: '', cursor: 0, killed: '', column: null};

export function edit(editor: Editor, action: Edit): Editor {
  switch (action.do) {
    case 'insert':
      return insert(editor, action.text);
    case 'yank':
      return insert(editor, editor.killed);
    case 'move':
      return action.to === 'up' || action.to === 'down'
        ? moveLine(editor, action.to)
        : {...editor, cursor: target(editor, action.to), column: null};
    case 'delete':
      return remove(editor, action.what);
    default:
      return unreachable(action);
  }
}

/** The same editor with another text, the cursor at its end. */
export const withText = (editor: Editor, text: string): Editor => ({...editor, text, cursor: text.length, column: null});

export const isOnFirstLine = ({text, cursor}: Editor): boolean => lineStart(text, cursor) === 0;
export const isOnLastLine = ({text, cursor}: Editor): boolean => lineEnd(text, cursor) === text.length;

// What is typed may join the character before it (an accent, a joiner), so the cursor is set to where a character really ends.
function insert(editor: Editor, added: string): Editor {
  const text = editor.text.slice(0, editor.cursor) + added + editor.text.slice(editor.cursor);
  return {...editor, text, cursor: boundary(text, editor.cursor + added.length), column: null};
}

function remove(editor: Editor, what: Extract<Edit, {do: 'delete'}>['what']): Editor {
  const [from, to] = what === 'all' ? [0, editor.text.length] : range(editor, what);
  if (from === to) return {...editor, column: null};
  const text = editor.text.slice(0, from) + editor.text.slice(to);
  const isKill = what !== 'left' && what !== 'right';
  return {...editor, text, cursor: boundary(text, from), killed: isKill ? editor.text.slice(from, to) : editor.killed, column: null};
}

function range(editor: Editor, what: Exclude<Extract<Edit, {do: 'delete'}>['what'], 'all'>): readonly [number, number] {
  const {text, cursor} = editor;
  if (what === 'left' || what === 'word-left') return [target(editor, what), cursor];
  if (what === 'right' || what === 'word-right') return [cursor, target(editor, what)];
  // At the line's own edge the line break goes: pressing it again always takes more.
  return what === 'to-line-start' ? [lineBefore(text, cursor), cursor] : [cursor, lineAfter(text, cursor)];
}

function target({text, cursor}: Editor, to: 'left' | 'right' | 'word-left' | 'word-right' | 'line-start' | 'line-end'): number {
  switch (to) {
    case 'left':
      return cursor - (characters(text.slice(lineBefore(text, cursor), cursor)).at(-1)?.text.length ?? 0);
    case 'right':
      return cursor + (characters(text.slice(cursor, lineAfter(text, cursor)))[0]?.text.length ?? 0);
    case 'word-left':
      return cursor - (/[^\s]*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
    case 'word-right':
      return cursor + (/^\s*[^\s]*/.exec(text.slice(cursor))?.[0].length ?? 0);
    case 'line-start':
      return lineStart(text, cursor);
    case 'line-end':
      return lineEnd(text, cursor);
    default:
      return unreachable(to);
  }
}

function moveLine(editor: Editor, to: 'up' | 'down'): Editor {
  const {text, cursor} = editor;
  const start = lineStart(text, cursor);
  const column = editor.column ?? columnsOf(text.slice(start, cursor));
  const from = to === 'up' ? lineStart(text, start - 1) : lineEnd(text, cursor) + 1;
  if ((to === 'up' && start === 0) || from > text.length) return {...editor, cursor: to === 'up' ? 0 : text.length, column: null};
  return {...editor, cursor: from + indexAt(text.slice(from, lineEnd(text, from)), column), column};
}

const columnsOf = (text: string): number => characters(text).reduce((sum, {width}) => sum + width, 0);

function indexAt(line: string, column: number): number {
  let used = 0;
  let index = 0;
  for (const char of characters(line)) {
    if (used + char.width > column) break;
    used += char.width;
    index += char.text.length;
  }
  return index;
}

const lineStart = (text: string, at: number): number => (at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

// Characters never reach over a line break, so a line is enough to find them in; at its edge the break itself is the character.
const lineBefore = (text: string, at: number): number => (lineStart(text, at) === at ? Math.max(0, at - 1) : lineStart(text, at));
const lineAfter = (text: string, at: number): number => (lineEnd(text, at) === at ? Math.min(text.length, at + 1) : lineEnd(text, at));

function boundary(text: string, at: number): number {
  const start = lineStart(text, at);
  let index = start;
  for (const char of characters(text.slice(start, lineEnd(text, at)))) {
    if (index >= at) break;
    index += char.text.length;
  }
  return Math.max(index, at);
}
