import {sessionState} from '../../../../src/core/projections/session-state.ts';
import type {Progress} from '../../../../src/core/vocabulary/command.ts';
import type {SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import type {Key, KeyName} from '../../../../src/surfaces/ui/input/keys.ts';
import {newUi, type Effect, type Ui} from '../../../../src/surfaces/ui/state.ts';
import {update} from '../../../../src/surfaces/ui/update/update.ts';
import {characters} from '../../../../src/surfaces/ui/view/characters.ts';
import {plain} from '../../../../src/surfaces/ui/view/line.ts';
import {itemLines} from '../../../../src/surfaces/ui/view/item.ts';
import {screen} from '../../../../src/surfaces/ui/view/screen.ts';
import {at, id, opened, recordsOf} from './records.ts';

/** The screen without a terminal: events, progress and keys go in, effects and frames come out. Time passes only when it is told to. */
export function driven(before: readonly SessionEvent[] = [opened]) {
  const log = [...recordsOf(before)];
  let state = log.reduce(sessionState.apply, sessionState.initial);
  let now = Date.parse(at(log.length - 1));
  const effects: Effect[] = [];
  let ui: Ui = newUi({id, session: state, now});
  const take = (message: Parameters<typeof update>[1]) => {
    const updated = update(ui, message, now);
    ui = updated.ui;
    effects.push(...updated.effects);
  };
  take({type: 'past', records: log, state});
  const key = (each: Key) => take({type: 'key', key: each});
  return {
    ui: () => ui,
    take,
    record: (...events: readonly SessionEvent[]) => {
      for (const record of recordsOf(events, log.at(-1))) {
        log.push(record);
        now = Math.max(now, Date.parse(record.at));
        state = sessionState.apply(state, record);
        take({type: 'record', record, state});
      }
    },
    show: (progress: Progress) => take({type: 'progress', progress}),
    type: (text: string) => Array.from(text).forEach(char => key({type: 'text', text: char, pasted: false})),
    paste: (text: string) => key({type: 'text', text, pasted: true}),
    press: (...names: readonly KeyName[]) => names.forEach(name => key({type: 'press', key: name})),
    wait: (ms: number) => {
      now += ms;
      take({type: 'tick'});
    },
    /** What was asked of the world since the last call. */
    effects: () => effects.splice(0),
    commands: () => effects.splice(0).flatMap(effect => (effect.do === 'submit' ? [effect.command] : [])),
    seq: () => log.length - 1,
    frame: (size = {columns: 80, rows: 24}) => frameOf(ui, size),
  };
}

/** Scroll-back and live part as text, with the cursor as `▏`. */
function frameOf(ui: Ui, size: {columns: number; rows: number}): string {
  const items = [...ui.printed];
  const printed = items.flatMap((item, index) => itemLines(item, items[index - 1], size.columns - 1)).map(plain);
  const {lines, cursor} = screen(ui, size);
  const live = lines.map(plain).map((line, y) => (cursor?.y === y ? withCursor(line, cursor.x) : line));
  return [...printed, ...live].map(line => line.trimEnd()).join('\n');
}

function withCursor(line: string, column: number): string {
  let used = 0;
  let index = 0;
  for (const char of characters(line)) {
    if (used >= column) break;
    used += char.width;
    index += char.text.length;
  }
  return `${line.slice(0, index)}▏${line.slice(index)}`;
}
