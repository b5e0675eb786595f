import {giveBack} from '../../text/spent-bytes.ts';
import type {Evidence} from './evidence.ts';
import type {LinePlace} from '../held-line.ts';
import {Column, columns} from './packed-middle.ts';

/** As much of a line's bytes as is kept: `head` of them from `at` on, and its last `tail` before `end`. */
export type KeptBytes = {at: number; end: number; head: number; tail: number};

/**
 * Lines that may be worth showing, as rows of numbers, and their bytes in one piece of memory. In a long stream very many are held for a while: objects
 * of their own would cost more than to look at them, and could not go from one thread to another.
 */
export class HeldCandidates {
  count = 0;
  /** How many bytes are held. */
  size = 0;
  private rows: Float64Array<ArrayBuffer> = new Float64Array(64 * columns);
  private memory: Buffer = Buffer.allocUnsafeSlow(16_384);

  add(place: LinePlace, length: number, seen: Readonly<Evidence>, nth: number): void {
    const row = this.count++ * columns;
    if (row === this.rows.length) this.rows = grown(this.rows);
    const {rows} = this;
    rows[row + Column.number] = place.number;
    rows[row + Column.start] = place.start;
    rows[row + Column.terminated] = place.terminated ? 1 : 0;
    rows[row + Column.length] = length;
    rows[row + Column.points] = seen.points;
    rows[row + Column.traits] = seen.traits;
    rows[row + Column.exact] = seen.exact;
    rows[row + Column.shape] = seen.shape;
    rows[row + Column.opening] = seen.opening;
    rows[row + Column.nth] = nth;
  }

  /** The bytes of the line that was added last; copies, since they belong to the caller. */
  keep(bytes: Buffer, {at, end, head, tail}: KeptBytes): void {
    const row = (this.count - 1) * columns;
    this.rows[row + Column.head] = head;
    this.rows[row + Column.tail] = tail;
    while (this.memory.length - this.size < head + tail) this.memory = doubled(this.memory);
    this.size += bytes.copy(this.memory, this.size, at, at + head);
    this.size += bytes.copy(this.memory, this.size, end - tail, end);
  }

  of(index: number, column: number): number {
    return this.rows[index * columns + column]!;
  }

  /** Lets go of every line for which `wanted` is 0. */
  filter(wanted: Uint8Array): void {
    const {rows, memory, count} = this;
    let [kept, from, to] = [0, 0, 0];
    for (let index = 0; index < count; index++) {
      const row = index * columns;
      const size = rows[row + Column.head]! + rows[row + Column.tail]!;
      if (wanted[index] === 1) {
        rows.copyWithin(kept++ * columns, row, row + columns);
        memory.copyWithin(to, from, from + size);
        to += size;
      }
      from += size;
    }
    [this.count, this.size] = [kept, to];
  }

  /** The memory itself: nothing can be added afterwards. */
  finish(): {rows: Float64Array; bytes: Buffer} {
    return {rows: this.rows.subarray(0, this.count * columns), bytes: this.memory.subarray(0, this.size)};
  }

  release(): void {
    giveBack(this.rows);
    giveBack(this.memory);
  }
}

function grown(rows: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(rows.length * 2);
  more.set(rows);
  giveBack(rows);
  return more;
}

function doubled(memory: Buffer): Buffer {
  const more = Buffer.allocUnsafeSlow(memory.length * 2);
  memory.copy(more);
  giveBack(memory);
  return more;
}
