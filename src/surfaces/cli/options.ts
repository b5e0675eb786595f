import type {Trusted} from '../../agent/program.ts';
import type {Limits} from '../../core/vocabulary/settings.ts';
import type {Mode} from '../../core/vocabulary/verdict.ts';

/** `agent [prompt]` and `agent -p [prompt]`, as the command line said it: null is "not said". */
export type RunOptions = {
  /** The words of the prompt, joined by a space. What stdin holds is not in it. */
  prompt: string | null;
  print: boolean;
  output: OutputForm;
  /** The absolute path of a JSON Schema file that the answer must fit. */
  jsonSchema: string | null;
  limits: Limits;
  model: string | null;
  mode: Mode | null;
  inPlace: boolean;
  /** Absolute: `-C`, else where the program was started. */
  dir: string;
  /** Absolute. */
  addDirs: readonly string[];
  config: string | null;
  debug: boolean;
  /** A line at a time, without cursor control. */
  plain: boolean;
  /** After a headless run, bring the changes into the checkout. */
  apply: boolean;
};

/** `agent resume`, `-c` and `-r`. `session` is an id or a prefix of one; with neither it nor `last`, the user picks. */
export type ResumeOptions = Omit<RunOptions, 'inPlace'> & {
  session: string | null;
  last: boolean;
  trust: Trusted | null;
  repo?: string | null;
};

export type DemoOptions = {debug: boolean};

export type OutputForm = (typeof outputForms)[number];
export const outputForms = ['text', 'json', 'stream-json'] as const;
export const trusted = ['folder', 'checkpoint'] as const satisfies readonly Trusted[];
export const modes = ['plan', 'ask', 'accept-edits', 'full'] as const satisfies readonly Mode[];
