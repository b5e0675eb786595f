import type {PickFound, PickRow} from '../../../agent/picking.ts';
import {askedWords, marksIn} from '../../../core/text/words.ts';
import type {SessionId} from '../../../core/vocabulary/ids.ts';
import {emptyEditor, type Editor} from '../input/editor.ts';
import type {Key} from '../input/keys.ts';

/** The list that a past session is picked from. */
export type Picker = {
  /** Of every repository, and not only of this one. */
  all: boolean;
  /** The newest first, as far as they were found. */
  rows: readonly PickRow[];
  isLoading: boolean;
  editor: Editor;
  /** Where in the texts of the sessions the words stand that were last looked for. */
  found: Found | null;
  /** Null: the first that is shown. */
  selected: SessionId | null;
  problem: string | null;
  ended: {picked: SessionId} | 'left' | null;
};

export type Found = {query: string; isWhole: boolean; texts: ReadonlyMap<SessionId, PickFound['found']>};

export type PickMessage =
  | {type: 'key'; key: Key}
  /** `all` says which list they are of: what was asked for before another one is not shown. */
  | {type: 'rows'; all: boolean; rows: readonly PickRow[]; isLast: boolean}
  | {type: 'found'; all: boolean; query: string; found: readonly PickFound[]; isLast: boolean}
  | {type: 'failed'; why: string};

export type PickEffect = {do: 'load'; all: boolean} | {do: 'search'; query: string; all: boolean} | {do: 'suspend'} | {do: 'end'};

export const newPicker: Picker = {
  all: false,
  rows: [],
  isLoading: true,
  editor: emptyEditor,
  found: null,
  selected: null,
  problem: null,
  ended: null,
};

export const queryOf = ({editor}: Pick<Picker, 'editor'>): string => editor.text.trim();

/** The rows that fit what was typed: by their id, their title, or what was said in them. */
export function shownRows({rows, editor, found}: Pick<Picker, 'rows' | 'editor' | 'found'>): readonly PickRow[] {
  const query = queryOf({editor});
  const words = askedWords(query);
  if (words.length === 0) return rows;
  const inText = found?.query === query ? found.texts : null;
  return rows.filter(({id, title}) => inText?.has(id) === true || id.startsWith(query.toLowerCase()) || hasAll(title, words));
}

export function selectedIndex({selected}: Pick<Picker, 'selected'>, shown: readonly PickRow[]): number {
  return Math.max(
    0,
    shown.findIndex(({id}) => id === selected),
  );
}

function hasAll(title: string, words: readonly string[]): boolean {
  const held = new Set(marksIn(title, words).flatMap(mark => mark.words));
  return words.every(word => held.has(word));
}
