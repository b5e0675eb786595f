import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {LogRefused} from '../../ports/log.ts';
import type {Background, BackgroundCommand, BackgroundOutput} from '../../ports/shell.ts';
import {endFamily, graces} from './end-family.ts';
import type {Kin} from './family.ts';
import {exitOf, heldBy, leftBehind, type Exit} from './foreground.ts';
import type {Started} from './gated-spawn.ts';
import {Intake} from './intake.ts';
import {Ring} from './ring.ts';

/** A command that goes on while the session works. */
export class BackgroundRun implements Background {
  readonly id: string;
  readonly group: ProcessGroup;
  /** Resolves with what outlived the command; nothing of it, and `ended` has been called. */
  readonly over: Promise<readonly ProcessGroup[]>;
  readonly #kin: Kin;
  readonly #held: () => number | null;
  readonly #ring = new Ring(newest);
  readonly #watchers = new Set<() => void>();
  #exit: Exit | null = null;
  #reported = false;
  #endedBy: 'itself' | 'stop' | 'another' = 'itself';

  readonly #ended: BackgroundCommand['ended'];

  constructor(id: string, started: Started, keys: ReadonlySet<string>, ended: BackgroundCommand['ended']) {
    this.id = id;
    this.group = started.group;
    this.#kin = {groups: [started.group], keys};
    this.#held = heldBy(started);
    this.#ended = ended;
    this.over = this.#follow(started);
  }

  read(): BackgroundOutput {
    return {...this.#ring.take(), running: this.#exit === null, exit: this.#exit?.exit ?? null, signal: this.#exit?.signal ?? null};
  }

  async news(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#ring.empty || this.#exit !== null || signal.aborted) return;
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#watchers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async stop(): Promise<void> {
    if (this.#exit === null) this.#endedBy = 'stop';
    const stuck = await endFamily(this.#kin, {grace: graces.timeout, held: this.#held});
    if (stuck.length > 0) return;
    const left = await this.over;
    if (left.length > 0) this.#report('stop');
  }

  /** From now on another ends the group, and reports it. */
  forsake(): void {
    this.#endedBy = 'another';
  }

  async #follow(started: Started): Promise<readonly ProcessGroup[]> {
    const intake = new Intake(started.child, (stream, bytes) => {
      this.#ring.push(stream, bytes);
      this.#tell();
      return 'go-on';
    });
    const exit = await exitOf(started);
    await Promise.race([intake.ended, intake.drained()]);
    this.#exit = exit;
    this.#tell();
    const left = await leftBehind(this.#kin, this.group, exit.at);
    if (left.length === 0) this.#report(this.#endedBy);
    return left;
  }

  #report(by: 'itself' | 'stop' | 'another'): void {
    if (by === 'another' || this.#reported) return;
    this.#reported = true;
    try {
      this.#ended(this.group, by);
    } catch (error) {
      // Nobody waits for this moment. Where the end is not on record, the next start finds by itself that the group is gone.
      if (!(error instanceof LogRefused)) throw error;
    }
  }

  #tell(): void {
    for (const wake of this.#watchers) wake();
  }
}

/** Bytes of unread output that are kept. */
const newest = 1024 * 1024;
