/** The first items of a list, from where they are kept: read when they are asked for. */
export type Stored<T> = {readonly length: number; at: (index: number) => T};

/**
 * A list that only grows, for the states of folds: appending is constant time, and earlier states stay as they were, since each sees only
 * its own length of the shared array. Its beginning may be stored elsewhere.
 */
export class Growing<T> implements Iterable<T> {
  readonly #stored: Stored<T> | null;
  readonly #shared: T[];
  readonly length: number;

  constructor(shared: T[] = [], length = shared.length, stored: Stored<T> | null = null) {
    this.#stored = stored;
    this.#shared = shared;
    this.length = length + (stored?.length ?? 0);
  }

  with(item: T): Growing<T> {
    const own = this.length - this.#before;
    const shared = this.#shared.length === own ? this.#shared : this.#shared.slice(0, own);
    shared.push(item);
    return new Growing(shared, shared.length, this.#stored);
  }

  /** The first `length` items; what is appended to it does not show here. */
  upTo(length: number): Growing<T> {
    if (length >= this.length) return this;
    if (length < this.#before) return new Growing([], 0, {length, at: index => this.#stored!.at(index)});
    return new Growing(this.#shared, length - this.#before, this.#stored);
  }

  at(index: number): T | undefined {
    const from = index < 0 ? this.length + index : index;
    if (from < 0 || from >= this.length) return undefined;
    return from < this.#before ? this.#stored!.at(from) : this.#shared[from - this.#before];
  }

  findLast(fits: (item: T) => boolean): T | undefined {
    for (let index = this.length - 1; index >= 0; index--) {
      const item = this.at(index) as T;
      if (fits(item)) return item;
    }
    return undefined;
  }

  /** Where its beginning is stored; null where all of it is here. */
  get stored(): Stored<T> | null {
    return this.#stored;
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.from(0);
  }

  *from(start: number): Generator<T> {
    for (let index = start; index < this.length; index++) yield this.at(index) as T;
  }

  get #before(): number {
    return this.#stored?.length ?? 0;
  }
}
