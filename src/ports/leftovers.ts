/** Files in AGENT_HOME that programs were writing when they died. */
export type Leftovers = {
  /** Those older than `before` (milliseconds since 1970) whose process is gone. */
  find: (before: number) => Promise<readonly Leftover[]>;
  remove: (leftover: Leftover) => Promise<void>;
};

/** `path` is absolute: a file, or a folder with all in it. */
export type Leftover = {path: string; bytes: number};
