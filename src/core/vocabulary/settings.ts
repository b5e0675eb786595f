import type {StormSettings} from './storm.ts';
import type {Mode, Rule} from './verdict.ts';

/** What a session runs under. Recorded when it opens and when it changes; no part of it is read from anywhere else while it runs. */
export type SessionSettings = {
  mode: Mode;
  /** `provider/name`, as `agent models` prints it. */
  model: string;
  rules: readonly Rule[];
  /** Folders outside the worktree that the user granted, absolute. */
  add_dirs: readonly string[];
  /** Nobody is there to answer: what would be asked is refused. */
  headless: boolean;
  /** `window`: tokens of one request that are used, never more than the model takes. */
  context: {window: number};
  output: {tokens: number; max_stored: number; min_free: number};
  /** Milliseconds before a shell command's group is ended. */
  shell: {timeout_ms: number; environment: readonly string[]};
  limits: Limits;
  retries: {attempts: number; base_ms: number};
  /** Logs of earlier versions have none. */
  storms?: StormSettings;
  /** Whether secrets are masked. Logs of earlier versions have none, and nothing in them was masked. */
  redaction?: {enabled: boolean};
};

/** Null is no limit. Tokens count input and output; `usd` is refused at the start where the model's price is unknown. */
export type Limits = {steps: number | null; tokens: number | null; usd: number | null; ms: number | null};
