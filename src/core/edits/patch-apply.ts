import {linesOf, type Line} from './lines.ts';
import {nearestMatch, type Nearest} from './nearest-match.ts';
import type {Chunk} from './patch-parse.ts';
import {eolOf} from './text-form.ts';
import {matchWindow, placed, type Rung, type WindowMatch} from './window-match.ts';

export type Applied =
  /** One entry a chunk: the 1-based line where it stood in the text before, and how it was found. */
  | {kind: 'applied'; text: string; chunks: readonly {first: number; rung: Rung; shift: string | null}[]}
  /** `line` is the chunk's line in the patch. */
  | {kind: 'failed'; line: number; problem: string; nearest: Nearest | null};

/** Applies chunks in order, each after the one before it. `exact` allows no rung of the ladder but the first. Context lines stay as the file has them. */
export function applyChunks(text: string, chunks: readonly Chunk[], options: {exact: boolean}): Applied {
  const lines = linesOf(text);
  const state: State = {
    lines,
    texts: lines.map(line => line.text),
    newline: eolOf(text) === 'crlf' ? '\r\n' : '\n',
    rungs: options.exact ? ['exact'] : LADDER,
    at: 0,
    out: [],
  };
  const found: {first: number; rung: Rung; shift: string | null}[] = [];
  for (const chunk of chunks) {
    const place = locate(state, chunk);
    if ('problem' in place) return {kind: 'failed', line: chunk.line, ...place};
    const problem = take(state, place);
    if (problem !== null) return {kind: 'failed', line: chunk.line, problem, nearest: null};
    const words = place.match.shift?.words ?? 'none';
    found.push({first: place.match.at + 1, rung: place.rung, shift: words === 'none' ? null : words});
  }
  return {kind: 'applied', text: joined(state), chunks: found};
}

type Piece = Pick<Line, 'text' | 'end'>;
type State = {lines: readonly Line[]; texts: readonly string[]; newline: '\n' | '\r\n'; rungs: readonly Rung[]; at: number; out: Piece[]};
type Problem = {problem: string; nearest: Nearest | null};
type Located = {match: WindowMatch; rung: Rung; chunk: Chunk};

const LADDER: readonly Rung[] = ['exact', 'trailing space', 'indentation', 'look-alike characters'];

function locate(state: State, chunk: Chunk): Located | Problem {
  const start = afterHeaders(state, chunk.headers);
  if (typeof start !== 'number') return start;
  const written = oldLines(chunk);
  if (written.length === 0) return insertion(state, chunk, start);
  const search = {from: start, rungs: state.rungs};
  const found = matchWindow(state.texts, written, search);
  if (found !== null) return chosen(state, chunk, {...found, rung: found.rung});
  const shorter = withoutTrailingBlank(chunk);
  if (shorter !== null) return locate(state, shorter);
  return missing(state, written, start);
}

/** The line of the innermost header, or where the last chunk ended. The header's line may be the first line of the context. */
function afterHeaders(state: State, headers: readonly string[]): number | Problem {
  let at = state.at;
  let from = state.at;
  for (const header of headers) {
    const found = headerLine(state.texts, header, from);
    if (found === -1) return {problem: `no line after line ${from} reads "${header}" (from its @@)`, nearest: null};
    at = found;
    from = found + 1;
  }
  return at;
}

function headerLine(texts: readonly string[], header: string, from: number): number {
  const wanted = header.trim();
  const tests: ((line: string) => boolean)[] = [
    line => line.trim() === wanted,
    line => line.trim().startsWith(wanted),
    line => line.includes(wanted),
  ];
  return tests.map(test => texts.findIndex((line, index) => index >= from && test(line))).find(index => index !== -1) ?? -1;
}

function oldLines(chunk: Chunk): string[] {
  return chunk.lines.filter(({op}) => op !== '+').map(({text}) => text);
}

/** A chunk of added lines only needs something to hold on to. */
function insertion(state: State, chunk: Chunk, start: number): Located | Problem {
  const at = chunk.end_of_file || state.lines.length === 0 ? state.lines.length : chunk.headers.length > 0 ? start + 1 : null;
  if (at === null)
    return {problem: 'it only adds lines: give a context line around them, an @@ header before them, or "*** End of File"', nearest: null};
  return {match: {at, shift: null}, rung: 'exact', chunk};
}

function chosen(state: State, chunk: Chunk, {rung, matches}: {rung: Rung; matches: readonly WindowMatch[]}): Located | Problem {
  const length = oldLines(chunk).length;
  const last = chunk.end_of_file ? matches.find(({at}) => at + length === state.lines.length) : undefined;
  const [first, second] = matches;
  const match = last ?? (second === undefined || (chunk.headers.length > 0 && rung === 'exact') ? first : undefined);
  if (match !== undefined) return {match, rung, chunk};
  const places = matches
    .slice(0, 10)
    .map(({at}) => at + 1)
    .join(', ');
  return {problem: `its lines stand in ${matches.length} places (lines ${places}): add more context or an @@ header`, nearest: null};
}

/** Models often end a chunk with a blank line that is not there. */
function withoutTrailingBlank(chunk: Chunk): Chunk | null {
  const last = chunk.lines.at(-1);
  return last?.op === ' ' && last.text.trim() === '' && chunk.lines.length > 1 ? {...chunk, lines: chunk.lines.slice(0, -1)} : null;
}

function missing(state: State, written: readonly string[], start: number): Problem {
  const earlier = start > 0 ? matchWindow(state.texts, written, {from: 0, rungs: state.rungs}) : null;
  const [before] = earlier?.matches ?? [];
  if (before !== undefined && before.at < start)
    return {
      problem: `its lines stand in line ${before.at + 1}, before the chunk or header above it: put the chunks in the file's order`,
      nearest: null,
    };
  return {
    problem: `its context and "-" lines are not in the file${start > 0 ? ` after line ${start}` : ''}`,
    nearest: nearestMatch(state.texts, written),
  };
}

/** Copies what stands before the chunk, then the chunk's outcome. */
function take(state: State, {match, chunk}: Located): string | null {
  const added = placed(
    chunk.lines.filter(({op}) => op === '+').map(({text}) => text),
    match,
  );
  if (added === null)
    return "its lines were found with another indentation, which an added line cannot follow: it is indented less. Give the file's own indentation";
  state.out.push(...state.lines.slice(state.at, match.at));
  const [news, olds] = [added.values(), state.lines.slice(match.at).values()];
  const end = lineEndAt(state, match.at);
  for (const {op} of chunk.lines) {
    if (op === '+') state.out.push({text: news.next().value ?? '', end});
    else {
      const line = olds.next().value;
      if (op === ' ' && line !== undefined) state.out.push(line);
    }
  }
  state.at = match.at + oldLines(chunk).length;
  return null;
}

function lineEndAt(state: State, at: number): '\n' | '\r\n' {
  const own = (state.lines[at] ?? state.lines[at - 1])?.end ?? '';
  return own === '' ? state.newline : own;
}

/** A last line without a line end stays one, and no line before it does. */
function joined(state: State): string {
  const pieces = [...state.out, ...state.lines.slice(state.at)];
  const unterminated = state.lines.length > 0 && state.lines.at(-1)?.end === '';
  const ended = pieces.map((piece, index) => {
    if (index < pieces.length - 1 || !unterminated) return piece.text + (piece.end === '' ? state.newline : piece.end);
    return piece.text;
  });
  return ended.join('');
}
