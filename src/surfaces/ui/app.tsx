import {Static, Text, useApp, useCursor, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {keysOf, pastedText} from './input/keys.ts';
import type {Store} from './store.ts';
import type {Ui} from './state.ts';
import {toAnsi} from './view/ansi.ts';
import {itemLines} from './view/item.ts';
import {screen} from './view/screen.ts';

/** What only a mounted screen can do. */
export type Terminal = {suspend: (during: () => Promise<void>) => Promise<void>};

export function App({store, colour, onTerminal}: {store: Store; colour: boolean; onTerminal: (terminal: Terminal) => void}) {
  const ui = useSyncExternalStore(store.subscribe, store.get);
  const {suspendTerminal} = useApp();
  useEffect(() => onTerminal({suspend: suspendTerminal}), [onTerminal, suspendTerminal]);
  useInput((input, key) => {
    for (const each of keysOf(input, key)) store.dispatch({type: 'key', key: each});
  });
  usePaste(text => store.dispatch({type: 'key', key: pastedText(text)}));
  return (
    <>
      <Printed printed={ui.printed} colour={colour} />
      <Live ui={ui} colour={colour} />
    </>
  );
}

/** What has happened goes to the terminal once, and stays in its scroll-back. */
function Printed({printed, colour}: {printed: Ui['printed']; colour: boolean}) {
  const {columns} = useWindowSize();
  const items = useMemo(() => [...printed], [printed]);
  return <Static items={items}>{(item, index) => <Text key={index}>{toAnsi(itemLines(item, items[index - 1], columns - 1), colour)}</Text>}</Static>;
}

function Live({ui, colour}: {ui: Ui; colour: boolean}) {
  const size = useWindowSize();
  const {setCursorPosition} = useCursor();
  const {lines, cursor} = screen(ui, size);
  setCursorPosition(cursor ?? undefined);
  // Rows fit already; between a resize and the next drawing they may not, and must not become more.
  return <Text wrap="truncate">{toAnsi(lines, colour)}</Text>;
}
