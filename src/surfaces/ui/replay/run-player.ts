import {render} from 'ink';
import {createElement} from 'react';
import type {Recorded} from '../../../core/vocabulary/event.ts';
import type {SessionId} from '../../../core/vocabulary/ids.ts';
import type {Blobs} from '../../../ports/blobs.ts';
import type {Worktrees} from '../../../ports/worktree.ts';
import {stopProcess} from '../suspend.ts';
import {wantsColour} from '../view/ansi.ts';
import {playerEffects} from './effects.ts';
import {PlayerView, type MountedPlayer} from './player.tsx';
import {newPlayer} from './state.ts';
import {createPlayerStore, type PlayerStore} from './store.ts';
import {tapeOf} from './tape.ts';

export type PlayerOptions = {
  id: SessionId;
  /** Of the session's log, at least one within the range. */
  records: readonly Recorded[];
  /** Steps, both included; null is no limit. */
  from: number | null;
  to: number | null;
  /** A factor; 0 is as fast as it goes. */
  speed: number;
  blobs: () => Promise<Blobs>;
  worktrees: () => Promise<Worktrees>;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  env?: Readonly<Record<string, string | undefined>>;
};

/** Shows a recorded session on a terminal until the user leaves it, and leaves the terminal as it was. Both streams must be terminals that can move their cursor. */
export async function runPlayer({stdin, stdout, env = process.env, ...options}: PlayerOptions): Promise<'quit' | 'interrupted'> {
  const mounted: MountedPlayer = {suspend: during => during()};
  let failed: {error: unknown} | null = null;
  const leave = () => void app.waitUntilRenderFlush().then(() => app.unmount());
  const perform = playerEffects({
    ...options,
    dispatch: message => store.dispatch(message),
    suspend: () => mounted.suspend(stopProcess),
    end: leave,
    fail: error => {
      failed ??= {error};
      leave();
    },
  });
  const sizeNow = () => ({columns: stdout.columns, rows: stdout.rows});
  const tape = tapeOf(options);
  const first = newPlayer({tape, size: sizeNow(), speed: options.speed, now: Date.now()});
  const store: PlayerStore = createPlayerStore(first, {now: Date.now, perform});
  // Before Ink's own listener. What terminals make of the old frame differs: nothing of it is kept.
  const onResize = () => {
    const size = sizeNow();
    const before = store.get().size;
    if (size.columns === before.columns && size.rows === before.rows) return;
    app.clear();
    stdout.write(wholeScreenErased);
    store.dispatch({type: 'size', size});
  };
  // Ink does it after the first frame only: what is typed until then would be echoed into it.
  stdin.setRawMode(true);
  stdout.on('resize', onResize);
  const app = render(createElement(PlayerView, {store, colour: wantsColour(env), mounted}), {
    stdin,
    stdout,
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    // Ink takes a terminal for none where CI is set.
    interactive: true,
    kittyKeyboard: {mode: 'auto', flags: ['disambiguateEscapeCodes']},
  });
  await app.waitUntilExit();
  stdout.off('resize', onResize);
  store.stop();
  if (failed !== null) throw (failed as {error: unknown}).error;
  return store.get().ended ?? 'quit';
}

const wholeScreenErased = '\u001b[H\u001b[J';
