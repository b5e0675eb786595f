import type {Failure} from '../core/vocabulary/block.ts';

/**
 * Finding text and names in the session's files; what git ignores is left out, `.git` is never searched, symlinks are never followed.
 * Ending the iteration early ends the search program. A pattern that does not parse is `code: 'bad-pattern'` with the program's own words.
 */
export type Search = {
  /** Hits in order of path, then line. */
  grep: (query: GrepQuery, signal: AbortSignal) => AsyncIterable<GrepHit | {failure: Failure}>;
  /** The matching lines of a byte stream of any length, in linear time and constant memory; `path` is ''. */
  lines: (bytes: AsyncIterable<Uint8Array>, query: LineQuery, signal: AbortSignal) => AsyncIterable<GrepHit | {failure: Failure}>;
  /**
   * The 1-based numbers of the lines that match, ascending, each once: what `lines` finds, for lines of any length. A pattern matches within
   * one line; a `\r` before the line end is not part of it.
   */
  matching: (bytes: AsyncIterable<Uint8Array>, query: LineQuery, signal: AbortSignal) => AsyncIterable<number | {failure: Failure}>;
  /** Files, relative to `folder`, sorted in code-unit order. A pattern without `/` matches at any depth. */
  glob: (query: {patterns: readonly string[]; folder: string}, signal: AbortSignal) => AsyncIterable<string | {failure: Failure}>;
};

/** `pattern` is a regular expression of ripgrep's dialect unless `literal`. */
export type LineQuery = {pattern: string; literal: boolean; ignore_case: boolean};

/** `path` is absolute and already resolved: a folder, or one file. `globs` are relative to it; one that begins with `!` leaves files out. */
export type GrepQuery = LineQuery & {path: string; globs: readonly string[]; context: number};

/**
 * `path` is relative to the query's folder ('' for a query on one file). `at` is where in `text` the first match begins; 0 in a context line.
 * `long` is of a line of many megabytes, which is not held: the byte where the line begins in what was searched, and the byte of the line where
 * the match begins, both from 0. Its `text` is the part around that, and empty where a stream was searched.
 */
export type GrepHit = {
  path: string;
  line: number;
  text: string;
  kind: 'match' | 'context';
  at: number;
  long?: {start: number; match: number};
};
