import type {GrepHit} from '../../ports/search.ts';

/** The hits of one line of `rg --json`; lines that are no match and no context give none. */
export function hitsOf(line: RawLine): GrepHit[] {
  if (line.cut) return longHit(line.bytes.toString('utf8'));
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
 * The lines of a stream, each at most `limit` bytes: of a longer one only the frame is kept (`cut`), so that one line cannot fill the memory. What
 * follows the last line end is the torn line of a program that was ended, and is left out.
 */
export async function* splitLines(stream: AsyncIterable<Buffer>, limit = 8 * 1024 * 1024): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let held = 0;
  let long: Frame | null = null;
  const keep = (bytes: Buffer): void => {
    held += bytes.length;
    if (long !== null) return long.push(bytes);
    parts.push(bytes);
    if (held <= limit) return;
    long = recordFrame();
    for (const part of parts) long.push(part);
    parts = [];
  };
  const take = (): RawLine => {
    const line = {bytes: long?.finish() ?? Buffer.concat(parts), cut: long !== null};
    [parts, held, long] = [[], 0, null];
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

type Frame = {push: (bytes: Buffer) => void; finish: () => Buffer};

/** A record of JSON without the bulk of its long texts, up to what is needed of it. */
function recordFrame(): Frame {
  const kept = Buffer.alloc(FRAME);
  let [size, inText, escaped, length] = [0, false, false, 0];
  return {
    push(bytes) {
      for (let at = 0; at < bytes.length && size < FRAME; at++) {
        const byte = bytes[at]!;
        if (byte === QUOTE && !escaped) [inText, length] = [!inText, 0];
        escaped = inText && byte === BACKSLASH && !escaped;
        if (inText && ++length > LONGEST_TEXT) continue;
        kept[size++] = byte;
      }
    },
    finish: () => kept.subarray(0, size),
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** A path is at most 4 KiB, each byte of it six when it is escaped. */
const LONGEST_TEXT = 26 * 1024;
const FRAME = 128 * 1024;

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

/** A hit in a line of many megabytes: what is told after its text says where it is. A quote within a text has a backslash, so nothing in one looks like it. */
function longHit(frame: string): GrepHit[] {
  const [, kind, path] = /^\{"type":"(match|context)","data":\{"path":(\{"(?:text|bytes)":"(?:[^"\\]|\\.)*"\}|null)/.exec(frame) ?? [];
  const [, line, offset, matches] = /\},"line_number":(\d+),"absolute_offset":(\d+),"submatches":\[(.*)/s.exec(frame) ?? [];
  if (kind === undefined || path === undefined || line === undefined) return [];
  const match = Number(/\},"start":(\d+)/.exec(matches ?? '')?.[1] ?? 0);
  const long = {start: Number(offset), match};
  const name = nameOf(textOf(JSON.parse(path) as Text | null));
  return [{path: name, line: Number(line), text: '', kind: kind as GrepHit['kind'], at: 0, long}];
}
