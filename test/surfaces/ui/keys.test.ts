import {PassThrough} from 'node:stream';
import {render, Text, useInput, usePaste} from 'ink';
import {createElement} from 'react';
import {expect, test} from 'vitest';
import {keysOf, pastedText, type Key} from '../../../src/surfaces/ui/input/keys.ts';

/** The keys that a terminal's bytes become, through Ink's own reading of them. */
async function keysFrom(...chunks: readonly string[]): Promise<readonly Key[]> {
  const keys: Key[] = [];
  const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode: () => stdin, ref: () => stdin, unref: () => stdin});
  const stdout = Object.assign(new PassThrough(), {isTTY: true, columns: 80, rows: 24});
  const Probe = () => {
    useInput((input, key) => void keys.push(...keysOf(input, key)));
    usePaste(text => void keys.push(pastedText(text)));
    return createElement(Text, null, '');
  };
  const app = render(createElement(Probe), {
    stdin: stdin as never,
    stdout: stdout as never,
    exitOnCtrlC: false,
    interactive: true,
    patchConsole: false,
  });
  await app.waitUntilRenderFlush();
  for (const chunk of chunks) {
    stdin.write(chunk);
    // Longer than Ink waits for the rest of an escape sequence.
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  app.unmount();
  await app.waitUntilExit();
  return keys;
}

const typed = (text: string): Key => ({type: 'text', text, pasted: false});
const pasted = (text: string): Key => ({type: 'text', text, pasted: true});
const press = (key: Extract<Key, {type: 'press'}>['key']): Key => ({type: 'press', key});

const cases: readonly (readonly [string, string, readonly Key[]])[] = [
  ['a letter', 'a', [typed('a')]],
  ['wide letters', '日本', [typed('日本')]],
  ['Enter', '\r', [press('enter')]],
  ['Ctrl+J', '\n', [press('break')]],
  ['Shift+Enter where it is reported', '\u001b[13;2u', [press('break')]],
  ['Ctrl+Enter where it is reported', '\u001b[13;5u', [press('steer')]],
  ['Alt+Enter', '\u001b\r', [press('break')]],
  ['Ctrl+S', '\u0013', [press('steer')]],
  ['Ctrl+C', '\u0003', [press('interrupt')]],
  ['Ctrl+C of the newer protocol', '\u001b[99;5u', [press('interrupt')]],
  ['Esc', '\u001b', [press('escape')]],
  ['Esc of the newer protocol', '\u001b[27u', [press('escape')]],
  ['Shift+Tab', '\u001b[Z', [press('shift-tab')]],
  ['arrows', '\u001b[A\u001b[B\u001b[C\u001b[D', [press('up'), press('down'), press('right'), press('left')]],
  ['Ctrl and Alt with arrows', '\u001b[1;5D\u001b[1;3C', [press('word-left'), press('word-right')]],
  ['Alt+B, Alt+F, Alt+D', '\u001bb\u001bf\u001bd', [press('word-left'), press('word-right'), press('delete-word-right')]],
  ['Home and End', '\u001b[H\u001b[F\u001b[1~\u001bOF', [press('line-start'), press('line-end'), press('line-start'), press('line-end')]],
  ['backspace, held down', '\u007f\u007f', [press('backspace'), press('backspace')]],
  ['Alt+backspace and Ctrl+W', '\u001b\u007f\u0017', [press('delete-word-left'), press('delete-word-left')]],
  ['delete', '\u001b[3~', [press('delete')]],
  [
    'Ctrl+A E K U Y',
    '\u0001\u0005\u000b\u0015\u0019',
    [press('line-start'), press('line-end'), press('delete-to-end'), press('delete-to-start'), press('yank')],
  ],
  ['a line typed ahead', 'fix it\r', [typed('fix it'), press('enter')]],
  ['lines at once without paste marks', 'rm a\rrm b\r', [pasted('rm a\nrm b\n')]],
  ['a paste', '\u001b[200~one\r\ntwo\u001b[31m\u0003\u001b[201~', [pasted('one\ntwo')]],
  ['what a terminal reports of itself', '\u001b[I\u001b[?1;2c\u001b[24;80R', []],
  ['an unknown control key', '\u0007', []],
];

test.each(cases)('%s', async (_name, bytes, keys) => {
  expect(await keysFrom(bytes)).toEqual(keys);
});

test('a paste that comes in pieces is one text', async () => {
  expect(await keysFrom('\u001b[200~one\r', 'two\u001b[2', '01~')).toEqual([pasted('one\ntwo')]);
});
