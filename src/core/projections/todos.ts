import type {Fold} from '../log/fold.ts';
import type {SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';

export type TodoItem = {text: string; state: 'open' | 'doing' | 'done'};

/** `items` is the list as the last `todo` call that was done left it; `asked` the lists of calls that have not ended. */
export type Todos = {items: readonly TodoItem[]; asked: Readonly<Record<CallId, readonly TodoItem[]>>};

export const todos: Fold<Todos> = {
  initial: {items: [], asked: {}},
  apply: (state, {event}) => {
    if (event.type === 'model.replied') return {...state, asked: {...state.asked, ...askedIn(event)}};
    if (event.type !== 'tool.finished') return state;
    const {[event.call]: items, ...asked} = state.asked;
    if (items === undefined) return state;
    return {items: event.outcome.kind === 'done' ? items : state.items, asked};
  },
};

function askedIn(event: Extract<SessionEvent, {type: 'model.replied'}>): Record<CallId, readonly TodoItem[]> {
  const calls = event.content.flatMap((block): [CallId, readonly TodoItem[]][] => {
    const items = block.type === 'call' && block.tool === 'todo' ? itemsOf(block.input) : null;
    return block.type === 'call' && items !== null ? [[block.id, items]] : [];
  });
  return Object.fromEntries(calls);
}

/** A call's input is what the model wrote; only a list that the tool would have taken counts. */
function itemsOf(input: unknown): readonly TodoItem[] | null {
  if (typeof input !== 'object' || input === null || !('items' in input) || !Array.isArray(input.items)) return null;
  const items: readonly unknown[] = input.items;
  return items.every(isItem) ? items.map(({text, state}) => ({text, state})) : null;
}

function isItem(item: unknown): item is TodoItem {
  if (typeof item !== 'object' || item === null || !('text' in item) || !('state' in item)) return false;
  return typeof item.text === 'string' && (item.state === 'open' || item.state === 'doing' || item.state === 'done');
}
