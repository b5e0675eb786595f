import type {Block, Failure, Stop, Usage} from '../core/vocabulary/block.ts';
import type {Prompt} from '../core/vocabulary/prompt.ts';

export type {Message, Prompt, ToolCard, ToolResult} from '../core/vocabulary/prompt.ts';

/** One language model of one provider, behind one wire protocol. */
export type Model = {
  /** `provider/name`. */
  readonly name: string;
  /** Tokens that it takes in one request, with the reply. */
  readonly window: number;
  /** US dollars per million tokens; null where unknown. */
  readonly price: Price | null;
  /** Never rejects: a refusal, a timeout or a broken stream is a `failed` answer. An aborted signal ends the request at once and answers `code: 'interrupted'`. */
  reply: (prompt: Prompt, show: (progress: ModelProgress) => void, signal: AbortSignal) => Promise<Reply>;
};

export type Price = {input: number; output: number; cached: number; cache_written: number; as_of: string};

export type Reply =
  | {kind: 'replied'; content: readonly Block[]; stop: Stop; model: string; usage: Usage; raw: unknown}
  /** `partial` is what had arrived before a stream broke. */
  | {kind: 'failed'; failure: Failure};

/** `sent`: the request is on the wire; what would delay it may begin. */
export type ModelProgress = {type: 'text' | 'thinking'; delta: string} | {type: 'calling'; tool: string} | {type: 'sent'};
