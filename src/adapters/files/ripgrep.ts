import {spawn, type ChildProcess} from 'node:child_process';
import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Failure} from '../../core/vocabulary/block.ts';
import {partAround, partText} from '../../core/text/part-around.ts';
import type {GrepHit, GrepQuery, LineQuery, Search} from '../../ports/search.ts';
import {failure, isSystemError} from './fs-failure.ts';
import {globFiles, ignoreEnvironment} from './listing.ts';
import {globFilter, namePrefilter} from './glob-filter.ts';
import {hitsOf, splitLines, type RawLine} from './rg-records.ts';

/** Search through the packaged ripgrep; listing through git where the folder is in a repository. */
export function ripgrepSearch(): Search {
  return {grep, lines, matching, glob: (query, signal) => globFiles(query, rgPath, signal)};
}

type Failed = {failure: Failure};

/** No configuration of the user's, no `.git` in any spelling, hidden files as any others. */
const ALWAYS = ['--no-config', '--hidden', '--no-follow', '--no-require-git', '--iglob=!.git'];

async function rgPath(): Promise<string | Failed> {
  try {
    return (await import('@vscode/ripgrep')).rgPath;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure('no-search-program', `The packaged ripgrep is not installed: ${why}`, 'Run npm install again; agent doctor checks it.');
  }
}

async function* grep(query: GrepQuery, signal: AbortSignal): AsyncGenerator<GrepHit | Failed> {
  const keep = await globFilter(query.globs);
  const folder = await folderOf(query.path);
  const target = folder === query.path ? '.' : `./${basename(query.path)}`;
  const prefilter = namePrefilter(query.globs).flatMap(glob => ['--type-add', `wanted:${glob}`]);
  const only = prefilter.length > 0 ? [...prefilter, '--type', 'wanted'] : [];
  const options = [...ALWAYS, '--sort=path', `--context=${query.context}`, ...only, ...patternOptions(query)];
  for await (const hit of search({options, target, cwd: folder, input: null}, signal)) {
    if ('failure' in hit) yield hit;
    else if (target !== '.') yield {...(await withText(hit, query.path)), path: ''};
    else if (keep(hit.path)) yield await withText(hit, join(folder, hit.path));
  }
}

/** What a very long line holds around its match, read where it stands. */
async function withText(hit: GrepHit, file: string): Promise<GrepHit> {
  if (hit.long === undefined) return hit;
  const {start, match} = hit.long;
  const range = partAround(match);
  const opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) =>
    isSystemError(error) ? null : Promise.reject(error),
  );
  if (opened === null) return {...hit, text: '(a line of many megabytes)'};
  try {
    const bytes = Buffer.alloc(range.end - range.start);
    const {bytesRead} = await opened.read(bytes, 0, bytes.length, start + range.start);
    return {...hit, text: partText(bytes.subarray(0, bytesRead), match)};
  } finally {
    await opened.close();
  }
}

async function* lines(bytes: AsyncIterable<Uint8Array>, query: LineQuery, signal: AbortSignal): AsyncGenerator<GrepHit | Failed> {
  const options = ['--no-config', '--text', ...patternOptions(query)];
  for await (const hit of search({options, target: '-', cwd: '/', input: bytes}, signal)) yield 'failure' in hit ? hit : {...hit, path: ''};
}

/** Only the numbers come back, so that a line of any length costs nothing here. */
async function* matching(bytes: AsyncIterable<Uint8Array>, query: LineQuery, signal: AbortSignal): AsyncGenerator<number | Failed> {
  const {pattern, literal, ignore_case} = query;
  const how = [...(literal ? ['--fixed-strings'] : []), ...(ignore_case ? ['--ignore-case'] : []), `--regexp=${pattern}`];
  const options = [
    '--no-config',
    '--text',
    '--encoding=none',
    '--crlf',
    '--line-number',
    '--no-heading',
    '--color=never',
    '--line-buffered',
  ];
  for await (const line of ripgrep({options: [...options, '--max-columns=1', ...how], target: '-', cwd: '/', input: bytes}, signal))
    yield 'failure' in line ? line : Number.parseInt(line.bytes.toString('latin1'), 10);
}

function patternOptions({pattern, literal, ignore_case}: LineQuery): string[] {
  const across = pattern.includes('\n') || (!literal && /(?<!\\)(\\\\)*\\n/.test(pattern));
  return [
    ...(literal ? ['--fixed-strings'] : []),
    ...(ignore_case ? ['--ignore-case'] : []),
    ...(across ? ['--multiline'] : []),
    `--regexp=${pattern}`,
  ];
}

async function folderOf(path: string): Promise<string> {
  const {stat} = await import('node:fs/promises');
  return (await stat(path)).isDirectory() ? path : dirname(path);
}

type Run = {options: readonly string[]; target: string; cwd: string; input: AsyncIterable<Uint8Array> | null};

async function* search({options, ...run}: Run, signal: AbortSignal): AsyncGenerator<GrepHit | Failed> {
  for await (const line of ripgrep({options: ['--json', ...options], ...run}, signal)) {
    if ('failure' in line) yield line;
    else yield* hitsOf(line);
  }
}

async function* ripgrep({options, target, cwd, input}: Run, signal: AbortSignal): AsyncGenerator<RawLine | Failed> {
  const program = await rgPath();
  if (typeof program !== 'string') return yield program;
  if (signal.aborted) return;
  const child = spawn(program, ['--no-messages', ...options, '--', target], {
    cwd,
    env: ignoreEnvironment(),
    stdio: 'pipe',
    signal,
    killSignal: 'SIGKILL',
  });
  const ended = endOf(child);
  const fed = feed(child, input);
  try {
    for await (const line of splitLines(child.stdout)) {
      if (signal.aborted) return;
      yield line;
    }
    const {code, words} = await ended;
    const broken = await fed;
    if (broken !== null) throw broken;
    if (code === 2 && words !== '') yield failure('bad-pattern', words, 'Mend the pattern, or search for it literally.');
  } finally {
    child.kill('SIGKILL');
    await Promise.all([ended, fed]);
  }
}

/** Settles when the process is gone; an abort ends it and is no error of its own here. */
async function endOf(child: ChildProcess): Promise<{code: number | null; words: string}> {
  let words = '';
  child.stderr?.on('data', (bytes: Buffer) => (words = (words + bytes.toString('utf8')).slice(0, 2_000)));
  child.on('error', error => (words ||= error.message));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return {code, words: words.replace(/^rg: /, '').trim()};
}

/** Writes the bytes to rg's stdin; answers what went wrong in their source. A rg that ends early breaks the pipe; that is no failure. */
async function feed(child: ChildProcess, input: AsyncIterable<Uint8Array> | null): Promise<Error | null> {
  if (child.stdin === null) return null;
  try {
    await pipeline(Readable.from(input ?? []), child.stdin);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return isBrokenPipe(error) ? null : error;
  }
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(String(error.code));
}
