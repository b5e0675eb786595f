import {characters} from './characters.ts';
import {lineWidth, widthOf, type Line, type Span} from './line.ts';

/** A line in one row of at most `width` columns: what does not fit ends in `…`. */
export function cut(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Span[] = [];
  let room = Math.max(0, width - 1);
  for (const part of line) {
    const fits = widthOf(part.text) <= room;
    const text = fits ? part.text : beginning(part.text, room);
    kept.push({...part, text: fits ? text : `${text}…`});
    if (!fits) break;
    room -= widthOf(text);
  }
  return kept;
}

function beginning(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const char of characters(text)) {
    used += char.width;
    if (used > width) break;
    kept += char.text;
  }
  return kept;
}
