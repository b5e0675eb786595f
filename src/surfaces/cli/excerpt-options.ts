import {Stop} from '../../agent/stop.ts';
import {defaultPolicy, newestPolicies, policyNamed, withTokens} from '../../core/truncation/policies.ts';
import type {CutPolicy} from '../../core/vocabulary/excerpt.ts';
import type {Parsed} from './numbers.ts';

/** What `agent excerpt` was asked for. `file` is null for stdin; `receipt` is `-` for stderr. */
export type ExcerptOptions = {
  tokens: number | null;
  policy: string | null;
  receipt: string | null;
  keep: boolean;
  redact: boolean;
  file: string | null;
};

/** A view needs room for its notices, and its first bytes are held in memory. */
export function budgetTokens(text: string): Parsed<number> {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return value >= 16 && value <= 1_000_000 ? {value} : {expected: 'a whole number of tokens, 16 to 1,000,000'};
}

/** `--tokens`, else the tokens that the policy's own name holds (`lines/1@500`), else `BUDGET_TOKENS`, else the policy's. */
export function chosenPolicy({tokens, policy: name}: ExcerptOptions, env: Readonly<Record<string, string | undefined>>): CutPolicy {
  const policy = name === null ? defaultPolicy : (policyNamed(name) ?? policyNamed(versionOf(name)) ?? unknownPolicy(name));
  if (tokens !== null) return withTokens(policy, tokens);
  const budget = env['BUDGET_TOKENS'] ?? '';
  if (budget === '' || name?.includes('@') === true) return withTokens(policy, checkedTokens(policy.tokens, `--policy ${name}`));
  const parsed = budgetTokens(budget);
  if ('value' in parsed) return withTokens(policy, parsed.value);
  throw new Stop(2, `BUDGET_TOKENS is "${budget}": expected ${parsed.expected}.\nSet it to one, or unset it: unset BUDGET_TOKENS`);
}

/** A policy's name alone means the version that this build cuts with. */
const versionOf = (name: string): string => newestPolicies.find(({version}) => version.split('/')[0] === name)?.version ?? name;

function unknownPolicy(name: string): never {
  throw new Stop(2, `There is no policy "${name}"; there are ${everyPolicy().join(', ')}.\nType: agent excerpt --help`);
}

/** The versions of before work as well: a receipt may name one. */
function everyPolicy(): readonly string[] {
  return newestPolicies.flatMap(({version}) => {
    const [name, newest] = version.split('/');
    const before = Array.from({length: Number(newest) - 1}, (_, n) => `${name}/${Number(newest) - 1 - n}`);
    return [version, ...before.filter(one => policyNamed(one) !== null)];
  });
}

function checkedTokens(tokens: number, from: string): number {
  const parsed = budgetTokens(String(tokens));
  if ('value' in parsed) return parsed.value;
  throw new Stop(2, `${from} asks for ${tokens} tokens: expected ${parsed.expected}.\nType: agent excerpt --help`);
}

/**
 * The usual command lines, read without the tree of all commands, which takes longer to load than most filters take to run. Null for anything
 * else (`--help`, what is wrong, what every command knows): the tree answers that.
 */
export function quickOptions(words: readonly string[]): ExcerptOptions | null {
  const options: ExcerptOptions = {tokens: null, policy: null, receipt: null, keep: false, redact: true, file: null};
  const left = [...words];
  while (left.length > 0) if (!takeOption(left, options)) return null;
  return options;
}

/** Takes one option, or the file, from the front of the words. */
function takeOption(left: string[], options: ExcerptOptions): boolean {
  const [, name = '', inline] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(left[0] ?? '') ?? [];
  if (name === '') return takeFile(left.shift() ?? '', options);
  left.shift();
  if (name === '--keep' && inline === undefined) return (options.keep = true);
  if (name === '--no-redact' && inline === undefined) return !(options.redact = false);
  const value = inline ?? left.shift();
  return value !== undefined && setValue(name, value, options);
}

function setValue(name: string, value: string, options: ExcerptOptions): boolean {
  if (name === '--policy') options.policy = value;
  else if (name === '--receipt') options.receipt = value;
  else if (name === '--tokens') {
    const parsed = budgetTokens(value);
    if (!('value' in parsed)) return false;
    options.tokens = parsed.value;
  } else return false;
  return true;
}

function takeFile(word: string, options: ExcerptOptions): boolean {
  if (word === '' || word === '--' || options.file !== null || (word.startsWith('-') && word !== '-')) return false;
  options.file = word;
  return true;
}
