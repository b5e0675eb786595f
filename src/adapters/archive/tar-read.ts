import {ArchiveRefused} from '../../ports/archive.ts';
import {blockBytes, fillOf, parseHeader, paxSize, type Header} from './tar-header.ts';

export type Entry = {name: string; bytes: number; content: AsyncGenerator<Uint8Array>};

/** The files of a tar, one after the other. What is not a plain file, not whole, or stands behind the end, is refused. */
export async function* tarEntries(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const bytes = new Pull(stream);
  for (let header = await nextHeader(bytes); header !== null; header = await nextHeader(bytes)) {
    const content = bytes.some(header.bytes);
    yield {name: header.name, bytes: header.bytes, content};
    // Whoever did not read all of it did not want it; the next header stands behind it.
    for await (const _ of content);
    if ((await bytes.exactly(fillOf(header.bytes))).some(byte => byte !== 0))
      throw damaged(`what fills up ${JSON.stringify(header.name)} is not zeros`);
  }
  await nothingMore(bytes);
}

export const damaged = (why: string, cause?: unknown): ArchiveRefused => new ArchiveRefused('damaged', why, {cause});

/** Null at the end: a block of zeros. */
async function nextHeader(bytes: Pull): Promise<Header | null> {
  const header = await readHeader(bytes);
  if (header === null || header.type === '0') return header;
  if (header.bytes > blockBytes) throw damaged('a record before a file is too long');
  const size = paxSize(await bytes.exactly(header.bytes));
  await bytes.exactly(fillOf(header.bytes));
  if (typeof size !== 'number') throw damaged(size.why);
  const file = await readHeader(bytes);
  if (file === null || file.type !== '0') throw damaged('a record says the size of a file that does not follow');
  return {...file, bytes: size};
}

async function readHeader(bytes: Pull): Promise<Header | null> {
  const block = await bytes.exactly(blockBytes);
  if (block.every(byte => byte === 0)) return null;
  const header = parseHeader(block);
  if ('why' in header) throw damaged(header.why);
  return header;
}

/** A second block of zeros, and as many more as some programs fill a tape's record with. */
async function nothingMore(bytes: Pull): Promise<void> {
  if ((await bytes.exactly(blockBytes)).some(byte => byte !== 0)) throw damaged('it does not end as a tar does');
  let more = 0;
  for await (const piece of bytes.rest()) {
    more += piece.length;
    if (more > mostFill || piece.some(byte => byte !== 0)) throw damaged('something stands behind its end');
  }
}

const mostFill = 20 * blockBytes;

/** A stream, taken in pieces of the length that is asked for. */
class Pull {
  readonly #stream: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this.some(length)));
  }

  /** So many bytes, in the pieces that they come in. */
  async *some(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      const piece = await this.#piece();
      if (piece === null) throw damaged('it ends too early: it was not copied whole');
      const part = piece.subarray(0, left);
      this.#held = piece.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.#piece(); piece !== null; piece = await this.#piece()) {
      this.#held = Buffer.alloc(0);
      yield piece;
    }
  }

  async #piece(): Promise<Buffer | null> {
    while (this.#held.length === 0) {
      const next = await this.#stream.next();
      if (next.done === true) return null;
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
    }
    return this.#held;
  }
}
