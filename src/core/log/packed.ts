import {Growing} from './growing.ts';
import {Keyed} from './keyed.ts';

/** Items of growing lists are kept once each, however many lists hold them: `items` are these, and lists name them by their place. */
export type Packed = {items: unknown[]; value: unknown};

/** A state of folds as JSON. A list that `apart` has a name for is left to whoever named it. */
export function pack(value: unknown, apart: ReadonlyMap<unknown, string> = new Map()): Packed {
  const packing = new Packing(apart);
  return {value: packing.pack(value), items: packing.items};
}

/** What was packed; `apart` gives the lists that were named. Changes what it is given. */
export function unpack({items, value}: Packed, apart: (name: string) => unknown = unnamed): unknown {
  const from: From = {items: [], apart};
  // An item holds only what comes before it.
  for (const item of items) from.items.push(made(item, from));
  return made(value, from);
}

/** What JSON has no word for is an object with this key: `map`, `keyed`, `set`, `list`, or a name for a list; `object` is one that had the key itself. */
const tag = '~';

type Tagged = {[tag]: string; of: unknown};

class Packing {
  readonly items: unknown[] = [];
  readonly #places = new Map<unknown, number>();
  readonly #apart: ReadonlyMap<unknown, string>;

  constructor(apart: ReadonlyMap<unknown, string>) {
    this.#apart = apart;
  }

  pack(value: unknown): unknown {
    if (!isWhole(value)) return value;
    if (Array.isArray(value)) return value.map(item => this.pack(item));
    if (value instanceof Growing) return this.#list(value);
    if (value instanceof Map) return tagged('map', this.#entries(value));
    if (value instanceof Keyed) return tagged('keyed', this.#entries(value));
    if (value instanceof Set)
      return tagged(
        'set',
        Array.from(value, item => this.pack(item)),
      );
    if (Object.hasOwn(value, tag)) return tagged('object', this.#entries(Object.entries(value)));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.pack(inner)]));
  }

  #list(list: Growing<unknown>): Tagged {
    const name = this.#apart.get(list);
    return name === undefined
      ? tagged(
          'list',
          Array.from(list, item => this.#place(item)),
        )
      : tagged(name, null);
  }

  #place(item: unknown): number {
    const known = this.#places.get(item);
    if (known !== undefined) return known;
    const place = this.items.push(this.pack(item)) - 1;
    this.#places.set(item, place);
    return place;
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>): unknown {
    return Array.from(entries, ([key, inner]) => [this.pack(key), this.pack(inner)]);
  }
}

type From = {items: unknown[]; apart: (name: string) => unknown};

function made(value: unknown, from: From): unknown {
  if (!isWhole(value)) return value;
  const inner = value as Record<string, unknown>;
  for (const key of Object.keys(inner)) if (isWhole(inner[key])) inner[key] = made(inner[key], from);
  return Object.hasOwn(inner, tag) ? untagged(inner as Tagged, from) : inner;
}

function untagged({[tag]: what, of}: Tagged, {items, apart}: From): unknown {
  switch (what) {
    case 'map':
      return new Map(of as [unknown, unknown][]);
    case 'keyed':
      return new Keyed(new Map(of as [unknown, unknown][]));
    case 'set':
      return new Set(of as unknown[]);
    case 'list':
      return new Growing((of as number[]).map(place => items[place]));
    case 'object':
      return Object.fromEntries(of as [string, unknown][]);
    default:
      return apart(what);
  }
}

const tagged = (what: string, of: unknown): Tagged => ({[tag]: what, of});

const isWhole = (value: unknown): value is object => typeof value === 'object' && value !== null;

const unnamed = (name: string): never => {
  throw new Error(`Nobody named a list ${name}.`);
};
