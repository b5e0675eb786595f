import type {Clock} from '../ports/clock.ts';

/** The limit on time. In front of a user it counts for each prompt; a run without one has it once, however often it is sent back to work. */
export class Deadline {
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | null = null;
  #began: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start({ms, whole}: {ms: number | null; whole: boolean}, over: (ms: number) => void): void {
    this.stop();
    const now = this.#clock.elapsed();
    if (!whole || this.#began === null) this.#began = now;
    if (ms !== null) this.#timer = setTimeout(() => over(ms), Math.max(0, this.#began + ms - now));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
