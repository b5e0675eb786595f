import {z} from 'zod';
import type {TodoItem} from '../../core/projections/todos.ts';
import {defaultPolicy} from '../../core/truncation/policies.ts';
import type {Tool} from '../tool.ts';

const schema = z.strictObject({items: z.array(z.strictObject({text: z.string().min(1), state: z.enum(['open', 'doing', 'done'])}))});

export type TodoInput = z.infer<typeof schema>;

export const todo: Tool<TodoInput> = {
  name: 'todo',
  description: 'Replaces your to-do list, which the user sees. For work of three or more steps; keep one item doing.',
  schema,
  // It changes nothing outside the conversation: the list is a fold over these calls.
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: defaultPolicy,
  risk: () => 'reads',
  subjects: () => [{kind: 'name', text: ''}],
  async run({items}, _world, call) {
    const done = items.filter(item => item.state === 'done').length;
    await call.out(items.length === 0 ? 'The list is empty.\n' : `${done} of ${items.length} done\n${items.map(line).join('')}`);
    return {kind: 'done'};
  },
};

function line({text, state}: TodoItem): string {
  return `${MARK[state]} ${text.replace(/\s+/g, ' ')}\n`;
}

const MARK: Readonly<Record<TodoItem['state'], string>> = {open: '[ ]', doing: '[~]', done: '[x]'};
