import {unreachable} from '../../../../core/log/fold.ts';
import {only, type Message, type Player, type Updated} from '../state.ts';
import {onPlayerKey} from './on-player-key.ts';
import {playOn} from './moving.ts';
import {fitted} from './overlays.ts';

/** Everything that the player does, as one pure step: what happened goes in, the next screen and what is to be done come out. */
export function updatePlayer(before: Player, message: Message, now: number): Updated {
  const player = {...before, now};
  if (player.ended !== null) return only(player);
  switch (message.type) {
    case 'key':
      return onPlayerKey(playOn(player), message.key);
    case 'tick':
      return only(playOn(player));
    case 'tape':
      return only(playOn({...player, tape: message.tape}));
    case 'size':
      return fitted({...player, size: message.size});
    case 'page': {
      const {overlay} = player;
      const {ref, top, left} = message.of;
      // What was asked for before the newest scrolling is of no use any more.
      const isWanted = overlay?.kind === 'output' && overlay.ref === ref && overlay.top === top && overlay.left === left;
      return only(isWanted ? {...player, overlay: {...overlay, page: message.page}} : player);
    }
    case 'diff': {
      const {overlay} = player;
      const isWanted = overlay?.kind === 'diff' && overlay.step === message.step;
      return only(isWanted ? {...player, overlay: {...overlay, text: message.text}} : player);
    }
    default:
      return unreachable(message);
  }
}

const frame = 33;

/** When the screen changes by itself: only while it plays, and never more often than an eye can follow. */
export const playerWakesAt = ({playing, now}: Player): number | null => (playing === null ? null : Math.max(playing.due, now + frame));
