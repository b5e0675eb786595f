/** What the server answers to one request, in words that fit every protocol. */
export type ServerReply = {
  text?: string;
  thinking?: string;
  /** An Anthropic block that is opaque altogether. */
  redacted?: string;
  calls?: readonly ServerCall[];
  /** In the provider's own word; follows from the calls otherwise. */
  stop?: string;
  /** Null sends none, as some local servers do. */
  usage?: {input?: number; output?: number; cached?: number; cache_written?: number} | null;
  model?: string;
  /** Anything but 200 is answered with `error` and without a stream. */
  status?: number;
  error?: {type?: string; code?: string | number; message?: string};
  headers?: Readonly<Record<string, string>>;
  /** After the content and in place of the end. */
  error_event?: {type: string; message: string};
  /** The connection is destroyed after this many bytes of the stream. */
  cut_after?: number;
  /** The stream ends properly after this many bytes. */
  end_after?: number;
  chunking?: Chunking;
  crlf?: boolean;
  /** Comment lines and pings between the events. */
  comments?: boolean;
  /** Before the head of the answer. */
  delay_ms?: number;
  /** Between two chunks. */
  between_ms?: number;
  /** Hold open until `release()`: before the head, or after this many bytes. */
  hold?: 'head' | number;
  /** One JSON document although a stream was asked. */
  json?: boolean;
};

/**
 * `arguments` as text goes out as it is, malformed or not. Of the chat protocol: `id: null` sends none, `index: null` none, `whole` the
 * call in one delta, `repeat` name and id with every fragment.
 */
export type ServerCall = {
  name: string;
  arguments: string | object;
  id?: string | null;
  index?: number | null;
  whole?: boolean;
  repeat?: boolean;
};

/** `seed`: sizes by a small generator. `at`: two chunks. */
export type Chunking = 'whole' | 'events' | 'bytes' | {seed: number} | {at: number};

export function argumentText(call: ServerCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

/** Text in a few fragments, as a model's tokens come. */
export function fragments(text: string, count = 3): string[] {
  const letters = [...text];
  const size = Math.max(1, Math.ceil(letters.length / count));
  return Array.from({length: Math.ceil(letters.length / size)}, (_, k) => letters.slice(k * size, (k + 1) * size).join(''));
}

export function totals(reply: ServerReply): {input: number; output: number; cached: number; cache_written: number} {
  return {input: 100, output: 20, cached: 0, cache_written: 0, ...reply.usage};
}
