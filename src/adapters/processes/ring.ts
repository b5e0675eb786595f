type Piece = {stream: 'stdout' | 'stderr'; bytes: Uint8Array};

/** The newest bytes of two streams, in arrival order, up to a limit; older ones are dropped and counted. */
export class Ring {
  readonly #limit: number;
  #pieces: Piece[] = [];
  #size = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get empty(): boolean {
    return this.#size === 0;
  }

  push(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    // Joined, or a program that prints byte by byte would cost a hundred times what it printed.
    if (last?.stream === stream && last.bytes.length + bytes.length <= joined) last.bytes = Buffer.concat([last.bytes, bytes]);
    else this.#pieces.push({stream, bytes});
    this.#size += bytes.length;
    while (this.#size > this.#limit) this.#dropOldest(this.#size - this.#limit);
  }

  /** Empties it. `dropped` counts since the last take. */
  take(): {output: Piece[]; dropped: number} {
    const taken = {output: this.#pieces, dropped: this.#dropped};
    this.#pieces = [];
    this.#size = 0;
    this.#dropped = 0;
    return taken;
  }

  #dropOldest(excess: number): void {
    const [oldest] = this.#pieces;
    if (oldest === undefined) return;
    const gone = Math.min(excess, oldest.bytes.length);
    if (gone === oldest.bytes.length) this.#pieces.shift();
    else oldest.bytes = oldest.bytes.subarray(gone);
    this.#size -= gone;
    this.#dropped += gone;
  }
}

const joined = 16 * 1024;
