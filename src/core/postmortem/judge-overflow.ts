import {grouped} from '../projections/call-title.ts';
import {no, type Finding} from './finding.ts';
import type {Overflow} from './happened.ts';

/** One finding for each step whose request was too large, however often it was tried again. */
export function judgeOverflows(overflows: Iterable<Overflow>): readonly Finding[] {
  const steps = Map.groupBy(overflows, ({step}) => step);
  return steps.size === 0 ? [no('overflow', 'No request was too large.')] : [...steps.values()].map(judgeOverflow);
}

/** Tokens of a result that is more than a screen. */
const long = 500;

function judgeOverflow(tries: readonly Overflow[]): Finding {
  const [{step, error, tokens, results}] = tries as [Overflow];
  const large = results.filter(result => result.tokens >= long);
  const inLarge = large.reduce((sum, result) => sum + result.tokens, 0);
  const finding = {
    question: 'overflow' as const,
    evidence: large.slice(0, mostShown).map(({call, sha256, tokens: cost}) => ({call, sha256, lines: [], text: `${grouped(cost)} tokens`})),
    cost: {results: inLarge, requests: tries.reduce((sum, each) => sum + each.tokens, 0)},
  };
  const what = `The request of step ${step} was too large (${error.code}${tries.length > 1 ? `, ${tries.length} times` : ''})`;
  if (error.code === 'context-full')
    return {...finding, evidence: [], verdict: 'no', says: `${what}: ${error.message}`, next: error.hint ?? 'Begin a new session.'};
  if (tokens > 0 && inLarge * 2 >= tokens)
    return {
      ...finding,
      verdict: 'yes',
      says: `${what}: ${large.length} long ${large.length === 1 ? 'output' : 'outputs'} took ${grouped(inLarge)} of its ${grouped(tokens)} tokens.`,
      next: 'Show less of each output: agent config set output.tokens N',
    };
  return {
    ...finding,
    verdict: 'no',
    says: `${what}: long outputs took only ${grouped(inLarge)} of its ${grouped(tokens)} tokens.`,
    next: 'Say how much the model takes: agent config set context.window N',
  };
}

const mostShown = 5;
