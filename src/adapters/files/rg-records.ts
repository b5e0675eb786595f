import type {GrepHit} from '../../ports/search.ts';

/** The hits of one line of `rg --json`; lines that are no match and no context give none. */
export function hitsOf(line: RawLine): GrepHit[] {
  if (line.cut) return cutHit(line.bytes.toString('utf8'));
  const record = JSON.parse(line.bytes.toString('utf8')) as Record_;
  if (record.type !== 'match' && record.type !== 'context') return [];
  const {path, lines, line_number, submatches} = record.data;
  const first = {path: nameOf(textOf(path)), line: line_number ?? 1, kind: record.type};
  const bytes = 'text' in lines ? Buffer.from(lines.text, 'utf8') : Buffer.from(lines.bytes, 'base64');
  const whole = textOf(lines);
  const at = submatches[0] === undefined ? 0 : bytes.subarray(0, submatches[0].start).toString('utf8').length;
  const texts = whole.replace(/\r?\n$/, '').split(/\r?\n/);
  return texts.map((text, index) => ({...first, line: first.line + index, text, at: index === 0 ? Math.min(at, text.length) : 0}));
}

export type RawLine = {bytes: Buffer; cut: boolean};

/**
 * The lines of a stream, each at most `limit` bytes: of a longer one only the beginning is kept, so that one line cannot fill the memory. What
 * follows the last line end is the torn line of a program that was ended, and is left out.
 */
export async function* splitLines(stream: AsyncIterable<Buffer>, limit = 8 * 1024 * 1024): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let held = 0;
  const keep = (bytes: Buffer): void => {
    const room = Math.max(0, limit - held);
    if (room > 0) parts.push(bytes.subarray(0, room));
    held += bytes.length;
  };
  const take = (): RawLine => {
    const line = {bytes: Buffer.concat(parts), cut: held > limit};
    parts = [];
    held = 0;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10, start); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
}

type Text = {text: string} | {bytes: string};
type Record_ =
  | {
      type: 'match' | 'context';
      data: {path: Text | null; lines: Text; line_number: number | null; submatches: {start: number; end: number}[]};
    }
  | {type: 'begin' | 'end' | 'summary'};

/** rg writes what is not UTF-8 as base64. */
function textOf(value: Text | null): string {
  if (value === null) return '';
  return 'text' in value ? value.text : Buffer.from(value.bytes, 'base64').toString('utf8');
}

function nameOf(path: string): string {
  return path.replace(/^\.\//, '').replaceAll('\\', '/');
}

/** A matching line of many megabytes: its file is known, its number is not. */
function cutHit(beginning: string): GrepHit[] {
  const found = /^\{"type":"match","data":\{"path":\{"text":("(?:[^"\\]|\\.)*")\}/.exec(beginning);
  if (found?.[1] === undefined) return [];
  return [{path: nameOf(JSON.parse(found[1]) as string), line: 0, text: '(a line of many megabytes matches)', kind: 'match', at: 0}];
}
