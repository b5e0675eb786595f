import {chainStart} from '../log/chain.ts';
import {follows, unseal, type Unsealed} from '../log/codec.ts';
import {Lineage, startOf} from '../log/lineage.ts';
import {Lines} from '../log/lines.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {Sha256} from '../vocabulary/ids.ts';

/** Where a line lies in its file: `line` from 1, bytes [start, end) without its 0x0A. */
export type Place = {line: number; start: number; end: number};

/**
 * One line of a log. `sealed` is null where its bytes are not those that its hash is of, `record` also where it is of a format that this build does not
 * read (`newer`). `problem` says what is wrong with it or with its place.
 */
export type Walked = {
  place: Place;
  sealed: {seq: number; hash: Sha256} | null;
  record: Recorded<{type: string}> | null;
  problem: string | null;
  newer: boolean;
};

/** What stands behind the last 0x0A. `damaged` where it is a whole record whose line end alone is not as it was written: no crash leaves that. */
export type Tail = {start: number; bytes: number; damaged: boolean};

/**
 * Walks a log line by line and goes on after what does not fit, so that one bad line is one fault: the lines behind it are measured against
 * the line before it and against what it would have been.
 */
export class LogWalk {
  readonly #lines = new Lines();
  #line = 0;
  #offset = 0;
  /** The records that the next line may follow; a null hash is that of a line whose bytes are lost. */
  #before: readonly {seq: number; hash: Sha256 | null}[];

  readonly #name: string;
  readonly #lineage = new Lineage();

  constructor(name: string) {
    this.#name = name;
    this.#before = [{seq: -1, hash: chainStart(name)}];
  }

  *push(chunk: Uint8Array): Generator<Walked> {
    for (const line of this.#lines.push(chunk)) {
      const place = {line: ++this.#line, start: this.#offset, end: this.#offset + line.length};
      this.#offset = place.end + 1;
      yield {place, ...this.#take(line)};
    }
  }

  /** Null where the log ends with a line end. */
  finish(): Tail | null {
    const rest = this.#lines.rest();
    if (rest.length === 0) return null;
    return {start: this.#offset, bytes: rest.length, damaged: !('why' in unseal(rest.subarray(0, -1)))};
  }

  /** Where the whole of it belongs to another session: which, once it has been walked. */
  strange(name: string): string | null {
    const {owner} = this.#lineage;
    return owner === null || owner === name ? null : `the log up to here is that of session ${owner}`;
  }

  #take(line: Uint8Array): Omit<Walked, 'place'> {
    if (this.#line === 1) this.#before = [{seq: -1, hash: startOf(line, this.#name)}];
    const unsealed = unseal(line);
    if ('why' in unsealed) {
      // It stood where a record belongs, or it was put in between.
      const last = Math.max(...this.#before.map(({seq}) => seq));
      this.#before = [...this.#before, {seq: last + 1, hash: null}].slice(-most);
      return {sealed: null, record: null, problem: unsealed.why, newer: false};
    }
    const placed = this.#placed(unsealed);
    if ('record' in placed) {
      this.#before = [placed.record];
      return {sealed: placed.record, record: placed.record, problem: this.#lineage.take(placed.record), newer: false};
    }
    const {seq, prev, v} = unsealed.value as {seq?: unknown; prev?: unknown; v?: unknown};
    const alone = typeof seq === 'number' ? follows(unsealed, {seq: seq - 1, hash: prev as Sha256}) : placed;
    const own = {seq: typeof seq === 'number' ? seq : (this.#before[0]?.seq ?? -1) + 1, hash: unsealed.hash};
    this.#before = [own, ...this.#before].slice(0, most);
    return {sealed: own, record: 'record' in alone ? alone.record : null, problem: placed.why, newer: typeof v === 'number' && v > 1};
  }

  /** The first reason counts where it follows none of them. */
  #placed(unsealed: Unsealed): ReturnType<typeof follows> {
    const {prev} = unsealed.value as {prev?: unknown};
    const tried = this.#before.map(({seq, hash}) => follows(unsealed, {seq, hash: hash ?? (prev as Sha256)}));
    return tried.find(one => 'record' in one) ?? tried[0]!;
  }
}

/** More would let a log of bad lines be read in quadratic time. */
const most = 8;
