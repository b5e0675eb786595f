import type {Worker} from 'node:worker_threads';
import type {Answered, Asked} from './line-messages.ts';

/** What a stream hears of its thread. */
export type Hearer = {heard: (answered: Answered) => void; lost: () => void};

type Circumstances = {
  program: URL | undefined;
  /** The last stream is done. */
  idle: () => void;
  /** Whatever ended the thread. */
  ended: () => void;
};

/** A running thread. It keeps the process alive only while somebody waits for it. */
export class RunningThread {
  readonly #worker: Worker;
  readonly #streams = new Map<number, Hearer>();
  readonly #idle: () => void;
  #opened = 0;
  #awaited = 0;

  /** Null where the system gives no thread. */
  static start({program = ownProgram(), idle, ended}: Circumstances): RunningThread | null {
    // Loaded when a long output comes: a start does without.
    const {Worker} = process.getBuiltinModule('node:worker_threads');
    try {
      return new RunningThread(new Worker(program, {execArgv: [], env: {}, resourceLimits}), {idle, ended});
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return null;
    }
  }

  private constructor(worker: Worker, {idle, ended}: Pick<Circumstances, 'idle' | 'ended'>) {
    this.#worker = worker;
    this.#idle = idle;
    worker.unref();
    worker.on('message', (answered: Answered) => this.#streams.get(answered.stream)?.heard(answered));
    // What it died of makes no difference to anybody: its streams are read again, and `exit` follows.
    worker.on('error', () => {});
    worker.on('exit', () => {
      ended();
      for (const stream of this.#streams.values()) stream.lost();
    });
  }

  get busy(): boolean {
    return this.#streams.size > 0;
  }

  open(hearer: Hearer): number {
    this.#streams.set(++this.#opened, hearer);
    return this.#opened;
  }

  close(stream: number): void {
    if (this.#streams.delete(stream) && !this.busy) this.#idle();
  }

  ask(asked: Asked, memory: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(asked, memory);
  }

  /** Meanwhile the process stays alive. */
  async during<Result>(wait: Promise<Result>): Promise<Result> {
    if (this.#awaited++ === 0) this.#worker.ref();
    try {
      return await wait;
    } finally {
      if (--this.#awaited === 0) this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Beside this file: as a source, or as it is built. */
function ownProgram(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './line-thread.ts' : './line-thread.js', import.meta.url);
}

/** What it holds is outside of its heap, so that little is enough. */
const resourceLimits = {maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 32};
