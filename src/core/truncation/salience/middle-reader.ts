import {createEvidenceReader} from './evidence.ts';
import {HeldCandidates} from './held-candidates.ts';
import {createOpenLine} from '../held-line.ts';
import {createKindCounts} from './kind-counts.ts';
import type {Middle} from './middle.ts';
import {Column, columns, packMiddle, unpackMiddle} from './packed-middle.ts';
import {prospect} from './prospect.ts';
import {createRuns} from './runs.ts';
import {Trait} from './traits.ts';

export type MiddleReader = {
  push: (bytes: Buffer) => void;
  finish: () => Middle;
  /** The same in one piece of memory, in place of `finish`. */
  pack: () => Uint8Array<ArrayBuffer>;
};

/** Looks at every line of a stream and holds those that may be worth showing, in constant memory: all of a short stream, the best of a long one. */
export function createMiddleReader(keep: number): MiddleReader {
  const lines = new Lines(keep);
  const open = createOpenLine(keep);
  const takeOpen = (terminated: boolean) => {
    const line = open.take({number: 0, start: 0, terminated});
    const bytes = line.tail ? Buffer.concat([line.head, line.tail]) : line.head;
    lines.terminated = terminated;
    lines.take(bytes, 0, bytes.length, line.length);
  };
  const pack = () => {
    if (open.length > 0) takeOpen(false);
    return lines.pack();
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
        lines.take(bytes, from, end);
        from = end + 1;
      }
      if (from < bytes.length) open.add(bytes.subarray(from));
    },
    finish: () => unpackMiddle(pack()),
    pack,
  };
}

/** A class for its speed: it takes every line of every output. */
class Lines {
  /** The next line ends in a newline: only the last one may not. */
  terminated = true;
  private readonly read = createEvidenceReader();
  private readonly shapes = createKindCounts();
  private readonly exacts = createKindCounts();
  private readonly openings = createKindCounts();
  private readonly runs = createRuns();
  private readonly held = new HeldCandidates();
  private readonly kept: number;
  private threshold = -Infinity;
  private hotUntil = 0;
  private number = 0;
  private start = 0;
  private failures = 0;
  private warnings = 0;

  constructor(keep: number) {
    this.kept = keep;
  }

  /** `bytes` from `at` to `end` is the line, or as much of both its ends as is kept of it. No object is made for most lines. */
  take(bytes: Buffer, at: number, end: number, length = end - at): void {
    const number = ++this.number;
    const seen = this.read(bytes, at, end);
    const nth = this.shapes.add(seen.shape);
    const times = this.exacts.add(seen.exact);
    this.openings.add(seen.opening);
    this.runs.add(number, seen.exact);
    const value = prospect(seen, nth, times);
    if (value >= hot) this.hotUntil = number + reach;
    if (value >= this.threshold || number <= this.hotUntil) {
      const half = this.kept >> 1;
      this.held.add({number, start: this.start, terminated: this.terminated}, length, seen, nth);
      this.held.keep(bytes, length > this.kept ? {at, end, head: half, tail: half} : {at, end, head: length, tail: 0});
      if (this.held.count > mostCandidates || this.held.size > mostBytes) this.compact();
    }
    if (seen.traits & Trait.failure) this.failures++;
    else if (seen.traits & Trait.warning) this.warnings++;
    this.start += length + 1;
  }

  /** Lets go of the less promising half. */
  private compact(): void {
    const {held} = this;
    const values = this.values();
    this.threshold = values.toSorted()[values.length >> 1]! + 1;
    let until = -1;
    const wanted = Uint8Array.from(values, (value, at) => {
      const number = held.of(at, Column.number);
      if (value >= hot) until = number + reach;
      return value >= this.threshold || number <= until ? 1 : 0;
    });
    held.filter(wanted);
    if (held.count > mostCandidates >> 1 || held.size > mostBytes >> 1)
      held.filter(Uint8Array.from({length: held.count}, (_, at) => 1 - (at % 2)));
  }

  private values(): Int32Array {
    const {held, shapes, exacts} = this;
    return Int32Array.from({length: held.count}, (_, at) =>
      prospect({points: held.of(at, Column.points)}, shapes.of(held.of(at, Column.shape)), exacts.of(held.of(at, Column.exact))),
    );
  }

  pack(): Uint8Array<ArrayBuffer> {
    const {rows, bytes} = this.held.finish();
    const shapes = Float64Array.from({length: this.held.count}, (_, at) => this.shapes.of(this.held.of(at, Column.shape)));
    for (let row = 0; row < rows.length; row += columns) {
      rows[row + Column.exact] = this.exacts.of(rows[row + Column.exact]!);
      rows[row + Column.opening] = this.openings.of(rows[row + Column.opening]!);
    }
    const packed = packMiddle({rows, shapes, bytes, runs: this.runs.finish(), failures: this.failures, warnings: this.warnings});
    for (const spent of [this.held, this.shapes, this.exacts, this.openings]) spent.release();
    return packed;
  }
}

/** Lines this promising take those after them along. */
const hot = 30;
const reach = 12;
const mostCandidates = 24_576;
const mostBytes = 4 * 1_024 * 1_024;
