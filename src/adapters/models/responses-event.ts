/** Only what is read of the stream. Gateways that speak this protocol leave parts out, so all of it is optional. */
export type ResponsesEvent = {
  type?: string;
  output_index?: number;
  delta?: unknown;
  item?: ResponsesItem;
  response?: ResponsesResponse;
  error?: unknown;
};

export type ResponsesItem = {
  type?: string;
  id?: string;
  call_id?: string;
  name?: string;
  arguments?: string;
  content?: {type?: string; text?: string; refusal?: string}[] | null;
  summary?: {type?: string; text?: string}[];
  encrypted_content?: string | null;
};

export type ResponsesResponse = {
  id?: string;
  model?: string;
  status?: string;
  output?: ResponsesItem[];
  error?: unknown;
  incomplete_details?: {reason?: string} | null;
  usage?: {
    input_tokens?: number;
    output_tokens?: number;
    input_tokens_details?: {cached_tokens?: number; cache_write_tokens?: number} | null;
  } | null;
};
