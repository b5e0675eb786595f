import {visibleLines} from '../../../../core/text/visible.ts';
import {span, type Line} from '../../view/line.ts';
import {wrap} from '../../view/wrap.ts';
import type {Loaded} from '../state.ts';

/** What stands where something is being read, or could not be. */
export function stateRows(state: Exclude<Loaded<unknown>, {is: 'here'}>, width: number): readonly Line[] {
  if (state.is === 'coming') return [[span('Reading …', 'muted')]];
  return visibleLines(state.why)
    .split('\n')
    .flatMap(line => wrap([span(line, 'bad')], width));
}
