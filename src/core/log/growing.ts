/**
 * A list that only grows, for the states of folds: appending is constant time, and earlier states stay as they were, since each sees only
 * its own length of the shared array.
 */
export class Growing<T> implements Iterable<T> {
  readonly #shared: T[];
  readonly length: number;

  constructor(shared: T[] = [], length = shared.length) {
    this.#shared = shared;
    this.length = length;
  }

  with(item: T): Growing<T> {
    const shared = this.#shared.length === this.length ? this.#shared : this.#shared.slice(0, this.length);
    shared.push(item);
    return new Growing(shared);
  }

  /** The first `length` items; what is appended to it does not show here. */
  upTo(length: number): Growing<T> {
    return new Growing(this.#shared, Math.min(length, this.length));
  }

  at(index: number): T | undefined {
    const from = index < 0 ? this.length + index : index;
    return from < this.length ? this.#shared[from] : undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.from(0);
  }

  *from(start: number): Generator<T> {
    for (let index = start; index < this.length; index++) yield this.#shared[index] as T;
  }
}
