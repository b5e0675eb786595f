import type {CutPolicy, PolicyVersion} from '../vocabulary/excerpt.ts';

/** What the model sees of a tool's output. A version names one exact view function with these numbers; change either, and the version changes. */
export const defaultPolicy: CutPolicy = {
  version: 'lines/2',
  tokens: 2_000,
  head_lines: 20,
  tail_lines: 50,
  line_bytes: 1_000,
  salient: true,
};

/** What `lines/2` was before it showed anything of the middle. */
const bothEndsPolicy: CutPolicy = {...defaultPolicy, version: 'lines/1', salient: false};

/** `read` and `read_output` choose their own page within the budget, so their lines are not cut again. */
export const pagePolicy: CutPolicy = {
  version: 'page/1',
  tokens: 4_000,
  head_lines: 4_000,
  tail_lines: 50,
  line_bytes: 2_000,
  salient: false,
};

/** `glob` sorts what it prints: the first lines matter. */
export const listPolicy: CutPolicy = {version: 'list/1', tokens: 2_000, head_lines: 400, tail_lines: 5, line_bytes: 1_000, salient: false};

/** `grep` puts a count and the first matches of every file before the whole list, and its last line says that the list is whole. */
export const grepPolicy: CutPolicy = {version: 'grep/1', tokens: 2_000, head_lines: 400, tail_lines: 1, line_bytes: 1_000, salient: false};

/** A prompt that is too long to stand in the request whole: its two ends, a user's words being worth more than a program's. */
export const promptPolicy: CutPolicy = {
  version: 'prompt/1',
  tokens: 4_000,
  head_lines: 200,
  tail_lines: 200,
  line_bytes: 2_000,
  salient: false,
};

/** The same cut within another budget. The budget becomes part of the version: a view can be recomputed from the version alone. */
export function withTokens(policy: CutPolicy, tokens: number): CutPolicy {
  const [base = policy.version] = policy.version.split(budgetMark);
  const known = policies.find(known => known.version === base);
  return {...policy, tokens, version: known?.tokens === tokens ? base : `${base}${budgetMark}${tokens}`};
}

/** The policy that a receipt names; null where this build does not have it. */
export function policyNamed(version: PolicyVersion): CutPolicy | null {
  const [base, tokens, ...rest] = version.split(budgetMark);
  const policy = policies.find(policy => policy.version === base);
  if (!policy || rest.length > 0) return null;
  if (tokens === undefined) return policy;
  const named = /^[1-9]\d{0,9}$/.test(tokens) ? withTokens(policy, Number(tokens)) : null;
  return named?.version === version ? named : null;
}

const budgetMark = '@';

/** What this build cuts with. */
export const newestPolicies: readonly CutPolicy[] = [defaultPolicy, pagePolicy, listPolicy, grepPolicy, promptPolicy];
const policies = [...newestPolicies, bothEndsPolicy];
