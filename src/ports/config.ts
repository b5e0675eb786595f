import type {Mode, Rule} from '../core/vocabulary/verdict.ts';

/** What the user configured, every value with its origin. */
export type Config = {
  read: (where: {
    repo: string | null;
    file: string | null;
    flags: ConfigFlags;
  }) => Promise<LoadedConfig | {problems: readonly ConfigProblem[]}>;
  set: (key: string, value: string) => Promise<{file: string} | {problems: readonly ConfigProblem[]}>;
  unset: (key: string) => Promise<{file: string} | {problems: readonly ConfigProblem[]}>;
};

/** Any part of the values, as the command line gives them. */
export type ConfigFlags = {
  readonly [Key in keyof ConfigValues]?: ConfigValues[Key] extends object ? Partial<ConfigValues[Key]> : ConfigValues[Key];
};

export type LoadedConfig = {
  values: ConfigValues;
  /** Key (dotted) to where its value comes from. */
  origins: ReadonlyMap<string, Origin>;
  rules: readonly (Rule & {origin: Origin})[];
  /** Settings of the repository's own file that do not count until the user trusts it: `agent config trust`. */
  ignored: readonly {file: string; keys: readonly string[]; sha256: string}[];
};

export type Origin =
  | {kind: 'default'}
  | {kind: 'user' | 'repository' | 'flag-file'; file: string; line: number | null}
  | {kind: 'environment'; name: string}
  | {kind: 'flag'};

/** `line` from 1. `expected` in the user's words: "a whole number of tokens, 4000 or more". */
export type ConfigProblem = {file: string; line: number | null; key: string | null; found: string; expected: string};

export type ConfigValues = {
  model: string | null;
  mode: Mode;
  context: {window: number};
  output: {tokens: number; max_stored: number; min_free: number};
  shell: {timeout_s: number; environment: readonly string[]};
  limits: {steps: number | null; tokens: number | null; usd: number | null; minutes: number | null};
  retries: {attempts: number; base_ms: number};
  redaction: {enabled: boolean};
  /** `exempt` as rules are written: a tool's name and a pattern. */
  storms: {notice: number; pause: number; exempt: readonly string[]};
  providers: Readonly<Record<string, ProviderConfig>>;
  prices: Readonly<Record<string, {input: number; output: number; cached: number | null; cache_written: number | null}>>;
  worktree: {dependencies: boolean; max_file_mb: number};
};

/** A named endpoint of the user's own. `key_env` names the environment variable that holds its key; keys themselves never stand in a file. */
export type ProviderConfig = {
  protocol: 'chat' | 'responses' | 'anthropic';
  url: string;
  key_env: string | null;
  window: number | null;
  headers: Readonly<Record<string, string>>;
};
