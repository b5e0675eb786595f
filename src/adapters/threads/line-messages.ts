/** What goes to the thread. `stream` tells streams apart that are read at the same time; buffers are handed over, not copied. */
export type Asked =
  | {type: 'open'; stream: number; keep: number}
  | {type: 'read'; stream: number; buffer: ArrayBuffer; length: number}
  | {type: 'finish'; stream: number}
  | {type: 'abandon'; stream: number};

/** What comes back: a buffer that has been read, to be filled again, or all that is known of a stream's lines. */
export type Answered =
  | {type: 'read'; stream: number; buffer: ArrayBuffer}
  | {type: 'finished'; stream: number; packed: Uint8Array<ArrayBuffer>};
