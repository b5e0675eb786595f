import {z} from 'zod';
import type {Failure} from '../../core/vocabulary/block.ts';

const pattern = z.string().refine(isPattern, 'a regular expression');

const expectation = z.union([
  z.strictObject({contains: z.string().min(1)}),
  z.strictObject({lacks: z.string().min(1)}),
  z.strictObject({matches: pattern}),
  z.strictObject({last_result_contains: z.string().min(1)}),
  z.strictObject({tool: z.string().min(1)}),
]);

const failure = z.strictObject({
  code: z.string().min(1),
  message: z.string().optional(),
  retryable: z.boolean().default(false),
  retry_after_ms: z.int().nonnegative().optional(),
  /** How many attempts fail before the reply is given; without it, all of them. */
  times: z.int().positive().optional(),
});

const tokens = z.int().nonnegative();

const reply = z.strictObject({
  expect: z.array(expectation).optional(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  calls: z.array(z.strictObject({tool: z.string().min(1), input: z.unknown()})).optional(),
  stop: z.enum(['end', 'calls', 'length', 'refusal', 'other']).optional(),
  usage: z.strictObject({input: tokens, output: tokens, cached: tokens, cache_written: tokens}).partial().optional(),
  fail: failure.optional(),
  delay_ms: tokens.optional(),
  stream_delay_ms: tokens.optional(),
});

const script = z.strictObject({
  name: z.string().min(1).optional(),
  window: z.int().positive().optional(),
  /** Go on with the last reply where the script is at its end. */
  repeat_last: z.boolean().optional(),
  replies: z.array(reply).min(1),
});

export type Script = z.infer<typeof script>;
export type ScriptedReply = Script['replies'][number];
export type Expectation = z.infer<typeof expectation>;

/** A script file's JSON. Every problem is named by its place in the file. */
export function parseScript(json: unknown): {script: Script} | {failure: Failure} {
  const parsed = script.safeParse(json);
  if (parsed.success) return {script: parsed.data};
  const problems = parsed.error.issues.map(issue => `${place(issue.path)}: ${issue.message}`);
  return {failure: {code: 'bad-script', message: `The script does not fit: ${problems.join('; ')}.`, retryable: false}};
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0
    ? 'at the top'
    : path
        .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
        .join('')
        .replace(/^\./, '');
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
