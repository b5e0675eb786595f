import {render} from 'ink';
import {createElement} from 'react';
import type {Recorded} from '../../../core/vocabulary/event.ts';
import type {SessionId} from '../../../core/vocabulary/ids.ts';
import type {Blobs} from '../../../ports/blobs.ts';
import type {Worktrees} from '../../../ports/worktree.ts';
import {inkOptions} from '../ink-options.ts';
import {stopProcess} from '../suspend.ts';
import {wantsColour} from '../view/ansi.ts';
import {playerEffects} from './effects.ts';
import {PlayerView, type MountedPlayer} from './player.tsx';
import {newPlayer} from './state.ts';
import {createPlayerStore, type PlayerStore} from './store.ts';
import {readTape} from './read-tape.ts';
import type {Tape} from './tape.ts';

export type PlayerOptions = {
  id: SessionId;
  /** Of the session's log, from its beginning. */
  records: AsyncIterable<Recorded>;
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

/** Shows a recorded session on a terminal until the user leaves it, and leaves the terminal as it was. Both streams must be terminals that can move their cursor. 'nothing': no record is within the range. */
export async function runPlayer({
  stdin,
  stdout,
  env = process.env,
  ...options
}: PlayerOptions): Promise<'quit' | 'interrupted' | 'nothing'> {
  const tapes = readTape(options);
  const begun = await tapes.next();
  if (begun.done === true) return 'nothing';
  const mounted: MountedPlayer = {suspend: during => during()};
  let failed: {error: unknown} | null = null;
  const leave = () => void app.waitUntilRenderFlush().then(() => app.unmount());
  const fail = (error: unknown) => {
    failed ??= {error};
    leave();
  };
  const perform = playerEffects({
    ...options,
    dispatch: message => store.dispatch(message),
    suspend: () => mounted.suspend(stopProcess),
    end: leave,
    fail,
  });
  const sizeNow = () => ({columns: stdout.columns, rows: stdout.rows});
  const first = newPlayer({tape: begun.value, size: sizeNow(), speed: options.speed, now: Date.now()});
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
    ...inkOptions,
    alternateScreen: true,
  });
  const read = readOn(tapes, store).catch(fail);
  await app.waitUntilExit();
  stdout.off('resize', onResize);
  store.stop();
  await read;
  if (failed !== null) throw (failed as {error: unknown}).error;
  return store.get().ended ?? 'quit';
}

/** The rest of the log, until the player is left. */
async function readOn(tapes: AsyncGenerator<Tape>, store: PlayerStore): Promise<void> {
  for await (const tape of tapes) {
    store.dispatch({type: 'tape', tape});
    if (store.get().ended !== null) return;
  }
}

const wholeScreenErased = '\u001b[H\u001b[J';
