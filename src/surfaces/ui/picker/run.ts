import {render} from 'ink';
import {createElement} from 'react';
import type {Picking} from '../../../agent/picking.ts';
import type {SessionId} from '../../../core/vocabulary/ids.ts';
import {inkOptions} from '../ink-options.ts';
import {breaksRows, unwrapped} from '../resize.ts';
import {stopProcess} from '../suspend.ts';
import {wantsColour} from '../view/ansi.ts';
import {pickPerformer} from './effects.ts';
import {PickerScreen, type MountedPicker} from './picker.tsx';
import {createPickStore} from './store.ts';

export type PickerOptions = {
  picking: Picking;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
};

/** Lets the user pick a session on a terminal; null where none was. Both streams must be terminals that can move their cursor. Nothing of it stays on the screen. */
export async function runPicker({picking, stdin, stdout, env}: PickerOptions): Promise<SessionId | null> {
  const mounted: MountedPicker = {suspend: during => during(), drawn: {lines: [], cursor: null}};
  const {perform, stop} = pickPerformer({
    picking,
    dispatch: message => store.dispatch(message),
    suspend: () => mounted.suspend(stopProcess),
    // The list is gone from the screen before the terminal is given back.
    end: () => void app.waitUntilRenderFlush().then(() => app.unmount()),
  });
  const store = createPickStore(perform);
  const onResize = () => void stdout.write((breaksRows(env) ? unwrapped(mounted.drawn, stdout.columns) : null) ?? '');
  // Ink does it after the first frame only: what is typed until then would be echoed into it.
  stdin.setRawMode(true);
  // Before Ink's own listener, which erases the frame.
  stdout.on('resize', onResize);
  const app = render(createElement(PickerScreen, {store, colour: wantsColour(env), mounted}), {
    stdin,
    stdout,
    ...inkOptions,
  });
  perform({do: 'load', all: false});
  await app.waitUntilExit();
  stdout.off('resize', onResize);
  stop();
  const {ended} = store.get();
  return ended === null || ended === 'left' ? null : ended.picked;
}
