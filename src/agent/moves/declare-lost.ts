import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Scene} from '../scene.ts';
import {readInput} from './judge-call.ts';
import {gatesClosed} from './lost-subjects.ts';

/** A call of an earlier run whose end nobody saw. It may have been stopped in the middle of a write: what that left lying is taken away. */
export async function declareLost(id: CallId, scene: Scene): Promise<void> {
  await tidy(id, scene);
  // The gates come first: where only a part of it reaches the disk, the call is declared lost again.
  scene.record(...(await gatesClosed(id, scene)), {type: 'tool.finished', call: id, outcome: {kind: 'lost'}, touched: []});
}

async function tidy(id: CallId, {ports, state}: Scene): Promise<void> {
  const {turn, settings, changes} = state();
  const call = turn.calls.get(id)?.call;
  const tool = ports.tools.find(({name}) => name === call?.tool);
  if (call === undefined || tool === undefined || tool.readOnly || settings === null || changes.place === null) return;
  const input = readInput(tool, call);
  if ('failure' in input) return;
  const files = ports.files(changes.place, settings.add_dirs);
  for (const {kind, text} of tool.subjects(input.value)) if (kind === 'path') await files.tidy(text);
}
