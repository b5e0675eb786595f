import {join} from 'node:path';
import {render} from 'ink';
import {createElement} from 'react';
import type {Session} from '../../agent/session.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {App, type Mounted} from './app.tsx';
import {performer, type Actions} from './effects.ts';
import {follow} from './follow.ts';
import {inkOptions} from './ink-options.ts';
import {historyFile, type HistoryFile} from './input/history-file.ts';
import {breaksRows, unwrapped} from './resize.ts';
import {createStore, type Store} from './store.ts';
import {newUi, type Ui} from './state.ts';
import {stopProcess} from './suspend.ts';
import {wantsColour} from './view/ansi.ts';

export type UiOptions = {
  session: Session;
  id: SessionId;
  notices: readonly string[];
  /** Sent at once. */
  prompt: string | null;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** AGENT_HOME: what was sent is kept in it for later runs. */
  home: string;
  /** Stops the process until the user brings it back, on Ctrl+Z; the terminal is handed over and taken back around it. */
  onSuspend?: () => Promise<void>;
  actions?: Actions;
  env?: Readonly<Record<string, string | undefined>>;
  now?: () => number;
};

/**
 * Runs a session on a terminal until the user leaves it; the session is neither gone on with nor closed here. Rejects where the session's log or
 * worktree failed. Both streams must be terminals that can move their cursor.
 */
export async function runUi(options: UiOptions): Promise<'quit' | 'interrupted'> {
  const {
    session,
    id,
    notices,
    prompt,
    stdin,
    stdout,
    home,
    onSuspend = stopProcess,
    actions = {},
    env = process.env,
    now = Date.now,
  } = options;
  const history = historyFile(join(home, 'history'));
  const mounted: Mounted = {suspend: during => during(), drawn: {lines: [], cursor: null}};
  let failed: {error: unknown} | null = null;
  // The prompt is gone from the screen before the terminal is given back.
  const leave = () => void app.waitUntilRenderFlush().then(() => app.unmount());
  const fail = (error: unknown) => {
    failed ??= {error};
    leave();
  };
  const suspend = () => mounted.suspend(onSuspend);
  const perform = performer({session, history, actions, dispatch: message => store.dispatch(message), suspend, end: leave, fail});
  const store = createStore(newUi({id, session: session.state(), now: now()}), {now, perform});
  // Before anything is drawn: the first request is what the user waits for.
  if (prompt !== null) perform({do: 'submit', command: {type: 'prompt', text: prompt}});
  for (const text of notices) store.dispatch({type: 'print', item: {kind: 'note', level: 'info', text}});
  const onResize = () => void stdout.write((breaksRows(env) ? unwrapped(mounted.drawn, stdout.columns) : null) ?? '');
  // Ink does it after the first frame only: what is typed until then would be echoed into it, and Enter would be a line break.
  stdin.setRawMode(true);
  // Before Ink's own listener, which erases the frame.
  stdout.on('resize', onResize);
  const app = render(createElement(App, {store, colour: wantsColour(env), mounted}), {
    stdin,
    stdout,
    ...inkOptions,
  });
  void session.settled().catch(fail);
  const [stopFollowing] = await Promise.all([follow(session, store).catch(fail), readHistory(history, store)]);
  await app.waitUntilExit();
  stdout.off('resize', onResize);
  store.stop();
  stopFollowing?.();
  await keepUnsent(store.get(), {session, history, stdout});
  if (failed !== null) throw (failed as {error: unknown}).error;
  if (store.get().session.card.prompts > 0) stdout.write(`Resume with: agent resume ${id}\n`);
  return store.get().ended ?? 'quit';
}

async function readHistory(history: HistoryFile, store: Store): Promise<void> {
  try {
    store.dispatch({type: 'history', entries: await history.read()});
  } catch (error) {
    const text = `What you sent in earlier runs could not be read: ${error instanceof Error ? error.message : String(error)}`;
    store.dispatch({type: 'print', item: {kind: 'note', level: 'warning', text}});
  }
}

type Keeping = {session: Pick<Session, 'masked'>; history: HistoryFile; stdout: NodeJS.WriteStream};

/** What was typed and not sent is the newest of the history: the next run has it one key away. */
async function keepUnsent({queue, editor}: Ui, {session, history, stdout}: Keeping): Promise<void> {
  const unsent = [...queue, editor.text].filter(text => text.trim() !== '');
  await history.settled();
  try {
    for (const text of unsent) await history.add(session.masked(text));
  } catch (error) {
    stdout.write(`Not sent, and not kept (${error instanceof Error ? error.message : String(error)}):\n${unsent.join('\n')}\n`);
  }
}
