import {Socket} from 'node:net';
import type {Readable} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import type {Continue} from '../../ports/shell.ts';

type Out = (stream: Stream, bytes: Uint8Array) => Continue | Promise<Continue>;

type Stream = 'stdout' | 'stderr';

/** `error` is what `out` threw; without one it said stop. */
export type Halt = {error?: unknown};

/** A command's two pipes, read into one `out` in the order of arrival, one call at a time. */
export class Intake {
  /** Both pipes have ended, and `out` has taken everything. */
  readonly ended: Promise<void>;
  /** `out` wants no more. It is not called again; what still comes is thrown away. */
  readonly halted: Promise<Halt>;
  halt: Halt | null = null;
  /** Bytes read so far. */
  taken = 0;
  readonly #out: Out;
  readonly #pipes: readonly Readable[];
  #tellHalted: (halt: Halt) => void = () => {};
  #taking: Promise<void> | null = null;
  #waiting: {stream: Stream; bytes: Uint8Array}[] = [];
  #discards = false;

  constructor(pipes: {stdout: Readable; stderr: Readable}, out: Out) {
    this.#out = out;
    this.#pipes = [pipes.stdout, pipes.stderr];
    this.halted = new Promise(resolve => (this.#tellHalted = resolve));
    const closed = [this.#read('stdout', pipes.stdout), this.#read('stderr', pipes.stderr)];
    this.ended = Promise.all(closed).then(async () => {
      await this.#taking;
    });
  }

  /**
   * Resolves when `out` has taken what stood in the pipes when `taken` was `before`, which is all that a shell printed that had exited
   * then. A writer without end does not keep it waiting.
   */
  async drained(before = this.taken): Promise<void> {
    for (let quiet = false; !quiet && this.taken - before < backlog;) {
      await this.#taking;
      const taken = this.taken;
      // After a whole turn of the event loop a pipe that is being read and holds something has given it.
      await turn();
      await turn();
      quiet = this.#taking === null && this.taken === taken;
    }
    await this.#taking;
  }

  /**
   * Ends the calls of `out`, but goes on reading: what a command left running (a server) would die of a closed pipe, or hang on a full
   * one. The pipes no longer keep this program alive.
   */
  async discard(): Promise<void> {
    this.#discards = true;
    for (const pipe of this.#pipes) if (pipe instanceof Socket) pipe.unref();
    await this.#taking;
  }

  #read(stream: Stream, pipe: Readable): Promise<void> {
    pipe.on('data', (bytes: Buffer) => this.#take(stream, pipe, bytes));
    // A pipe that breaks has ended: it closes next.
    pipe.on('error', () => {});
    return new Promise(resolve => pipe.once('close', resolve));
  }

  #take(stream: Stream, pipe: Readable, bytes: Buffer): void {
    this.taken += bytes.length;
    if (this.#discards) return trickle(pipe);
    // Node resumes the pipes of a child that has exited, paused or not.
    if (this.#taking !== null) {
      pipe.pause();
      this.#waiting.push({stream, bytes});
      return;
    }
    try {
      const answer = this.#out(stream, bytes);
      if (typeof answer === 'string') this.#heed(answer);
      else this.#taking = this.#hold(answer);
    } catch (error) {
      this.#stop({error});
    }
  }

  async #hold(answer: Promise<Continue>): Promise<void> {
    for (const pipe of this.#pipes) pipe.pause();
    try {
      this.#heed(await answer);
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        if (!this.#discards) this.#heed(await this.#out(next.stream, next.bytes));
      }
    } catch (error) {
      this.#stop({error});
    }
    this.#waiting = [];
    this.#taking = null;
    for (const pipe of this.#pipes) pipe.resume();
  }

  #heed(answer: Continue): void {
    if (answer === 'stop') this.#stop({});
  }

  #stop(halt: Halt): void {
    this.#discards = true;
    this.halt = halt;
    this.#tellHalted(halt);
  }
}

/** Bytes, more than two pipes and their buffers hold. */
const backlog = 1024 * 1024;

/** Some megabytes a second: enough for any server's log, and `yes &` takes no processor from the session. */
function trickle(pipe: Readable): void {
  pipe.pause();
  setTimeout(() => pipe.resume(), 5).unref();
}
