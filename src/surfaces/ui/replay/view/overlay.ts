import {unreachable} from '../../../../core/log/fold.ts';
import {cut} from '../../view/cut.ts';
import {span, type Line} from '../../view/line.ts';
import type {Overlay, Player} from '../state.ts';
import {contextRows, contextTitle} from './context.ts';
import {diffRows, diffTitle} from './diff.ts';
import {helpRows} from './help.ts';
import {outputRows, outputTitle} from './output.ts';
import {heightOf, widthOf} from './transcript-rows.ts';

/** What stands in place of the transcript: its title, and the rows of it that are in sight. */
export function overlayLines(player: Player, overlay: Overlay): readonly Line[] {
  const rows = overlayRows(player, overlay);
  // Of an output only what is in sight was read.
  const from = overlay.kind === 'output' ? 0 : overlay.top;
  return [cut(titleOf(overlay, widthOf(player)), widthOf(player)), ...rows.slice(from, from + overlayHeight(player))];
}

export const overlayHeight = (player: Player): number => Math.max(1, heightOf(player) - 1);

/** All its rows, in the width of the screen. */
export function overlayRows(player: Player, overlay: Overlay): readonly Line[] {
  const width = widthOf(player);
  switch (overlay.kind) {
    case 'help':
      return helpRows(width);
    case 'context':
      return contextRows(overlay.context, width);
    case 'diff':
      return diffRows(overlay.text, width);
    case 'output':
      return outputRows(overlay, width);
    default:
      return unreachable(overlay);
  }
}

function titleOf(overlay: Overlay, width: number): Line {
  switch (overlay.kind) {
    case 'help':
      return [span('Keys', {bold: true})];
    case 'context':
      return contextTitle(overlay.context);
    case 'diff':
      return diffTitle(overlay.step);
    case 'output':
      return outputTitle(overlay, width);
    default:
      return unreachable(overlay);
  }
}
