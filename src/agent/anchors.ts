import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Log} from '../ports/log.ts';
import type {Ports} from './ports.ts';

/**
 * Tells the home log from time to time how long a session's log is, so that one that was shortened by whole lines is found, also where the program was
 * killed. One at a time, and never what is not on the disk yet.
 */
export class Anchors {
  readonly #ports: Pick<Ports, 'log' | 'note' | 'clock'>;
  readonly #session: () => SessionId | null;
  #known = -1;
  #told: number;
  #under: Promise<void> = Promise.resolve();

  constructor(ports: Pick<Ports, 'log' | 'note' | 'clock'>, session: () => SessionId | null) {
    this.#ports = ports;
    this.#session = session;
    this.#told = ports.clock.elapsed();
  }

  /** Whether the last one was so long ago that a kill would leave much unknown. */
  get due(): boolean {
    return this.#ports.clock.elapsed() - this.#told >= every;
  }

  /** Rejects where the home log does not take it. Nothing is written where nothing is new. */
  now(): Promise<void> {
    this.#told = this.#ports.clock.elapsed();
    const write = () => this.#write();
    return (this.#under = this.#under.then(write, write));
  }

  /** Resolves when none is being written, however it went: whoever asked for it knows. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#under]);
  }

  async #write(): Promise<void> {
    const session = this.#session();
    const {log, note} = this.#ports;
    if (session === null || log.last.seq === this.#known) return;
    this.#known = await anchor(log, session, note);
  }
}

/** One line of the home log costs every start a little, since it is read there. */
const every = 60_000;

/** The number of the record that the home log knows from now on. */
export async function anchor(log: Log, session: SessionId, note: Ports['note']): Promise<number> {
  const {last} = log;
  await log.sync();
  await note({type: 'session.anchored', session, ...last});
  return last.seq;
}
