import {unreachable} from '../../../core/log/fold.ts';
import type {Blobs} from '../../../ports/blobs.ts';
import type {Worktrees} from '../../../ports/worktree.ts';
import {outputPage} from './output-page.ts';
import type {DiffText, Effect, Loaded, Message} from './state.ts';

/** What the player may read of the world; it changes nothing in it. */
export type Reading = {
  blobs: () => Promise<Blobs>;
  worktrees: () => Promise<Worktrees>;
  dispatch: (message: Message) => void;
  suspend: () => Promise<void>;
  end: () => void;
  fail: (error: unknown) => void;
};

export function playerEffects(reading: Reading): (effect: Effect) => void {
  return effect => {
    switch (effect.do) {
      case 'read-page':
        return void readPage(effect, reading).catch(reading.fail);
      case 'read-diff':
        return void readDiff(effect, reading).catch(reading.fail);
      case 'suspend':
        return void reading.suspend().catch(reading.fail);
      case 'end':
        return reading.end();
      default:
        return unreachable(effect);
    }
  };
}

async function readPage({of, rows, columns}: Extract<Effect, {do: 'read-page'}>, {blobs, dispatch}: Reading): Promise<void> {
  const {ref, top, left} = of;
  // No character of text takes more bytes than four, and none takes fewer columns than none.
  const page = await loaded(async () => outputPage({ref, top, rows, left, bytes: 4 * columns + 4}, await blobs()));
  dispatch({type: 'page', of: {ref, top, left}, page});
}

async function readDiff({step, place, from, to}: Extract<Effect, {do: 'read-diff'}>, {worktrees, dispatch}: Reading): Promise<void> {
  const text = await loaded(async () => {
    const bytes = (await worktrees()).diff(place, from, to, {color: false, stat: false});
    return beginning(bytes);
  });
  dispatch({type: 'diff', step, text});
}

const mostBytes = 2_000_000;

/** A change of a million lines is not read on a screen: its beginning is. */
async function beginning(bytes: AsyncIterable<Uint8Array>): Promise<DiffText> {
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const part of bytes) {
    parts.push(part);
    held += part.length;
    if (held > mostBytes) break;
  }
  const text = Buffer.concat(parts).subarray(0, mostBytes).toString('utf8').replace(/\n$/, '');
  return {lines: text.split('\n'), cut: held > mostBytes};
}

/** What could not be read is said where it would stand. */
async function loaded<T>(read: () => Promise<T>): Promise<Loaded<T>> {
  try {
    return {is: 'here', value: await read()};
  } catch (error) {
    if (error instanceof Error) return {is: 'refused', why: error.message};
    throw error;
  }
}
