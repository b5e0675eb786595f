import {judge, type Judged} from '../../core/policy/gate.ts';
import {heldBack} from '../../core/policy/held-back.ts';
import {visible} from '../../core/text/visible.ts';
import type {Failure, ToolCall} from '../../core/vocabulary/block.ts';
import type {Scene} from '../scene.ts';
import type {Tool} from '../tool.ts';
import {maskedFailure} from '../masking.ts';
import {asJudged} from './call-subject.ts';
import {placeholderRefused} from './placeholder-refusal.ts';

/** Records what the rules say of a call. Arguments that the tool cannot read end the call here: it was never judged and never runs. */
export async function judgeCall(call: ToolCall, {ports, state, record}: Scene): Promise<void> {
  const tool = ports.tools.find(({name}) => name === call.tool);
  const {settings, grants, changes} = state();
  const {place} = changes;
  if (settings === null || place === null) throw new Error('The session has not been opened.');
  if (tool === undefined) {
    const reason = `There is no tool named "${visible(call.tool)}". The tools are: ${ports.tools.map(({name}) => name).join(', ')}.`;
    return record({type: 'tool.judged', call: call.id, verdict: {kind: 'deny', reason, needs_approval: false}, read_only: true});
  }
  const input = acceptable(tool, call);
  if ('failure' in input) {
    const error = maskedFailure(input.failure, {ports, state});
    return record({type: 'tool.finished', call: call.id, outcome: {kind: 'failed', error}, touched: []});
  }
  const about = {
    tool: tool.name,
    known: true,
    traits: {readOnly: tool.readOnly, destructive: tool.destructive},
    risk: tool.risk(input.value),
    mode: settings.mode,
    rules: settings.rules,
    grants,
    headless: settings.headless,
    roots: [place.root, ...settings.add_dirs],
  };
  const around = {syntax: ports.syntax, files: ports.files(place, settings.add_dirs), place, roots: about.roots};
  const judgements = await Promise.all(
    tool.subjects(input.value).map(async subject => judge({...about, ...(await asJudged(subject, around))})),
  );
  const judgement = heldBack(strictest(judgements), state().gates);
  record({type: 'tool.judged', call: call.id, ...judgement});
}

const strictness = {deny: 2, ask: 1, allow: 0} as const;

/** A call is allowed only where every part of it is; nothing to judge is not allowed. */
function strictest(judgements: readonly Judged[]): Judged {
  const [first] = judgements.toSorted((a, b) => strictness[b.verdict.kind] - strictness[a.verdict.kind]);
  if (first === undefined) throw new Error('A tool named nothing to judge it by.');
  return {verdict: first.verdict, read_only: judgements.every(({read_only}) => read_only)};
}

function acceptable(tool: Tool, call: ToolCall): ReturnType<typeof readInput> {
  const input = readInput(tool, call);
  const failure = 'failure' in input ? null : placeholderRefused(tool, input.value);
  return failure === null ? input : {failure};
}

/** A call's arguments as the tool takes them, or what is wrong with them in words that the model can act on. */
export function readInput(tool: Tool, {input, malformed}: ToolCall): {value: unknown} | {failure: Failure} {
  if (malformed !== undefined)
    return {failure: badArguments(`The arguments of ${tool.name} are not a JSON object: ${malformed.slice(0, 200)}`)};
  const parsed = tool.schema.safeParse(input);
  if (parsed.success) return {value: parsed.data};
  const problems = parsed.error.issues.map(({path, message}) => `${path.join('.') || 'arguments'}: ${message}`);
  return {failure: badArguments(`The arguments of ${tool.name} do not fit. ${problems.join('; ')}`)};
}

const badArguments = (message: string): Failure => ({
  code: 'bad-arguments',
  message,
  retryable: false,
  hint: 'Call it again with arguments that fit its schema.',
});
