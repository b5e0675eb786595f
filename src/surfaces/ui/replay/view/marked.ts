import type {Line, Span} from '../../view/line.ts';

/** A line with the text from one place to another made to stand out. */
export function marked(line: Line, {from, to}: {from: number; to: number}): Line {
  const parts: Span[] = [];
  let at = 0;
  for (const part of line) {
    const [start, end] = [clamp(from - at, part.text.length), clamp(to - at, part.text.length)];
    const pieces = [part.text.slice(0, start), part.text.slice(start, end), part.text.slice(end)];
    parts.push(
      ...pieces.flatMap((text, index) =>
        text === '' ? [] : [index === 1 ? {...part, text, bold: true, underline: true} : {...part, text}],
      ),
    );
    at += part.text.length;
  }
  return parts;
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
