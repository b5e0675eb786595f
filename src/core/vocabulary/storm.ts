import type {CallId} from './ids.ts';

/** `failure`: one error signature, whatever the commands. `repeat`: one call that succeeds with the same output. */
export type StormKind = 'failure' | 'repeat';

/** A storm as it was when it was noticed. */
export type NoticedStorm = {
  kind: StormKind;
  /** Of the failure, or of call and output. */
  signature: string;
  /** How many steps came to it: the calls of one step count once, since the model saw their results together. */
  times: number;
  calls: readonly CallId[];
  /** What was called, each different call once, oldest first, shortened. */
  tried: readonly string[];
  /** The most telling line of the failure; '' for a repeat. */
  line: string;
  /** Tokens of the results that were fed back after the first one. */
  tokens: number;
};

/** After how many steps the model is told, and after how many the session pauses; 0 is never. `exempt` are calls that may repeat. */
export type StormSettings = {notice: number; pause: number; exempt: readonly StormExemption[]};

/** A tool, and where given a pattern of its command or path, as rules have it. */
export type StormExemption = {tool: string; pattern?: string};
