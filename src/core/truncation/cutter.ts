import {createHash} from 'node:crypto';
import type {Hash} from 'node:crypto';
import type {CutPolicy, Excerpt, StreamTotals} from '../vocabulary/excerpt.ts';
import type {Sha256} from '../vocabulary/ids.ts';
import {sniffedBytes} from './binary.ts';
import {bytesWithin, tokensOf} from './estimate.ts';
import {createHead} from './head.ts';
import {layOut} from './layout.ts';
import {lineBytes, wholeBytes} from './limits.ts';
import {countNewlines} from './newlines.ts';
import type {Middle} from './salience/middle.ts';
import {createMiddleReader} from './salience/middle-reader.ts';
import type {MiddleReader} from './salience/middle-reader.ts';
import {createTail} from './tail.ts';

/** One pass over a stream of any length, in constant memory; how it was chunked makes no difference to the result. */
export type Cutter = {
  /** Takes bytes of either pipe as they arrive and returns how many newlines they hold. Keeps no reference to them. */
  push: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => number;
  finish: () => Cut;
};

/** A cutter that does not look at the lines between the first and the last: somebody else does, in another thread perhaps. */
export type EndsCutter = {push: Cutter['push']; finish: () => Ended};

/** The stream has passed. `middle` is asked for only where the stream has to be cut. */
export type Ended = {stdout_sha256: Sha256; cut: (middle: () => Middle | null) => Cut};

/** The receipt without the names of blobs, and the text that is shown. `same` where that text is the stored stream itself. */
export type Cut = Omit<Excerpt, 'blob' | 'view'> & {text: Uint8Array; same: boolean};

/**
 * `label` is how `read_output` knows the stream (a call such as `3.1`); notices name it, so the view depends on it. With `''` they say only what is
 * missing. Of a stream that is the rest of another, `skipped` lines came before: notices count from the first of them.
 */
export function createCutter(policy: CutPolicy, label: string, skipped = 0): Cutter {
  const ends = createEndsCutter(policy, label, skipped);
  const middle = policy.salient ? createLateMiddle(openingBytes(policy), keptOfLine(policy)) : null;
  return {
    push(bytes, stream) {
      middle?.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      return ends.push(bytes, stream);
    },
    finish: () => ends.finish().cut(() => middle?.finish() ?? null),
  };
}

/** See `createCutter`. */
export function createEndsCutter(policy: CutPolicy, label: string, skipped = 0): EndsCutter {
  if (!Number.isSafeInteger(policy.tokens) || policy.tokens < 16)
    throw new RangeError(`a view has at least 16 tokens, not ${policy.tokens}`);
  const line = 4 * lineBytes(policy);
  const head = createHead({lines: policy.head_lines, line, bytes: wholeBytes(policy)});
  const tail = createTail({lines: policy.tail_lines, line, bytes: wholeBytes(policy)});
  const opening = createOpening(openingBytes(policy));
  const totals = createTotals();

  return {
    push(chunk, stream) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const newlines = countNewlines(bytes);
      opening.push(bytes);
      head.push(bytes);
      tail.push(bytes, newlines, totals.stored);
      totals.push(bytes, newlines, stream);
      return newlines;
    },
    finish() {
      const {stored, streams, unterminated, sha256} = totals.finish();
      const ends = {opening: opening.finish(), head: head.finish(), tail: tail.finish(stored)};
      const cut = (middle: () => Middle | null): Cut => {
        const {text, ...layout} = layOut({...ends, ...stored, unterminated, middle}, policy, {label, skipped});
        const bytes = Buffer.from(text);
        const shown = {bytes: bytes.length, lines: linesOf(countNewlines(bytes), bytes.at(-1)), tokens: tokensOf(bytes.length)};
        if (bytes.length > bytesWithin(policy.tokens)) throw new Error(`a view of ${bytes.length} bytes is over its budget`);
        const same = bytes.length === stored.bytes && bytes.equals(ends.opening.subarray(0, stored.bytes));
        return {stdout_sha256: sha256, policy: policy.version, ...layout, streams, total: stored, shown, redactions: 0, text: bytes, same};
      };
      return {stdout_sha256: sha256, cut};
    },
  };
}

/** So much of a line is held by whoever looks at it: as much as can be shown, and as is read of it. */
export function keptOfLine(policy: CutPolicy): number {
  return Math.max(1_280, 4 * lineBytes(policy));
}

function openingBytes(policy: CutPolicy): number {
  return Math.max(sniffedBytes, wholeBytes(policy));
}

/** Nobody looks at lines before it is certain that the stream is too long to be shown whole: a short output costs nothing. */
function createLateMiddle(most: number, keep: number): {push: (bytes: Buffer) => void; finish: () => Middle} {
  const opening = createOpening(most);
  let middle: MiddleReader | null = null;
  const begin = () => {
    middle = createMiddleReader(keep);
    middle.push(opening.finish());
    return middle;
  };
  return {
    push(bytes) {
      if (middle === null && opening.room >= bytes.length) opening.push(bytes);
      else (middle ?? begin()).push(bytes);
    },
    finish: () => (middle ?? begin()).finish(),
  };
}

type Opening = {readonly room: number; push: (bytes: Buffer) => void; finish: () => Buffer};

/** The first bytes of a stream. */
function createOpening(limit: number): Opening {
  const pieces: Buffer[] = [];
  let held = 0;
  return {
    get room() {
      return limit - held;
    },
    push(bytes) {
      if (held >= limit) return;
      pieces.push(Buffer.from(bytes.subarray(0, limit - held)));
      held += pieces.at(-1)!.length;
    },
    finish: () => Buffer.concat(pieces),
  };
}

type Pipe = {bytes: number; newlines: number; last: number | undefined; hash: Hash | null};

/** Counts and hashes the stored stream and each pipe. While only one pipe has spoken its hash is the stream's, and is not made twice. */
function createTotals() {
  const all: Pipe = {bytes: 0, newlines: 0, last: undefined, hash: createHash('sha256')};
  const pipes: Record<'stdout' | 'stderr', Pipe> = {stdout: silent(), stderr: silent()};
  const stored = {bytes: 0, lines: 0};
  const take = (pipe: Pipe, bytes: Buffer, newlines: number) => {
    pipe.bytes += bytes.length;
    pipe.newlines += newlines;
    pipe.last = bytes.at(-1);
    pipe.hash?.update(bytes);
  };
  return {
    /** Bytes and complete lines so far. */
    stored,
    push(bytes: Buffer, newlines: number, stream: 'stdout' | 'stderr') {
      if (bytes.length === 0) return;
      const pipe = pipes[stream];
      const other = pipes[stream === 'stdout' ? 'stderr' : 'stdout'];
      if (pipe.hash === null && other.bytes > 0) {
        other.hash ??= all.hash!.copy();
        pipe.hash = createHash('sha256');
      }
      take(pipe, bytes, newlines);
      take(all, bytes, newlines);
      stored.bytes = all.bytes;
      stored.lines = all.newlines;
    },
    finish() {
      const sha256 = all.hash!.digest('hex') as Sha256;
      const streams = {stdout: totalsOf(pipes.stdout, sha256), stderr: totalsOf(pipes.stderr, sha256)};
      const unterminated = all.bytes > 0 && all.last !== 0x0a;
      return {stored: {bytes: all.bytes, lines: linesOf(all.newlines, all.last)}, streams, unterminated, sha256};
    },
  };
}

function silent(): Pipe {
  return {bytes: 0, newlines: 0, last: undefined, hash: null};
}

function totalsOf(pipe: Pipe, alone: Sha256): StreamTotals {
  const own = pipe.hash ?? (pipe.bytes === 0 ? createHash('sha256') : null);
  return {bytes: pipe.bytes, lines: linesOf(pipe.newlines, pipe.last), sha256: own ? (own.digest('hex') as Sha256) : alone};
}

function linesOf(newlines: number, last: number | undefined): number {
  return newlines + (last === undefined || last === 0x0a ? 0 : 1);
}
