import type {RewindRequest} from '../../agent/rewind.ts';
import type {Session} from '../../agent/session.ts';
import {unreachable} from '../../core/log/fold.ts';
import type {Command} from '../../core/vocabulary/command.ts';
import type {HistoryFile} from './input/history-file.ts';
import type {ActionName, Effect, Message} from './state.ts';

/** What the screen may do to the world. */
export type Doing = {
  session: Session;
  history: HistoryFile;
  actions: Actions;
  dispatch: (message: Message) => void;
  suspend: () => Promise<void>;
  end: () => void;
  /** The session can no longer go on: its log or its worktree failed. */
  fail: (error: unknown) => void;
};

/** What is done for a command that is no business of the session; gives the text to show. */
export type Actions = Readonly<Partial<Record<ActionName, () => Promise<string>>>>;

export function performer(doing: Doing): (effect: Effect) => void {
  return effect => {
    switch (effect.do) {
      case 'submit':
        return void submit(effect.command, doing);
      case 'remember':
        return void remember(effect.text, doing);
      case 'act':
        return void act(effect.on, doing);
      case 'rewind':
        return void rewind(effect.request, doing);
      case 'suspend':
        return void doing.suspend().catch(doing.fail);
      case 'end':
        return doing.end();
      default:
        return unreachable(effect);
    }
  };
}

async function submit(command: Command, {session, dispatch, fail}: Doing): Promise<void> {
  try {
    await session.submit(command);
    await session.settled();
  } catch (error) {
    if (!isRefused(error)) return fail(error);
    const text = command.type === 'prompt' || command.type === 'steer' ? command.text : null;
    dispatch({type: 'refused', why: error.message, text});
  }
}

const isRefused = (error: unknown): error is Error => error instanceof Error && error.name === 'CommandRefused';

async function remember(text: string, {session, history, dispatch}: Doing): Promise<void> {
  try {
    await history.add(session.masked(text));
  } catch (error) {
    dispatch(noteOf(`What you sent could not be kept for the next run: ${messageOf(error)}`));
  }
}

async function rewind(request: RewindRequest, {session, dispatch, fail}: Doing): Promise<void> {
  try {
    dispatch({type: 'rewound', request, done: await session.rewind(request)});
  } catch (error) {
    // What the files do not take is told; what the log does not take ends the session.
    if (error instanceof Error && error.name === 'LogRefused') return fail(error);
    dispatch({type: 'refused', why: messageOf(error), text: null});
  }
}

async function act(on: ActionName, {actions, session, dispatch}: Doing): Promise<void> {
  const action = actions[on];
  const id = session.state().opened?.session ?? '--last';
  if (action === undefined) return dispatch(noteOf(`In another terminal: agent ${on} ${id}`));
  try {
    dispatch({type: 'print', item: {kind: 'text', text: await action()}});
  } catch (error) {
    dispatch({type: 'refused', why: messageOf(error), text: null});
  }
}

const noteOf = (text: string): Message => ({type: 'print', item: {kind: 'note', level: 'warning', text}});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
