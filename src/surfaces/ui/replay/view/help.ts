import {span, type Line} from '../../view/line.ts';
import {wrap} from '../../view/wrap.ts';

const keys: readonly (readonly [string, string])[] = [
  ['Space', 'play, pause'],
  ['← →', 'a step back, a step on'],
  ['[ ]', 'the turn before, the next turn'],
  ['Home End', 'to the beginning, to the end'],
  ['1 … 9', 'speed: 1 as it happened, each twice as fast as the one before; waits over 3 s are shortened'],
  ['↑ ↓ PgUp PgDn', 'scroll'],
  ['Tab Shift+Tab', 'choose the call above, below'],
  ['Enter', 'the whole output of the chosen call'],
  ['c', 'what stood in the request of this step'],
  ['d', 'the files that this step changed'],
  ['/ n N', 'look for a text; the next place, the one before'],
  ['g', 'go to a step; in an output, to a line'],
  ['q Esc', 'back, and from here: leave'],
];

export function helpRows(width: number): readonly Line[] {
  const names = Math.max(...keys.map(([name]) => name.length)) + 2;
  // Where there is little room the words stand below the key.
  if (width < 2 * names)
    return keys.flatMap(([name, does]) => [
      [span(name, 'accent')],
      ...wrap([span(does)], width - 2).map((line): Line => [span('  '), ...line]),
    ]);
  return keys.flatMap(([name, does]) =>
    wrap([span(does)], width - names).map((line, row): Line => [span((row === 0 ? name : '').padEnd(names), 'accent'), ...line]),
  );
}
