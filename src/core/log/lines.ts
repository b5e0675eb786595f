/**
 * Whole lines out of a byte stream, without their 0x0A, and what is left behind the last one. Splits on byte 0x0A only: U+2028, `\r` and
 * broken UTF-8 end no line.
 */
export class Lines {
  #rest: Uint8Array[] = [];

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      yield this.#join(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
  }

  /** Bytes behind the last 0x0A: empty, or a line that is torn or still being written. */
  rest(): Uint8Array {
    return Buffer.concat(this.#rest);
  }

  #join(end: Uint8Array): Uint8Array {
    if (this.#rest.length === 0) return end;
    const line = Buffer.concat([...this.#rest, end]);
    this.#rest = [];
    return line;
  }
}
