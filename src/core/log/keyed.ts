/**
 * A map for the states of folds: a change costs what is changed, not the whole, and earlier states stay as they were. The newest state owns the one table that all share;
 * an earlier one knows what was changed since, and makes a table of its own when it is looked into. Keys keep the order in which they first came.
 */
export class Keyed<K, V> implements ReadonlyMap<K, V> {
  #table: Map<K, V> | null;
  #later: Later<K, V> | null = null;

  /** Takes the table over: nobody else may change it. */
  constructor(table = new Map<K, V>()) {
    this.#table = table;
  }

  /** The same map as one that can be changed cheaply. */
  static of<K, V>(map: ReadonlyMap<K, V>): Keyed<K, V> {
    return map instanceof Keyed ? (map as Keyed<K, V>) : new Keyed(new Map(map));
  }

  with(entries: Iterable<readonly [K, V]>): Keyed<K, V> {
    const table = this.#own();
    // The first state of a fold is kept for good: it must not hold on to all that come after it.
    if (table.size === 0) return new Keyed(new Map(entries));
    const undo: Undo<K, V>[] = [];
    for (const [key, value] of entries) {
      undo.push([key, table.has(key) ? {was: table.get(key) as V} : null]);
      table.set(key, value);
    }
    if (undo.length === 0) return this;
    const next = new Keyed(table);
    this.#table = null;
    this.#later = {next, undo};
    return next;
  }

  /** Costs the whole: what stood before would have to come back to its place. */
  without(keys: Iterable<K>): Keyed<K, V> {
    const table = this.#own();
    const gone = [...keys].filter(key => table.has(key));
    if (gone.length === 0) return this;
    const rest = new Map(table);
    for (const key of gone) rest.delete(key);
    return new Keyed(rest);
  }

  get size(): number {
    return this.#own().size;
  }

  get(key: K): V | undefined {
    return this.#own().get(key);
  }

  has(key: K): boolean {
    return this.#own().has(key);
  }

  keys(): MapIterator<K> {
    return this.#own().keys();
  }

  values(): MapIterator<V> {
    return this.#own().values();
  }

  entries(): MapIterator<[K, V]> {
    return this.#own().entries();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.#own()) each(value, key, this);
  }

  #own(): Map<K, V> {
    return (this.#table ??= this.#asItWas());
  }

  #asItWas(): Map<K, V> {
    const changes: (readonly Undo<K, V>[])[] = [];
    let table: Map<K, V> | null = null;
    for (let later = this.#later; later !== null; later = later.next.#later) {
      changes.push(later.undo);
      table = later.next.#table;
    }
    const own = new Map(table);
    for (const undo of changes.toReversed()) for (const change of undo.toReversed()) takeBack(own, change);
    this.#later = null;
    return own;
  }
}

type Undo<K, V> = readonly [K, {was: V} | null];
type Later<K, V> = {next: Keyed<K, V>; undo: readonly Undo<K, V>[]};

function takeBack<K, V>(table: Map<K, V>, [key, before]: Undo<K, V>): void {
  if (before === null) table.delete(key);
  else table.set(key, before.was);
}
