/** A command line as it is written, nested shells still closed. `why` says what is not known before it runs; null where all is. */
export type Line = {commands: readonly WrittenCommand[]; why: string | null};

/**
 * A simple command while it is read, shaped as `SimpleCommand`. `stdin` is the text that a heredoc or a here-string feeds to it, null where
 * that is not known or comes from elsewhere.
 */
export type WrittenCommand = {
  words: (string | null)[];
  texts: string[];
  sets: string[];
  writes: (string | null)[];
  reads: (string | null)[];
  stdin: string | null;
};
