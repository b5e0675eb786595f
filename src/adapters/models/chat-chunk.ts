/** Only what is read, and all of it optional: servers of this protocol differ in everything. */
export type ChatChunk = {
  id?: string;
  model?: string;
  choices?: {delta?: ChatDelta | null; message?: ChatDelta | null; finish_reason?: string | null}[];
  usage?: ChatUsage | null;
};
type ChatDelta = {
  content?: string | null;
  refusal?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  tool_calls?: ChatCallDelta[] | null;
};
export type ChatCallDelta = {index?: number | null; id?: string | null; function?: {name?: string | null; arguments?: unknown} | null};
export type ChatUsage = {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  prompt_tokens_details?: {cached_tokens?: number | null; cache_write_tokens?: number | null} | null;
  prompt_cache_hit_tokens?: number | null;
};
