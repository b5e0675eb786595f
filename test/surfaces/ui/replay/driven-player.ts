import type {Recorded} from '../../../../src/core/vocabulary/event.ts';
import type {KeyName} from '../../../../src/surfaces/ui/input/keys.ts';
import {newPlayer, type Effect, type Message, type Player} from '../../../../src/surfaces/ui/replay/state.ts';
import {tapeOf} from '../../../../src/surfaces/ui/replay/tape.ts';
import {playerWakesAt, updatePlayer} from '../../../../src/surfaces/ui/replay/update/update.ts';
import {playerScreen} from '../../../../src/surfaces/ui/replay/view/player-screen.ts';
import {plain} from '../../../../src/surfaces/ui/view/line.ts';
import type {Size} from '../../../../src/surfaces/ui/view/screen.ts';
import {id} from '../harness/records.ts';
import {scene} from './scene.ts';

export type Press = KeyName | 'page-up' | 'page-down';

type Options = {records?: readonly Recorded[]; from?: number | null; to?: number | null; speed?: number; size?: Size};

/** The player without a terminal: keys and time go in, effects and frames come out. Time passes only when it is told to. */
export function drivenPlayer({records = scene, from = null, to = null, speed = 1, size = {columns: 80, rows: 24}}: Options = {}) {
  let now = 0;
  let player: Player = newPlayer({tape: tapeOf({id, records, from, to}), size, speed, now});
  const effects: Effect[] = [];
  const take = (message: Message) => {
    const updated = updatePlayer(player, message, now);
    player = updated.player;
    effects.push(...updated.effects);
  };
  const press = (...names: readonly Press[]) => names.forEach(key => take({type: 'key', key: {type: 'press', key}}));
  return {
    player: () => player,
    take,
    press,
    type: (text: string) => Array.from(text).forEach(char => take({type: 'key', key: {type: 'char', char}})),
    paste: (text: string) => take({type: 'key', key: {type: 'paste', text}}),
    resize: (to: Size) => take({type: 'size', size: to}),
    /** Lets time pass, with every tick that was asked for on the way. */
    wait: (ms: number) => {
      const end = now + ms;
      for (let at = playerWakesAt(player); at !== null && at <= end; at = playerWakesAt(player)) {
        now = at;
        take({type: 'tick'});
      }
      now = end;
      if (player.playing !== null) take({type: 'tick'});
    },
    /** What was asked of the world since the last call. */
    effects: () => effects.splice(0),
    step: () => player.tape.asked[player.at],
    frame: (): string => {
      const {lines, cursor} = playerScreen(player);
      const rows = lines.map(line => plain(line).trimEnd());
      return rows.map((row, y) => (cursor?.y === y ? `${row.padEnd(cursor.x)}▏` : row)).join('\n');
    },
  };
}
