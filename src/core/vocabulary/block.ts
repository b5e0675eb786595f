import type {CallId} from './ids.ts';

/** What a model said, in the order it said it. The order and the opaque parts are kept: providers check both on the next request. */
export type Block =
  | {type: 'text'; text: string}
  /** `opaque` is the provider's own item (an Anthropic signature or redacted block, an OpenAI reasoning item), returned untouched to the same provider only. */
  | {type: 'thinking'; text: string; provider: string; opaque: unknown}
  | ToolCall;

/** `input` is what the tool parses. Where the model's arguments were not JSON, `input` is null and `malformed` holds them as they came. */
export type ToolCall = {type: 'call'; id: CallId; provider_id: string | null; tool: string; input: unknown; malformed?: string};

/** Why the model stopped. `length` means that the reply was cut by the output limit. */
export type Stop = 'end' | 'calls' | 'length' | 'refusal' | 'other';

/** Tokens as the provider reported them. `input` includes `cached` (read from the provider's cache) and `cache_written`. */
export type Usage = {input: number; output: number; cached: number; cache_written: number};

/** A failure from outside, as a value. `retryable` failures are tried again with backoff, at the earliest after `retry_after_ms` where the provider named it. */
export type Failure = {code: string; message: string; retryable: boolean; retry_after_ms?: number; hint?: string};
