import type {Candidate, Middle} from './middle.ts';
import type {Run} from './runs.ts';

/** Where each number of a candidate stands in its row. */
export const Column = {
  number: 0,
  start: 1,
  length: 2,
  terminated: 3,
  /** How many bytes of the line's begin are held, and of its end where it is too long to be held whole. */
  head: 4,
  tail: 5,
  points: 6,
  traits: 7,
  exact: 8,
  shape: 9,
  opening: 10,
  nth: 11,
} as const;
export const columns = 12;

/** Rows as above, but in place of the hashes of a line's exact form and opening how often the stream has them; `shapes` says it of the shapes. */
export type Packing = Omit<Middle, 'candidates'> & {rows: Float64Array; shapes: Float64Array; bytes: Uint8Array};

/** A middle in one piece of memory, which can be handed to another thread. */
export function packMiddle({rows, shapes, runs, bytes, failures, warnings}: Packing): Uint8Array<ArrayBuffer> {
  const numbers = header + rows.length + shapes.length + 2 * runs.length;
  const packed = new ArrayBuffer(8 * numbers + bytes.length);
  const table = new Float64Array(packed, 0, numbers);
  table.set([shapes.length, runs.length, failures, warnings]);
  table.set(rows, header);
  table.set(shapes, header + rows.length);
  for (const [at, {first, last}] of runs.entries()) table.set([first, last], header + rows.length + shapes.length + 2 * at);
  new Uint8Array(packed, 8 * numbers).set(bytes);
  return new Uint8Array(packed);
}

/** The lines are views of the packed memory. */
export function unpackMiddle({buffer}: Uint8Array<ArrayBuffer>): Middle {
  const [count = 0, runCount = 0, failures = 0, warnings = 0] = new Float64Array(buffer, 0, header);
  const numbers = new Float64Array(buffer, 8 * header, count * (columns + 1) + 2 * runCount);
  const afterRows = count * columns;
  const runs = Array.from({length: runCount}, (_, at): Run => {
    const place = afterRows + count + 2 * at;
    return {first: numbers[place]!, last: numbers[place + 1]!};
  });
  let from = 8 * (header + numbers.length);
  const held = (size: number): Buffer => Buffer.from(buffer, (from += size) - size, size);
  const candidates = Array.from({length: count}, (_, at): Candidate => {
    const row = numbers.subarray(at * columns, (at + 1) * columns);
    return candidateOf(row, {shapes: numbers[afterRows + at]!, head: held(row[Column.head]!), end: held(row[Column.tail]!)});
  });
  return {candidates, runs, failures, warnings};
}

function candidateOf(row: Float64Array, {shapes, head, end}: {shapes: number; head: Buffer; end: Buffer}): Candidate {
  const of = (column: number): number => row[column]!;
  const place = {number: of(Column.number), start: of(Column.start), terminated: of(Column.terminated) === 1};
  return {
    line: {...place, length: of(Column.length), head, tail: end.length > 0 ? end : null},
    points: of(Column.points),
    traits: of(Column.traits),
    shape: of(Column.shape),
    nth: of(Column.nth),
    times: {shape: shapes, opening: of(Column.opening), exact: of(Column.exact)},
  };
}

const header = 4;
