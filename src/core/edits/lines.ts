/** One line of a text: its content without the line end, the line end as it stands ('' for an unterminated last line), and where it begins. */
export type Line = {text: string; end: '' | '\n' | '\r\n'; start: number};

/** The lines of a text; joining `text + end` gives it back. '' has no line. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) {
      lines.push({text: text.slice(start), end: '', start});
      break;
    }
    const carriage = newline > start && text.charCodeAt(newline - 1) === 13;
    lines.push({text: text.slice(start, carriage ? newline - 1 : newline), end: carriage ? '\r\n' : '\n', start});
    start = newline + 1;
  }
  return lines;
}

/** The 1-based line that holds the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
