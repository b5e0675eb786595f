import {contexts, type Context} from './contexts.ts';
import {searchFor, type Entry, type Search} from './find-words.ts';
import {formsOf} from './forms.ts';
import {placeholder} from './placeholder.ts';
import {keyWord} from './private-key.ts';

/** A value that is known to be secret, whatever it looks like. `kind` is as in its placeholder. */
export type Known = {kind: string; value: string};

/** What the redactor looks for, made ready once for as many streams as there are. */
export type Secrets = {
  key: Uint8Array;
  search: Search<Sought>;
  /** Of the known values by their first byte: one may have begun at the end of what has come so far. */
  byFirst: ReadonlyMap<number, readonly Uint8Array[]>;
  longest: number;
};

export type Sought = Masked | ({is: 'context'} & Context) | ({is: 'key'} & Entry);
/** A known value in one of its forms; all forms of one have the same placeholder. */
export type Masked = {is: 'known'; kind: string; label: Uint8Array} & Entry;

/** `known` that is the same array is made ready only once. */
export function secretsOf(key: Uint8Array, known: readonly Known[]): Secrets {
  const ready = made.get(known);
  if (ready !== undefined && ready.key === key) return ready;
  const masked = known.flatMap(({kind, value}): Masked[] => {
    const label = Buffer.from(placeholder(kind, value, key));
    return formsOf(value).map(form => ({is: 'known', kind, label, word: Buffer.from(form)}));
  });
  const words: Sought[] = [
    ...masked,
    ...contexts.map(context => ({is: 'context' as const, ...context})),
    {is: 'key', word: Buffer.from(keyWord)},
  ];
  const byFirst = Map.groupBy(
    masked.map(({word}) => word),
    word => word[0]!,
  );
  const secrets = {key, search: searchFor(words), byFirst, longest: Math.max(0, ...masked.map(({word}) => word.length))};
  made.set(known, secrets);
  return secrets;
}

const made = new WeakMap<readonly Known[], Secrets>();
