/** What one patch does to one file each. `line` is where it stands in the patch, 1-based. */
export type Patch = readonly FileChange[];
export type FileChange =
  | {kind: 'add'; path: string; content: string; line: number}
  | {kind: 'delete'; path: string; line: number}
  /** `to` is the new path of a file that moves. A move alone has no chunks. */
  | {kind: 'update'; path: string; to: string | null; chunks: readonly Chunk[]; line: number};

/** `headers` are the lines after `@@` that narrow where the chunk stands, outermost first. */
export type Chunk = {headers: readonly string[]; lines: readonly ChunkLine[]; end_of_file: boolean; line: number};
export type ChunkLine = {op: ' ' | '-' | '+'; text: string};

export type PatchProblem = {problem: string; line: number};

/**
 * Reads the `*** Begin Patch` format. Forgives what models habitually do: a heredoc or a code fence around it, CRLF, space after a marker, no
 * `@@` before the first chunk, blank context lines without their space, unified-diff line numbers in `@@`. Nothing else is guessed.
 */
export function parsePatch(text: string): {patch: Patch} | PatchProblem {
  const found = body(text.split('\n').map(line => line.replace(/\r$/, '')));
  if ('problem' in found) return found;
  const reader: Reader = {lines: found.lines, at: 0, offset: found.offset};
  const changes: FileChange[] = [];
  while (reader.at < reader.lines.length) {
    if (current(reader).trim() === '') reader.at++;
    else {
      const change = readChange(reader);
      if ('problem' in change) return change;
      changes.push(change);
    }
  }
  if (changes.length === 0) return {problem: 'the patch changes no file', line: found.offset};
  return twice(changes) ?? {patch: changes};
}

type Reader = {lines: readonly string[]; at: number; offset: number};

function body(lines: readonly string[]): {lines: readonly string[]; offset: number} | PatchProblem {
  const begin = lines.findIndex(line => line.trim() === '*** Begin Patch');
  if (begin === -1) return {problem: 'it does not begin with "*** Begin Patch"', line: 1};
  const before = lines.slice(0, begin).find(line => line.trim() !== '' && !WRAPPER.test(line.trim()));
  if (before !== undefined) return {problem: `"${clip(before)}" stands before "*** Begin Patch"`, line: 1};
  const end = lines.findLastIndex(line => line.trim() === '*** End Patch');
  if (end < begin) return {problem: 'there is no "*** End Patch": the patch may have been cut off', line: lines.length};
  const after = lines.slice(end + 1).findIndex(line => line.trim() !== '' && !/^(```|['"]?[A-Z_]+['"]?|\))$/.test(line.trim()));
  if (after !== -1) return {problem: `"${clip(lines[end + 1 + after] ?? '')}" stands after "*** End Patch"`, line: end + 2 + after};
  return {lines: lines.slice(begin + 1, end), offset: begin + 2};
}

/** The beginning of a heredoc, with or without a command before it, or of a code fence. */
const WRAPPER = /^(```\w*|(\w+ )?<<-?\s*['"]?[A-Z_]+['"]?)$/i;

function readChange(reader: Reader): FileChange | PatchProblem {
  const line = lineNumber(reader);
  const found = /^\*\*\* (Add|Update|Delete) File: *(.*)$/.exec(current(reader).trim());
  const path = found?.[2] ?? '';
  if (found === null)
    return {problem: `expected "*** Add File: ", "*** Update File: " or "*** Delete File: " but found "${clip(current(reader))}"`, line};
  if (path === '') return {problem: `"*** ${found[1]} File:" names no file`, line};
  reader.at++;
  if (found[1] === 'Delete') return {kind: 'delete', path, line};
  return found[1] === 'Add' ? readAdded(reader, path, line) : readUpdated(reader, path, line);
}

function readAdded(reader: Reader, path: string, line: number): FileChange | PatchProblem {
  const content: string[] = [];
  for (; !atFileMarker(reader); reader.at++) {
    const text = current(reader);
    if (text.startsWith('+')) content.push(text.slice(1));
    else if (text.trim() !== '' || !onlyBlanksLeft(reader))
      return {problem: `every line of an added file begins with "+", but this is "${clip(text)}"`, line: lineNumber(reader)};
  }
  return {kind: 'add', path, content: content.map(text => `${text}\n`).join(''), line};
}

function readUpdated(reader: Reader, path: string, line: number): FileChange | PatchProblem {
  const moved = /^\*\*\* Move to: *(.*)$/.exec(atEnd(reader) ? '' : current(reader).trim());
  if (moved !== null) reader.at++;
  if (moved?.[1] === '') return {problem: '"*** Move to:" names no file', line: lineNumber(reader) - 1};
  const chunks: Chunk[] = [];
  while (!atFileMarker(reader)) {
    if (current(reader).trim() === '' && onlyBlanksLeft(reader)) {
      reader.at++;
      continue;
    }
    const chunk = readChunk(reader);
    if ('problem' in chunk) return chunk;
    chunks.push(chunk);
  }
  const to = moved?.[1] ?? null;
  if (chunks.length === 0 && to === null) return {problem: `"*** Update File: ${path}" has no chunk`, line};
  return {kind: 'update', path, to, chunks, line};
}

function readChunk(reader: Reader): Chunk | PatchProblem {
  const line = lineNumber(reader);
  const headers: string[] = [];
  for (; !atFileMarker(reader) && current(reader).startsWith('@@'); reader.at++) headers.push(headerOf(current(reader)));
  const lines: ChunkLine[] = [];
  for (; !atFileMarker(reader) && !current(reader).startsWith('@@') && current(reader).trim() !== END_OF_FILE; reader.at++) {
    const text = current(reader);
    if (text === '' && onlyBlanksLeft(reader)) break;
    const read = chunkLine(text);
    if (read === null)
      return {problem: `a line of a chunk begins with " ", "-", "+" or "@@", but this is "${clip(text)}"`, line: lineNumber(reader)};
    lines.push(read);
  }
  const endOfFile = !atEnd(reader) && current(reader).trim() === END_OF_FILE;
  if (endOfFile) reader.at++;
  if (lines.every(({op}) => op === ' ')) return {problem: 'this chunk changes nothing: it has no "-" and no "+" line', line};
  return {headers: headers.filter(header => header !== ''), lines, end_of_file: endOfFile, line};
}

const END_OF_FILE = '*** End of File';

/** `@@ -1,3 +1,4 @@ name` is a habit from unified diffs: the numbers say nothing here. */
function headerOf(line: string): string {
  const rest = line
    .slice(2)
    .trim()
    .replace(/^-\d+(,\d+)? \+\d+(,\d+)?( @@)?/, '');
  return rest.replace(/@@$/, '').trim();
}

function chunkLine(text: string): ChunkLine | null {
  if (text === '') return {op: ' ', text: ''};
  const op = text.charAt(0);
  return op === ' ' || op === '-' || op === '+' ? {op, text: text.slice(1)} : null;
}

function atEnd(reader: Reader): boolean {
  return reader.at >= reader.lines.length;
}

function atFileMarker(reader: Reader): boolean {
  return atEnd(reader) || /^\*\*\* (Add|Update|Delete) File:/.test(current(reader));
}

/** Blank lines before the next file or the end belong to no chunk. */
function onlyBlanksLeft(reader: Reader): boolean {
  let at = reader.at;
  while (at < reader.lines.length && (reader.lines[at] ?? '').trim() === '') at++;
  return atFileMarker({...reader, at});
}

function current(reader: Reader): string {
  return reader.lines[reader.at] ?? '';
}

function lineNumber(reader: Reader): number {
  return reader.at + reader.offset;
}

/** The order of two changes to one file would be a guess. */
function twice(changes: Patch): PatchProblem | null {
  const lines = new Map<string, number>();
  for (const change of changes) {
    for (const path of [change.path, ...(change.kind === 'update' && change.to !== null ? [change.to] : [])]) {
      const earlier = lines.get(path);
      if (earlier !== undefined)
        return {problem: `${path} is named twice (first in line ${earlier}): put all its chunks under one header`, line: change.line};
      lines.set(path, change.line);
    }
  }
  return null;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
