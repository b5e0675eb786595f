import {defaultPolicy, withTokens} from '../../src/core/truncation/policies.ts';
import {view} from '../../src/core/truncation/view.ts';
import {faults, label, marked} from '../core/truncation/oracle.ts';
import type {Sample} from './corpus.ts';

/** What the agent shows of an output, and what is wrong with it: a budget that is passed, or a count that its windows do not bear out. */
export function agentView({bytes}: Sample, tokens: number): {text: string; wrong: readonly string[]} {
  const policy = withTokens(defaultPolicy, tokens);
  const cut = view(bytes, policy, label);
  const text = Buffer.from(cut.text).toString();
  const wrong = faults(cut, bytes, policy);
  const said = marked(text);
  if (said !== cut.truncated_lines_count) wrong.push(`the notices say ${said} lines, the receipt ${cut.truncated_lines_count}`);
  return {text, wrong};
}
