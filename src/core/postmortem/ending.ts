import {coarseLine, normalLine} from '../storms/normal-line.ts';
import type {Ending} from './judge-timeout.ts';

/** Reads the end of an output; its first line may be only a part of one. */
export function endingOf(text: string): Ending | null {
  const lines = text
    .split('\n')
    .slice(1)
    .filter(line => line.trim() !== '')
    .slice(-mostLines);
  if (lines.length === 0) return null;
  const shapes = lines.map(line => coarseLine(normalLine(line.slice(0, longest))));
  const counts = new Map<string, number>();
  for (const shape of shapes) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  const [shape, alike] = [...counts].toSorted(([, a], [, b]) => b - a)[0]!;
  const example = lines[shapes.indexOf(shape)]!.slice(0, shown).toWellFormed();
  return {lines: lines.length, alike, still: shapes.slice(-veryLast).every(each => (counts.get(each) ?? 0) > 1), example};
}

const mostLines = 200;
const veryLast = 3;
const longest = 300;
const shown = 160;
