import type {Prompt} from '../../ports/model.ts';
import {lastResults, requestText} from './request-text.ts';
import type {Expectation, ScriptedReply} from './script.ts';

/** The first expectation that the request does not meet, in words with an excerpt of the request; null where it meets all. */
export function unmet(reply: ScriptedReply, prompt: Prompt): string | null {
  for (const [k, expectation] of (reply.expect ?? []).entries()) {
    const problem = check(expectation, prompt);
    if (problem !== null) return `expectation ${k + 1}: ${problem}`;
  }
  return null;
}

function check(expectation: Expectation, prompt: Prompt): string | null {
  if ('tool' in expectation) {
    const names = prompt.tools.map(tool => tool.name);
    return names.includes(expectation.tool)
      ? null
      : `the request should offer the tool ${expectation.tool}; it offers ${names.join(', ') || 'none'}`;
  }
  if ('last_result_contains' in expectation) {
    const results = lastResults(prompt);
    const wanted = expectation.last_result_contains;
    return results.includes(wanted) ? null : `the last results should contain ${JSON.stringify(wanted)}; they end in ${end(results)}`;
  }
  const text = requestText(prompt);
  if ('contains' in expectation) {
    return text.includes(expectation.contains)
      ? null
      : `the request should contain ${JSON.stringify(expectation.contains)}; it ends in ${end(text)}`;
  }
  if ('matches' in expectation) {
    return new RegExp(expectation.matches).test(text) ? null : `the request should match /${expectation.matches}/; it ends in ${end(text)}`;
  }
  const found = text.indexOf(expectation.lacks);
  return found === -1 ? null : `the request should lack ${JSON.stringify(expectation.lacks)}; it has ${around(text, found)}`;
}

function end(text: string): string {
  return JSON.stringify(text.slice(-240));
}

function around(text: string, at: number): string {
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + 160));
}
