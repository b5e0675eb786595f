import type {LineReader} from '../../ports/line-reader.ts';
import type {Answered} from './line-messages.ts';
import type {Hearer, RunningThread} from './running-thread.ts';

type Packed = Uint8Array<ArrayBuffer>;

/** A stream on its way to the thread: copied into buffers that go over when they are full, and come back to be filled again. */
export class LineStream implements LineReader, Hearer {
  readonly #thread: RunningThread;
  readonly #stream: number;
  readonly #spare: ArrayBuffer[] = [];
  #batch: Packed | null = null;
  #filled = 0;
  #underWay = 0;
  #queue: Promise<void> | undefined;
  #lost = false;
  #over = false;
  /** Whoever waits for a buffer, or for the end. */
  #wake: () => void = () => {};
  #packed: Packed | null = null;

  constructor(thread: RunningThread, keep: number) {
    this.#thread = thread;
    this.#stream = thread.open(this);
    thread.ask({type: 'open', stream: this.#stream, keep});
  }

  push(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#queue) return this.#queued(this.#queue.then(() => this.#take(bytes)));
    const wait = this.#take(bytes);
    return wait && this.#queued(wait);
  }

  async finish(): Promise<Packed | null> {
    if (this.#over) throw new Error('a stream is finished once');
    this.#over = true;
    await this.#queue;
    if (this.#filled > 0) this.#send();
    if (!this.#lost) this.#thread.ask({type: 'finish', stream: this.#stream});
    while (!this.#lost && this.#packed === null) await this.#change();
    this.#thread.close(this.#stream);
    return this.#packed;
  }

  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    this.lost();
    this.#thread.ask({type: 'abandon', stream: this.#stream});
    this.#thread.close(this.#stream);
  }

  heard(answered: Answered): void {
    if (answered.type === 'finished') this.#packed = answered.packed;
    else {
      this.#underWay--;
      this.#spare.push(answered.buffer);
    }
    this.#wake();
  }

  lost(): void {
    this.#lost = true;
    this.#wake();
  }

  /** As far as there are buffers to be filled; the rest when one has come back. */
  #take(bytes: Uint8Array): Promise<void> | undefined {
    let rest = bytes;
    while (rest.length > 0 && !this.#lost) {
      if (this.#batch === null && this.#underWay === mostUnderWay) {
        const waiting = rest;
        return this.#change().then(() => this.#take(waiting));
      }
      this.#batch ??= new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(batchBytes));
      const part = rest.subarray(0, batchBytes - this.#filled);
      this.#batch.set(part, this.#filled);
      this.#filled += part.length;
      if (this.#filled === batchBytes) this.#send();
      rest = rest.subarray(part.length);
    }
    return undefined;
  }

  #send(): void {
    const batch = this.#batch!;
    [this.#batch, this.#underWay] = [null, this.#underWay + 1];
    this.#thread.ask({type: 'read', stream: this.#stream, buffer: batch.buffer, length: this.#filled}, [batch.buffer]);
    this.#filled = 0;
  }

  #change(): Promise<void> {
    return this.#thread.during(new Promise(resolve => (this.#wake = resolve)));
  }

  #queued(wait: Promise<void>): Promise<void> {
    const mine: Promise<void> = wait.finally(() => {
      if (this.#queue === mine) this.#queue = undefined;
    });
    this.#queue = mine;
    return mine;
  }
}

const batchBytes = 512 * 1_024;
const mostUnderWay = 3;
