import {Static, Text, useApp, useCursor, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {keysOf, pastedText} from './input/keys.ts';
import type {Store} from './store.ts';
import type {Ui} from './state.ts';
import {toAnsi} from './view/ansi.ts';
import {itemLines} from './view/item.ts';
import {screen, type Screen} from './view/screen.ts';

/** What only a mounted screen can do, and what it drew last. */
export type Mounted = {suspend: (during: () => Promise<void>) => Promise<void>; drawn: Screen};

export function App({store, colour, mounted}: {store: Store; colour: boolean; mounted: Mounted}) {
  const ui = useSyncExternalStore(store.subscribe, store.get);
  const {suspendTerminal} = useApp();
  useEffect(() => void (mounted.suspend = suspendTerminal), [mounted, suspendTerminal]);
  useInput((input, key) => {
    for (const each of keysOf(input, key)) store.dispatch({type: 'key', key: each});
  });
  usePaste(text => store.dispatch({type: 'key', key: pastedText(text)}));
  return (
    <>
      <Printed printed={ui.printed} colour={colour} />
      <Live ui={ui} colour={colour} mounted={mounted} />
    </>
  );
}

/** What has happened goes to the terminal once, and stays in its scroll-back. */
function Printed({printed, colour}: {printed: Ui['printed']; colour: boolean}) {
  const {columns} = useWindowSize();
  const items = useMemo(() => [...printed], [printed]);
  return (
    <Static items={items}>
      {(item, index) => <Text key={index}>{toAnsi(itemLines(item, items[index - 1], columns - 1), colour)}</Text>}
    </Static>
  );
}

function Live({ui, colour, mounted}: {ui: Ui; colour: boolean; mounted: Mounted}) {
  const size = useWindowSize();
  const {setCursorPosition} = useCursor();
  const drawn = screen(ui, size);
  setCursorPosition(drawn.cursor ?? undefined);
  useEffect(() => void (mounted.drawn = drawn));
  // Rows fit already; between a resize and the next drawing they may not, and must not become more.
  return <Text wrap="truncate">{toAnsi(drawn.lines, colour)}</Text>;
}
