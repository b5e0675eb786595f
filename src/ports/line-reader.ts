/** Looks at the lines of long streams beside the thread that takes them in. Which lines matter is the core's to say: this only runs it elsewhere. */
export type LineReaders = {
  /** A reader of one stream, of which `keep` bytes of a line are held. Null where there is no second thread to be had. */
  open: (keep: number) => LineReader | null;
  /** Nothing more is coming for now: what waits for the next stream goes. */
  rest: () => Promise<void>;
};

export type LineReader = {
  /** Takes bytes in the order of the calls. A promise is backpressure, so that memory stays constant: the bytes must not change before it resolves. */
  push: (bytes: Uint8Array) => Promise<void> | undefined;
  /** What `unpackMiddle` unpacks; null where the other thread has died, so that whoever asks has to look for itself. */
  finish: () => Promise<Uint8Array<ArrayBuffer> | null>;
  /** Nobody wants to know any more. Does nothing after `finish`. */
  abandon: () => void;
};
