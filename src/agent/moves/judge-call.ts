import {judge} from '../../core/policy/gate.ts';
import type {Failure, ToolCall} from '../../core/vocabulary/block.ts';
import type {Place} from '../../core/vocabulary/event.ts';
import type {Scene} from '../perform.ts';
import type {Ports} from '../ports.ts';
import type {Tool} from '../tool.ts';

/** Records what the rules say of a call. Arguments that the tool cannot read end the call here: it was never judged and never runs. */
export async function judgeCall(call: ToolCall, {ports, state, record}: Scene): Promise<void> {
  const tool = ports.tools.find(({name}) => name === call.tool);
  const {settings, grants, changes} = state();
  const {place} = changes;
  if (settings === null || place === null) throw new Error('The session has not been opened.');
  if (tool === undefined) {
    const reason = `There is no tool named "${call.tool}". The tools are: ${ports.tools.map(({name}) => name).join(', ')}.`;
    return record({type: 'tool.judged', call: call.id, verdict: {kind: 'deny', reason, needs_approval: false}, read_only: true});
  }
  const input = readInput(tool, call);
  if ('failure' in input) return record({type: 'tool.finished', call: call.id, outcome: {kind: 'failed', error: input.failure}, touched: []});
  const subject = await shownSubject(tool.subject(input.value), tool, {ports, place, granted: settings.add_dirs});
  const judgement = judge({
    tool: tool.name,
    known: true,
    traits: {readOnly: tool.readOnly, destructive: tool.destructive},
    risk: tool.risk(input.value),
    subject,
    parsed: tool.name === 'shell' ? await ports.syntax.parse(subject) : null,
    mode: settings.mode,
    rules: settings.rules,
    grants,
    headless: settings.headless,
    roots: [place.root, ...settings.add_dirs],
  });
  record({type: 'tool.judged', call: call.id, ...judgement});
}

/** Rules are matched against the path as it is shown, with its links resolved: `src/../x` and a link to it are the same file. */
async function shownSubject(subject: string, tool: Tool, {ports, place, granted}: {ports: Ports; place: Place; granted: readonly string[]}): Promise<string> {
  if (tool.name === 'shell' || subject === '') return subject;
  const resolved = await ports.files(place, granted).resolve(subject);
  return 'failure' in resolved ? subject : resolved.shown;
}

/** A call's arguments as the tool takes them, or what is wrong with them in words that the model can act on. */
export function readInput(tool: Tool, {input, malformed}: ToolCall): {value: unknown} | {failure: Failure} {
  if (malformed !== undefined) return {failure: badArguments(`The arguments of ${tool.name} are not a JSON object: ${malformed.slice(0, 200)}`)};
  const parsed = tool.schema.safeParse(input);
  if (parsed.success) return {value: parsed.data};
  const problems = parsed.error.issues.map(({path, message}) => `${path.join('.') || 'arguments'}: ${message}`);
  return {failure: badArguments(`The arguments of ${tool.name} do not fit. ${problems.join('; ')}`)};
}

const badArguments = (message: string): Failure => ({code: 'bad-arguments', message, retryable: false, hint: 'Call it again with arguments that fit its schema.'});
