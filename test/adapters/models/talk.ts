import type {Block, ToolCall} from '../../../src/core/vocabulary/block.ts';
import type {Message, Model, Prompt, Reply, ToolResult} from '../../../src/ports/model.ts';
import {ask, PROMPT} from '../../contracts/model.ts';

/** A conversation with a model as the loop leads it: every reply goes back with the results of its calls. */
export async function talk(
  models: readonly Model[],
  answers: (call: ToolCall, k: number) => Partial<ToolResult> = () => ({}),
): Promise<Reply[]> {
  const messages: Message[] = [{role: 'user', text: 'Begin.'}];
  const replies: Reply[] = [];
  for (const [k, model] of models.entries()) {
    const {reply} = await ask(model, {...PROMPT, step: k + 1, messages});
    replies.push(reply);
    if (reply.kind === 'failed') break;
    messages.push(...turn(reply.content, answers));
  }
  return replies;
}

export function turn(content: readonly Block[], answers: (call: ToolCall, k: number) => Partial<ToolResult> = () => ({})): Message[] {
  const calls = content.filter(block => block.type === 'call');
  const results = calls.map((call, k) => ({call: call.id, text: `result of ${call.id}`, failed: false, ...answers(call, k)}));
  return [{role: 'assistant', content}, calls.length > 0 ? {role: 'results', results} : {role: 'user', text: 'And on.'}];
}

export function prompt(messages: readonly Message[], step = 9): Prompt {
  return {...PROMPT, step, messages};
}
