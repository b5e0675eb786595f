import {Text, useApp, useCursor, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect, useSyncExternalStore} from 'react';
import {keysOf, pastedText} from '../input/keys.ts';
import {toAnsi} from '../view/ansi.ts';
import type {Screen} from '../view/screen.ts';
import type {PickStore} from './store.ts';
import {pickerScreen} from './view.ts';

/** What only a mounted screen can do, and what it drew last. */
export type MountedPicker = {suspend: (during: () => Promise<void>) => Promise<void>; drawn: Screen};

export function PickerScreen({store, colour, mounted}: {store: PickStore; colour: boolean; mounted: MountedPicker}) {
  const picker = useSyncExternalStore(store.subscribe, store.get);
  const size = useWindowSize();
  const {suspendTerminal} = useApp();
  const {setCursorPosition} = useCursor();
  useEffect(() => void (mounted.suspend = suspendTerminal), [mounted, suspendTerminal]);
  useInput((input, key) => {
    for (const each of keysOf(input, key)) store.dispatch({type: 'key', key: each});
  });
  usePaste(text => store.dispatch({type: 'key', key: pastedText(text)}));
  const drawn = pickerScreen(picker, size);
  setCursorPosition(drawn.cursor ?? undefined);
  useEffect(() => void (mounted.drawn = drawn));
  return <Text wrap="truncate">{toAnsi(drawn.lines, colour)}</Text>;
}
