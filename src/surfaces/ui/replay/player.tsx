import {Text, useApp, useCursor, useInput, usePaste} from 'ink';
import {useEffect, useSyncExternalStore} from 'react';
import {safeText} from '../view/safe-text.ts';
import {toAnsi} from '../view/ansi.ts';
import {playerKeysOf} from './keys.ts';
import type {PlayerStore} from './store.ts';
import {playerScreen} from './view/player-screen.ts';

/** What only a mounted screen can do. */
export type MountedPlayer = {suspend: (during: () => Promise<void>) => Promise<void>};

export function PlayerView({store, colour, mounted}: {store: PlayerStore; colour: boolean; mounted: MountedPlayer}) {
  const player = useSyncExternalStore(store.subscribe, store.get);
  const {suspendTerminal} = useApp();
  const {setCursorPosition} = useCursor();
  useEffect(() => void (mounted.suspend = suspendTerminal), [mounted, suspendTerminal]);
  useInput((input, key) => {
    for (const each of playerKeysOf(input, key)) store.dispatch({type: 'key', key: each});
  });
  usePaste(text => store.dispatch({type: 'key', key: {type: 'paste', text: safeText(text)}}));
  const {lines, cursor} = playerScreen(player);
  setCursorPosition(cursor ?? undefined);
  // Rows fit already; between a resize and the next drawing they may not, and must not become more.
  return <Text wrap="truncate">{toAnsi(lines, colour)}</Text>;
}
