import {
  always,
  higher,
  isAddress,
  isTexts,
  list,
  never,
  number,
  oneOf,
  price,
  rules,
  sooner,
  text,
  truth,
  whole,
  type Check,
} from './setting-checks.ts';

/** Every setting: its type, default, meaning, what is accepted, and which change of it is a tightening. The one list of them. */
export const SETTINGS: readonly Setting[] = [
  {
    key: 'model',
    type: 'text',
    default: null,
    meaning: 'The model, as `agent models` prints it: `provider/name`. Without it, a local one is looked for.',
    ...text('a model, like "ollama/qwen3-coder"'),
  },
  {
    key: 'mode',
    type: 'plan, ask, accept-edits or full',
    default: 'ask',
    meaning: 'What runs without asking.',
    ...oneOf(['plan', 'ask', 'accept-edits', 'full']),
  },
  {
    key: 'context.window',
    type: 'tokens',
    default: 32_000,
    meaning: 'Tokens of one request that are used, never more than the model takes.',
    ...whole('tokens', 4000, 10_000_000),
  },
  {
    key: 'output.tokens',
    type: 'tokens',
    default: 2000,
    meaning: 'Tokens of one tool output that the model is shown; the rest stays one command away.',
    ...whole('tokens', 200, 100_000),
  },
  {
    key: 'output.max_stored',
    type: 'bytes',
    default: 1_000_000_000,
    meaning: 'Compressed bytes of one tool output that are kept; a command that prints more is ended.',
    ...whole('bytes', 1_000_000, 1e12),
  },
  {
    key: 'output.min_free',
    type: 'bytes',
    default: 2_000_000_000,
    meaning: 'Free disk that is never used up.',
    ...whole('bytes', 0, 1e15),
    tighter: higher,
  },
  {key: 'shell.timeout_s', type: 'seconds', default: 120, meaning: 'Seconds before a command is ended.', ...whole('seconds', 1, 86_400)},
  {
    key: 'shell.environment',
    type: 'list of names',
    default: [],
    meaning: 'Environment variables that commands get beside the usual ones.',
    ...list('names of environment variables, like ["DATABASE_URL"]', /^[A-Za-z_]\w*$/u),
  },
  {key: 'limits.steps', type: 'steps or nothing', default: null, meaning: 'Model requests of one run.', ...whole('steps', 1, 1_000_000)},
  {
    key: 'limits.tokens',
    type: 'tokens or nothing',
    default: null,
    meaning: 'Input and output tokens of one run.',
    ...whole('tokens', 1, 1e12),
  },
  {
    key: 'limits.usd',
    type: 'US dollars or nothing',
    default: null,
    meaning: 'Money of one run; a model without a known price is then refused.',
    ...number('an amount of US dollars above 0, at most 1,000,000', value => value > 0 && value <= 1_000_000),
  },
  {
    key: 'limits.minutes',
    type: 'minutes or nothing',
    default: null,
    meaning: 'Minutes of one run.',
    // A timer holds at most 2^31 - 1 milliseconds.
    ...number('a number of minutes above 0, at most 35,000', value => value > 0 && value <= 35_000),
  },
  {
    key: 'retries.attempts',
    type: 'attempts',
    default: 5,
    meaning: 'Attempts at one model request before the run gives up.',
    ...whole('attempts', 1, 20),
  },
  {
    key: 'retries.base_ms',
    type: 'milliseconds',
    default: 500,
    meaning: 'The first wait between attempts; each later one is about twice as long.',
    ...whole('milliseconds', 0, 60_000),
    tighter: never,
  },
  {
    key: 'storms.notice',
    type: 'times, or 0 for never',
    default: 3,
    meaning: 'After how many equal failures, with no file changed in between, the model is told so.',
    ...whole('times', 0, 1000),
    tighter: sooner,
  },
  {
    key: 'storms.pause',
    type: 'times, or 0 for never',
    default: 5,
    meaning: 'After how many of them the session pauses for the user; a headless run ends with exit code 5.',
    ...whole('times', 0, 1000),
    tighter: sooner,
  },
  {
    key: 'storms.exempt',
    type: 'list of rules',
    default: [],
    meaning: 'Calls that may come to the same again and again, such as a poll: `["shell until curl *"]`.',
    ...rules(),
    tighter: never,
  },
  {
    key: 'redaction.enabled',
    type: 'true or false',
    default: true,
    meaning: 'Whether secrets are masked in what is stored and shown (`docs/secrets.md`).',
    ...truth(),
    tighter: value => value === true,
  },
  {
    key: 'worktree.dependencies',
    type: 'true or false',
    default: true,
    meaning: 'Whether ignored dependency folders (`node_modules`, `.venv`, …) are brought into the worktree.',
    ...truth(),
  },
  {
    key: 'worktree.max_file_mb',
    type: 'megabytes',
    default: 10,
    meaning: 'Untracked files above this size are left out of the worktree and of checkpoints.',
    ...number('a number of megabytes, 0 to 100,000', value => value >= 0 && value <= 100_000),
  },
  {key: 'rules.allow', type: 'list of rules', default: [], meaning: 'Calls that run without asking.', ...rules(), tighter: never},
  {
    key: 'rules.ask',
    type: 'list of rules',
    default: [],
    meaning: 'Calls that are asked about, whatever else allows them.',
    ...rules(),
    tighter: always,
  },
  {key: 'rules.deny', type: 'list of rules', default: [], meaning: 'Calls that are refused.', ...rules(), tighter: always},
  {
    key: 'providers.*.protocol',
    type: 'chat, responses or anthropic',
    default: null,
    meaning: 'How an endpoint of your own is spoken to. `chat` is what local servers speak.',
    ...oneOf(['chat', 'responses', 'anthropic']),
    tighter: never,
  },
  {
    key: 'providers.*.url',
    type: 'address',
    default: null,
    meaning: 'Its base address.',
    accepts: isAddress,
    expected: 'an address that begins with http:// or https://',
    tighter: never,
  },
  {
    key: 'providers.*.key_env',
    type: 'name',
    default: null,
    meaning: 'The environment variable that holds its key. Keys never stand in a file.',
    ...text('the name of an environment variable, like "MY_API_KEY" (never the key itself)', /^[A-Za-z_]\w*$/u),
  },
  {
    key: 'providers.*.window',
    type: 'tokens or nothing',
    default: null,
    meaning: 'Tokens that its models take.',
    ...whole('tokens', 1000, 10_000_000),
    tighter: never,
  },
  {
    key: 'providers.*.headers',
    type: 'table of texts',
    default: {},
    meaning: 'HTTP headers to send with every request.',
    accepts: isTexts,
    expected: 'a table of texts, like {X-Team = "tools"}',
    tighter: never,
  },
  {
    key: 'prices.*.input',
    type: 'US dollars per million tokens',
    default: null,
    meaning: 'Price of input tokens, for the model named in the table: `[prices."provider/name"]`.',
    ...price(),
  },
  {key: 'prices.*.output', type: 'US dollars per million tokens', default: null, meaning: 'Price of output tokens.', ...price()},
  {
    key: 'prices.*.cached',
    type: 'US dollars per million tokens',
    default: null,
    meaning: "Price of input tokens that the provider's cache held.",
    ...price(),
  },
  {
    key: 'prices.*.cache_written',
    type: 'US dollars per million tokens',
    default: null,
    meaning: 'Price of input tokens that were put into the cache.',
    ...price(),
  },
];

/** `*` in a key stands for one name. */
export type Setting = Check & {key: string; type: string; default: unknown; meaning: string};

/** What `agent config list` prints. */
export function describeSettings(): readonly {key: string; type: string; default: unknown; meaning: string}[] {
  return SETTINGS.map(({key, type, default: byDefault, meaning}) => ({key, type, default: byDefault, meaning}));
}

export function settingOf(path: readonly string[]): Setting | null {
  return SETTINGS.find(({key}) => fits(key.split('.'), path)) ?? null;
}

/** Whether the path is a table that holds settings. */
export function isTable(path: readonly string[]): boolean {
  return SETTINGS.some(({key}) => key.split('.').length > path.length && fits(key.split('.').slice(0, path.length), path));
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, at) => part === '*' || part === path[at]);
}
