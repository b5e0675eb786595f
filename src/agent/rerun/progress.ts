import type {Recorded} from '../../core/vocabulary/event.ts';
import {milestoneOf, type Milestone, type Score} from './score.ts';

/** How far a recorded session has come about again: which of its milestones were met, told record by record of the new log. */
export class Progress {
  readonly #milestones: readonly Milestone[];
  readonly #met = new Map<string, number>();
  /** Of records of the recorded log, the newest record of the new one when they had come about. */
  readonly #numbers: {was: number; now: number}[] = [];
  /** All before this one were met, and how often each of them stands there. */
  #next = 0;
  readonly #passed = new Map<string, number>();

  constructor({milestones}: Score) {
    this.#milestones = milestones;
  }

  take(record: Recorded): void {
    const milestone = milestoneOf(record);
    if (milestone === null) return;
    this.#meet(milestone);
    // A call that is not run again does not begin, and yet it is done with.
    if (milestone.what === 'finished' && !this.#met.has(nameOf({...milestone, what: 'started'})))
      this.#meet({...milestone, what: 'started'});
    this.#advance(record.seq);
  }

  /** The first milestone before record `limit` of the recorded log that was not met yet. */
  missing(limit: number): Milestone | null {
    const milestone = this.#milestones[this.#next];
    return milestone !== undefined && milestone.seq < limit ? milestone : null;
  }

  /** Whether this milestone is yet to be met, and stands between these records of the recorded log. */
  expects({what, id}: Omit<Milestone, 'seq'>, {since, limit}: {since: number; limit: number}): boolean {
    for (let index = this.#next; index < this.#milestones.length; index++) {
      const at = this.#milestones[index]!;
      if (at.seq >= limit) return false;
      if (at.seq > since && at.what === what && at.id === id) return true;
    }
    return false;
  }

  has(milestone: Omit<Milestone, 'seq'>): boolean {
    return this.#met.has(nameOf(milestone));
  }

  /** What came from outside as record `then` of the recorded log is record `now` here; -1 is how it began. */
  given(was: number, now: number): void {
    this.#numbers.push({was, now});
  }

  /** Where the recorded log had record `then` as its newest, the new one has this. */
  numberOf(was: number): number {
    return Math.max(...this.#numbers.filter(one => one.was <= Math.max(-1, was)).map(({now}) => now));
  }

  #meet(milestone: Omit<Milestone, 'seq'>): void {
    const name = nameOf(milestone);
    this.#met.set(name, (this.#met.get(name) ?? 0) + 1);
  }

  #advance(now: number): void {
    for (let at = this.#milestones[this.#next]; at !== undefined; at = this.#milestones[++this.#next]) {
      const name = nameOf(at);
      const passed = this.#passed.get(name) ?? 0;
      if (passed >= (this.#met.get(name) ?? 0)) return;
      this.#passed.set(name, passed + 1);
      this.#numbers.push({was: at.seq, now});
    }
  }
}

const nameOf = ({what, id}: Omit<Milestone, 'seq'>): string => `${what} ${id}`;
