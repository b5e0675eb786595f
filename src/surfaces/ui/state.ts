import type {Rewind, RewindRequest} from '../../agent/rewind.ts';
import {transcript, type Entry, type Transcript} from '../../core/projections/transcript.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {Growing} from '../../core/log/growing.ts';
import type {Command, Progress} from '../../core/vocabulary/command.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {CallId, SessionId} from '../../core/vocabulary/ids.ts';
import {emptyEditor, type Editor} from './input/editor.ts';
import {historyOf, type History} from './input/history.ts';
import type {Key} from './input/keys.ts';

/** All that the screen is made of. The session's part is a fold of its log; the rest is what only this terminal knows. */
export type Ui = {
  id: SessionId;
  session: SessionState;
  transcript: Transcript;
  /** What has gone to the terminal's own scroll-back: it only grows, and what stands there never changes. */
  printed: Growing<Item>;
  live: Live;
  editor: Editor;
  history: History;
  /** Messages for when the agent rests, the oldest first. */
  queue: readonly string[];
  dialog: Dialog | null;
  hint: Hint | null;
  /** Since when the agent works, null where it rests. */
  working: {since: number} | null;
  /** Milliseconds: of the newest thing that happened, and of the newest character that was typed. */
  now: number;
  last_typed: number;
  ended: 'quit' | 'interrupted' | null;
};

export type Item =
  | {kind: 'entry'; entry: Entry; seen: readonly string[]}
  /** A stretch of an answer that was printed while the rest was still coming. `first`: the answer begins with it. */
  | {kind: 'part'; text: string; first: boolean}
  | {kind: 'note'; level: 'info' | 'warning' | 'error'; text: string}
  | {kind: 'text'; text: string};

/** What is seen going by in the step that runs. `text` is not printed yet, `committed` is. */
export type Live = {
  step: number;
  text: string;
  committed: string;
  thinking: string;
  thought: boolean;
  calling: string | null;
  waiting: {until: number; why: string} | null;
  /** The end of each running call's output. */
  outputs: ReadonlyMap<CallId, Uint8Array>;
};

/** What the keys answer instead of typing, from `armed_at` on: an approval can be hit neither by typing ahead nor by a paste. */
export type Dialog =
  | {kind: 'approval'; call: CallId; armed_at: number}
  | {kind: 'reason'; call: CallId; editor: Editor}
  | {kind: 'confirm-full'; armed_at: number}
  /** `at` counts the prompts that can be gone back to, from 0. */
  | {kind: 'rewind'; at: number}
  | {kind: 'rewind-what'; at: number}
  | {kind: 'rewind-over'; request: RewindRequest; files: readonly string[]; armed_at: number};

/** Stands below the prompt until then, or until the next key. */
export type Hint = {text: string; until: number};

export type Message =
  /** What is on the log already, folded at once; only its end is printed. */
  | {type: 'past'; records: readonly Recorded[]; state: SessionState}
  | {type: 'record'; record: Recorded; state: SessionState}
  | {type: 'progress'; progress: Progress}
  | {type: 'key'; key: Key}
  | {type: 'tick'}
  | {type: 'print'; item: Item}
  | {type: 'rewound'; request: RewindRequest; done: Rewind}
  | {type: 'history'; entries: readonly string[]}
  /** What the session did not take: the text comes back into the editor. */
  | {type: 'refused'; why: string; text: string | null};

export type Effect =
  | {do: 'submit'; command: Command}
  | {do: 'remember'; text: string}
  | {do: 'act'; on: ActionName}
  | {do: 'rewind'; request: RewindRequest}
  | {do: 'suspend'}
  | {do: 'end'};

export type ActionName = 'diff' | 'apply';

export type Updated = {ui: Ui; effects: readonly Effect[]};

export const noLive: Live = {
  step: 0,
  text: '',
  committed: '',
  thinking: '',
  thought: false,
  calling: null,
  waiting: null,
  outputs: new Map(),
};

export function newUi({id, session, now}: {id: SessionId; session: SessionState; now: number}): Ui {
  return {
    id,
    session,
    transcript: transcript.initial,
    printed: new Growing(),
    live: noLive,
    editor: emptyEditor,
    history: historyOf([]),
    queue: [],
    dialog: null,
    hint: null,
    working: null,
    now,
    last_typed: 0,
    ended: null,
  };
}

export const only = (ui: Ui, ...effects: readonly Effect[]): Updated => ({ui, effects});

export const print = (ui: Ui, ...items: readonly Item[]): Ui => ({
  ...ui,
  printed: items.reduce((list, item) => list.with(item), ui.printed),
});

export const note = (ui: Ui, text: string, level: 'info' | 'warning' | 'error' = 'info'): Ui => print(ui, {kind: 'note', level, text});

export const isBusy = (ui: Ui): boolean => ui.session.turn.owes !== 'human';
