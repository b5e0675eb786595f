type Stretch = {start: number; end: number};

/**
 * What was looked at as a whole, and masked or refused up to its end: whatever begins later and ends there is masked already, or has even less of
 * what it was refused for.
 */
export class Judged<T extends object> {
  #last: Map<T, Stretch> | null = null;

  before(by: T, {start, end}: Stretch): boolean {
    const seen = this.#last?.get(by);
    return seen !== undefined && seen.start <= start && seen.end === end;
  }

  remember(by: T, stretch: Stretch): void {
    this.#last ??= new Map();
    this.#last.set(by, stretch);
  }
}
