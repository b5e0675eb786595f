import {createEvidenceReader} from './evidence.ts';
import {Trait} from './traits.ts';
import type {Evidence} from './evidence.ts';
import {createOpenLine, holdLine} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {createKindCounts} from './kind-counts.ts';
import {prospect} from './prospect.ts';
import {createRuns} from './runs.ts';
import type {Run} from './runs.ts';

/** A line that may be worth showing, with what its bytes and the stream say of it. */
export type Candidate = Omit<Evidence, 'exact' | 'opening'> & {
  line: HeldLine;
  /** How many of its shape there were up to it, itself included. */
  nth: number;
  /** How many lines the whole stream has of its shape, of its opening, and of its exact form. */
  times: {shape: number; opening: number; exact: number};
};

/** What is known of a stream's lines once it has passed. Plain data: it may have been made in another thread. */
export type Middle = {
  /** Ascending. */
  candidates: readonly Candidate[];
  runs: readonly Run[];
  /** Lines that speak of a failure, and others that warn. */
  failures: number;
  warnings: number;
};

type Held = Evidence & {line: HeldLine; nth: number};

/** Looks at every line of a stream and holds those that may be worth showing, in constant memory: all of a short stream, the best of a long one. */
export function createMiddle(keep: number): {push: (bytes: Buffer) => void; finish: () => Middle} {
  const read = createEvidenceReader();
  const shapes = createKindCounts();
  const exacts = createKindCounts();
  const openings = createKindCounts();
  const runs = createRuns();
  const open = createOpenLine(keep);
  let candidates: Held[] = [];
  let [held, threshold, hotUntil] = [0, -Infinity, 0];
  let [number, start, failures, warnings] = [0, 0, 0, 0];

  /** `bytes` from `at` to `end` is the line, or as much of both its ends as is kept of it. */
  const take = (bytes: Buffer, at: number, end: number, length: number, terminated: boolean) => {
    number++;
    const seen = read(bytes, at, end);
    const nth = shapes.add(seen.shape);
    const times = exacts.add(seen.exact);
    openings.add(seen.opening);
    runs.add(number, seen.exact);
    const value = prospect(seen, nth, times);
    if (value >= hot) hotUntil = number + reach;
    if (value >= threshold || number <= hotUntil) {
      const place = {number, start, terminated};
      const line = length > keep ? heldLong(bytes, {place, at, end, length}, keep) : holdLine(place, bytes.subarray(at, end), keep);
      const {points, traits, exact, shape, opening} = seen;
      candidates.push({line, points, traits, exact, shape, opening, nth});
      held += end - at;
      if (candidates.length > mostCandidates || held > mostBytes) compact();
    }
    if (seen.traits & Trait.failure) failures++;
    else if (seen.traits & Trait.warning) warnings++;
    start += length + 1;
  };
  const compact = () => {
    const values = Int32Array.from(candidates, each => prospect(each, shapes.of(each.shape), exacts.of(each.exact)));
    const sorted = values.toSorted();
    threshold = sorted[sorted.length >> 1]! + 1;
    let until = -1;
    candidates = candidates.filter(({line}, at) => {
      if (values[at]! >= hot) until = line.number + reach;
      return values[at]! >= threshold || line.number <= until;
    });
    if (candidates.length > mostCandidates >> 1 || held > mostBytes >> 1) candidates = candidates.filter((_, at) => at % 2 === 0);
    held = candidates.reduce((sum, {line}) => sum + Math.min(line.length, keep), 0);
  };
  const takeOpen = (terminated: boolean) => {
    const line = open.take({number: 0, start: 0, terminated});
    const bytes = line.tail ? Buffer.concat([line.head, line.tail]) : line.head;
    take(bytes, 0, bytes.length, line.length, terminated);
  };

  return {
    push(bytes) {
      let from = 0;
      if (open.length > 0) {
        const end = bytes.indexOf(0x0a);
        open.add(end < 0 ? bytes : bytes.subarray(0, end));
        if (end < 0) return;
        takeOpen(true);
        from = end + 1;
      }
      for (let end = bytes.indexOf(0x0a, from); end >= 0; end = bytes.indexOf(0x0a, from)) {
        take(bytes, from, end, end - from, true);
        from = end + 1;
      }
      if (from < bytes.length) open.add(bytes.subarray(from));
    },
    finish() {
      if (open.length > 0) takeOpen(false);
      const known = candidates.map(({exact, opening, ...each}) => ({
        ...each,
        times: {shape: shapes.of(each.shape), opening: openings.of(opening), exact: exacts.of(exact)},
      }));
      return {candidates: known, runs: runs.finish(), failures, warnings};
    },
  };
}

function heldLong(
  bytes: Buffer,
  {place, at, end, length}: {place: {number: number; start: number; terminated: boolean}; at: number; end: number; length: number},
  keep: number,
): HeldLine {
  const half = keep >> 1;
  return {...place, length, head: Buffer.from(bytes.subarray(at, at + half)), tail: Buffer.from(bytes.subarray(end - half, end))};
}

/** Lines this promising take those after them along. */
const hot = 30;
const reach = 12;
const mostCandidates = 24_576;
const mostBytes = 4 * 1_024 * 1_024;
