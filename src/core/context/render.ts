import type {BlobRef, CallId, Sha256} from '../vocabulary/ids.ts';
import {sha256} from '../log/chain.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {Message, Prompt, ToolResult} from '../vocabulary/prompt.ts';
import type {Plan} from './plan.ts';
import {excerptOf, hasFailed, maskedText, notRun, resultText} from './result-text.ts';
import {shortenedReply} from './shortened-reply.ts';
import {callsOf, type Entry, type Trace} from './trace.ts';

/** The outputs whose text a plan's request holds, each under the label that its view was made with. */
export function shownIn(plan: Plan, trace: Trace): readonly {excerpt: Excerpt; label: string}[] {
  return [...trace.entries].flatMap(entry => {
    if (entry.kind !== 'result' || plan.kept.get(entry.seq)?.as !== 'whole') return [];
    const excerpt = excerptOf(entry.outcome);
    return excerpt === null ? [] : [{excerpt, label: entry.call}];
  });
}

/**
 * The messages of a plan. Results stand behind their reply in call order, whatever order they finished in. What the user said while a reply
 * was under way stands behind it and its results, since it is not answered yet.
 */
export function messagesOf(plan: Plan, trace: Trace, view: (ref: BlobRef) => string): readonly Message[] {
  const kept = [...trace.entries].filter(({seq}) => plan.kept.has(seq));
  const results = new Map(kept.flatMap(entry => (entry.kind === 'result' ? [[entry.call, entry] as const] : [])));
  const told = Map.groupBy(
    kept.filter(entry => entry.kind === 'told'),
    ({call}) => call,
  );
  const whole = (call: ToolCall): ToolResult => {
    const result = resultOf(call, results, {plan, view});
    return {...result, text: [result.text, ...(told.get(call.id) ?? []).map(({text}) => text)].join('\n')};
  };
  return kept
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .flatMap((entry): readonly Message[] => {
      switch (entry.kind) {
        case 'user':
          return [{role: 'user', text: entry.text}];
        case 'assistant': {
          const calls = callsOf(entry.content);
          const masked = plan.kept.get(entry.seq)?.as === 'masked';
          const reply: Message = {role: 'assistant', content: masked ? shortenedReply(entry.content) : entry.content};
          return calls.length === 0 ? [reply] : [reply, {role: 'results', results: calls.map(whole)}];
        }
        case 'result':
        case 'told':
          return [];
      }
    });
}

/** A reply stands where its request ended. */
const placeOf = (entry: Entry): number => (entry.kind === 'assistant' ? entry.heard + 0.5 : entry.seq);

/** The one written encoding of a prompt that its hash is over. */
function encodePrompt({step, system, tools, messages, max_output}: Prompt): string {
  return JSON.stringify({
    encoding: 1,
    step,
    max_output,
    system,
    tools: tools.map(({name, description, schema}) => ({name, description, schema})),
    messages,
  });
}

export const promptHash = (prompt: Prompt): Sha256 => sha256(encodePrompt(prompt));

type Result = Extract<Entry, {kind: 'result'}>;

function resultOf(
  call: ToolCall,
  results: ReadonlyMap<CallId, Result>,
  {plan, view}: {plan: Plan; view: (ref: BlobRef) => string},
): ToolResult {
  const result = results.get(call.id);
  if (result === undefined) return {call: call.id, text: notRun, failed: true};
  const failed = hasFailed(result.outcome);
  if (plan.kept.get(result.seq)?.as === 'masked') return {call: call.id, text: maskedText(call.id, result.outcome), failed};
  const shown = excerptOf(result.outcome);
  return {call: call.id, text: resultText(result.outcome, shown === null ? '' : view(shown.view)), failed};
}
