import type {Block} from './block.ts';
import type {CallId} from './ids.ts';

/** Provider-neutral. Adapters turn it into their wire body; our hash is over this, never over theirs. */
export type Prompt = {step: number; system: string; tools: readonly ToolCard[]; messages: readonly Message[]; max_output: number};
export type ToolCard = {name: string; description: string; schema: object};
export type Message =
  | {role: 'user'; text: string}
  | {role: 'assistant'; content: readonly Block[]}
  /** The results of the assistant message before it: one for each of its calls, in the order of the calls. */
  | {role: 'results'; results: readonly ToolResult[]};
export type ToolResult = {call: CallId; text: string; failed: boolean};
