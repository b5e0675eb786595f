import type {Ui} from '../state.ts';
import {activityLines, queueLines, statusLine} from './status.ts';
import {span, type Line} from './line.ts';
import {liveLines} from './live.ts';
import {promptPart} from './prompt.ts';
import {questionLines} from './question.ts';

export type Size = {columns: number; rows: number};

export type Screen = {lines: readonly Line[]; cursor: {x: number; y: number} | null};

/**
 * The live part of the screen: what runs, what is asked, what waits, the prompt, the status. It is always shorter than the screen, since a
 * terminal that has to scroll it could only be cleared as a whole.
 */
export function screen(ui: Ui, {columns, rows}: Size): Screen {
  if (ui.ended !== null) return {lines: [], cursor: null};
  // The last column stays free: terminals differ in when they wrap after it.
  const width = Math.max(10, columns - 1);
  const height = Math.max(3, rows - 1);
  const prompt = promptPart(ui, {width, height: height - 2});
  const bottom = [...prompt.lines, statusLine(ui, width)];
  const room = height - bottom.length - 2;
  const middle = [...questionLines(ui, {width, height: room}), ...queueLines(ui, width), ...activityLines(ui, width)].slice(
    0,
    Math.max(0, room),
  );
  const live = liveLines(ui, {width, height: room - middle.length - (middle.length > 0 ? 1 : 0)});
  const lines = [live, middle, bottom].filter(part => part.length > 0).flatMap((part): readonly Line[] => [apart, ...part]);
  const above = Math.max(0, lines.length - height);
  return {lines: lines.slice(above), cursor: {x: prompt.cursor.x, y: lines.length - above - bottom.length + prompt.cursor.y}};
}

const apart: Line = [span('')];
