import type {BlobRef, CallId, GitTree} from '../../../core/vocabulary/ids.ts';
import type {Place} from '../../../core/vocabulary/event.ts';
import {emptyEditor, type Editor} from '../input/editor.ts';
import type {Size} from '../view/screen.ts';
import {Contexts, type RequestContext} from './context-at.ts';
import type {PlayerKey} from './keys.ts';
import type {OutputLine} from './output-page.ts';
import type {Tape} from './tape.ts';

/** All that the player's screen is made of. `at` is the moment: the index of the newest record that has happened. */
export type Player = {
  tape: Tape;
  contexts: Contexts;
  size: Size;
  at: number;
  /** When the next record comes, in milliseconds; null where it stands still. */
  playing: {due: number} | null;
  /** A factor: 1 is as it happened. */
  speed: number;
  /** The lowest row of the transcript that is shown; null follows its end. */
  view: Row | null;
  /** The call that Enter opens, by its place among the entries; null is the lowest one in sight. */
  selected: number | null;
  found: Found | null;
  asking: Asking | null;
  overlay: Overlay | null;
  /** Stands in the last row until the next key. */
  hint: string | null;
  now: number;
  ended: 'quit' | 'interrupted' | null;
};

/** A row of the transcript: the item (an entry by its place; one more for the calls that run), and the row in it, from 0. */
export type Row = {item: number; row: number};

/** Entries in which the text stands, ascending; `current` is an index into them. */
export type Found = {text: string; entries: readonly number[]; current: number};

export type Asking = {for: 'text' | 'step' | 'line'; editor: Editor};

/** What stands in place of the transcript. `top` is the first row, or line, that is shown. */
export type Overlay =
  | {kind: 'help'; top: number}
  | {kind: 'context'; top: number; context: RequestContext}
  | {kind: 'diff'; top: number; step: number; text: Loaded<DiffText>}
  | ({kind: 'output'; title: string; page: Loaded<readonly OutputLine[]>} & OutputPlace);

export type Loaded<T> = {is: 'coming'} | {is: 'here'; value: T} | {is: 'refused'; why: string};

/** `cut`: there is more of it, which is not shown. */
export type DiffText = {lines: readonly string[]; cut: boolean};

/** `top` is a line from 1, `left` a byte of every line, from 0. */
export type OutputPlace = {call: CallId; ref: BlobRef; lines: number; bytes: number; top: number; left: number};

export type Message =
  | {type: 'key'; key: PlayerKey}
  | {type: 'tick'}
  | {type: 'size'; size: Size}
  /** More of the log has been read. */
  | {type: 'tape'; tape: Tape}
  | {type: 'page'; of: Pick<OutputPlace, 'ref' | 'top' | 'left'>; page: Loaded<readonly OutputLine[]>}
  | {type: 'diff'; step: number; text: Loaded<DiffText>};

export type Effect =
  | {do: 'read-page'; of: OutputPlace; rows: number; columns: number}
  | {do: 'read-diff'; step: number; place: Place; from: GitTree; to: GitTree}
  | {do: 'suspend'}
  | {do: 'end'};

export type Updated = {player: Player; effects: readonly Effect[]};

export const only = (player: Player, ...effects: readonly Effect[]): Updated => ({player, effects});

/** `speed` 0 is as fast as the player goes. */
export function newPlayer({tape, size, speed, now}: {tape: Tape; size: Size; speed: number; now: number}): Player {
  return {
    tape,
    contexts: new Contexts(tape),
    size,
    at: tape.range.begin,
    playing: null,
    speed: speed === 0 ? fastest : speed,
    view: null,
    selected: null,
    found: null,
    asking: null,
    overlay: null,
    hint: null,
    now,
    ended: null,
  };
}

/** What needs the whole log, while it is being read. */
export const stillReading = 'The log is still being read: a moment.';

/** What the keys 1 to 9 stand for. */
export const speedOf = (digit: number): number => 2 ** (digit - 1);

const fastest = speedOf(9);

export const ask = (player: Player, what: Asking['for']): Player => ({...player, asking: {for: what, editor: emptyEditor}});
