import type {Key as InkKey} from 'ink';
import {safeText} from '../view/safe-text.ts';

/** What the user did: `text` was typed or pasted, `press` is a key that does something. */
export type Key = {type: 'text'; text: string; pasted: boolean} | {type: 'press'; key: KeyName};

export type KeyName =
  | 'enter'
  | 'break'
  | 'steer'
  | 'tab'
  | 'shift-tab'
  | 'escape'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'backspace'
  | 'delete'
  | 'delete-word-left'
  | 'delete-word-right'
  | 'delete-to-start'
  | 'delete-to-end'
  | 'yank'
  | 'interrupt'
  | 'end-of-input'
  | 'suspend';

/** Keys as Ink read them. Several may have come at once, typed ahead or over a slow line. */
export function keysOf(input: string, key: InkKey): readonly Key[] {
  if (key.eventType === 'release' || key.super || key.hyper) return [];
  const named = namedKey(key);
  if (named !== null) return [{type: 'press', key: named}];
  if (key.ctrl) return pressed(controls[input]);
  if (key.meta) return pressed(metas[input.toLowerCase()]);
  return chunk(input);
}

/** Pasted text keeps its line breaks, and nothing in it is a key. */
export const pastedText = (text: string): Key => ({type: 'text', text: safeText(lineBreaks(text)), pasted: true});

function namedKey(key: InkKey): KeyName | null {
  if (key.return) return key.ctrl ? 'steer' : key.shift || key.meta ? 'break' : 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return key.shift ? 'shift-tab' : 'tab';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return key.ctrl || key.meta ? 'word-left' : 'left';
  if (key.rightArrow) return key.ctrl || key.meta ? 'word-right' : 'right';
  if (key.home) return 'line-start';
  if (key.end) return 'line-end';
  if (key.backspace) return key.ctrl || key.meta ? 'delete-word-left' : 'backspace';
  if (key.delete) return key.ctrl || key.meta ? 'delete-word-right' : 'delete';
  return null;
}

const controls: Readonly<Record<string, KeyName>> = {
  a: 'line-start',
  b: 'left',
  c: 'interrupt',
  d: 'end-of-input',
  e: 'line-end',
  f: 'right',
  h: 'backspace',
  j: 'break',
  k: 'delete-to-end',
  n: 'down',
  p: 'up',
  s: 'steer',
  u: 'delete-to-start',
  w: 'delete-word-left',
  y: 'yank',
  z: 'suspend',
};

const metas: Readonly<Record<string, KeyName>> = {b: 'word-left', f: 'word-right', d: 'delete-word-right'};

const pressed = (key: KeyName | undefined): readonly Key[] => (key === undefined ? [] : [{type: 'press', key}]);

/**
 * Characters that came in one piece. Several lines at once were pasted into a terminal that does not mark a paste: they send nothing. One
 * line that ends in Enter was typed.
 */
function chunk(input: string): readonly Key[] {
  if (/[\r\n]./s.test(input)) return [pastedText(input)];
  return (input.match(pieces) ?? []).flatMap(piece => keysOfPiece(piece));
}

function keysOfPiece(piece: string): readonly Key[] {
  if (piece === '\r') return pressed('enter');
  if (piece === '\n') return pressed('break');
  if (piece === '\t') return pressed('tab');
  if (piece.length === 1 && piece < ' ') return pressed(controls[String.fromCharCode(piece.charCodeAt(0) + 96)]);
  const text = safeText(piece);
  return text === '' ? [] : [{type: 'text', text, pasted: false}];
}

const pieces = new RegExp('[\\u0000-\\u001f]|[^\\u0000-\\u001f]+', 'g');

const lineBreaks = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
