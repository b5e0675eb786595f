import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {grouped} from '../../core/projections/call-title.ts';
import type {Failure, ToolCall} from '../../core/vocabulary/block.ts';
import type {Model, Prompt, Reply} from '../../ports/model.ts';
import {span} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';

/** How one tiny request went. Times in milliseconds; `first_ms` is null where nothing was streamed before the end. */
type Trial = {
  model: string;
  window: number;
  ok: boolean;
  first_ms: number | null;
  total_ms: number;
  streamed: boolean;
  tool_call: 'right' | 'wrong arguments' | 'none';
  usage: {input: number; output: number; cached: number} | null;
  failure: Failure | null;
};

/** `agent models test`: a real request with one tool. Exit 1 where it fails, or the tool was not called. As JSON: `{v: 1, …Trial}`. */
export async function testModel({name, json}: {name: string | null; json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const models = await program.models();
  const model = await (name === null ? models.usual() : models.open(name));
  if ('failure' in model) throw new Stop(3, [model.failure.message, model.failure.hint].filter(part => part !== undefined).join('\n'));
  if (!json) io.progress(`Asking ${model.name} …`);
  const trial = await attempt(model);
  if (json) io.print(JSON.stringify({v: 1, ...trial}, null, 2));
  else io.print(lines(trial, io).join('\n'));
  return trial.ok ? 0 : 1;
}

const word = 'hippocampus';
const patience = 120_000;

const prompt: Prompt = {
  step: 1,
  system: 'You are being tested. Do exactly what is asked, with the tool, and write nothing else.',
  tools: [
    {
      name: 'report',
      description: 'Reports one word.',
      schema: {
        type: 'object',
        properties: {word: {type: 'string', description: 'The word.'}},
        required: ['word'],
        additionalProperties: false,
      },
    },
  ],
  messages: [{role: 'user', text: `Call the tool report with the word ${word}.`}],
  max_output: 2_048,
};

async function attempt(model: Model): Promise<Trial> {
  const began = performance.now();
  let first: number | null = null;
  let pieces = 0;
  const show = () => {
    first ??= performance.now() - began;
    pieces++;
  };
  const reply = await model.reply(prompt, show, AbortSignal.timeout(patience));
  const total_ms = Math.round(performance.now() - began);
  const call = callOf(reply);
  const failure = reply.kind === 'failed' ? reply.failure : null;
  return {
    model: model.name,
    window: model.window,
    ok: failure === null && call === 'right',
    first_ms: first === null ? null : Math.round(first),
    total_ms,
    streamed: pieces > 0,
    tool_call: call,
    usage: usageOf(reply),
    failure,
  };
}

function callOf(reply: Reply): Trial['tool_call'] {
  if (reply.kind === 'failed') return 'none';
  const call = reply.content.find((block): block is ToolCall => block.type === 'call');
  if (call === undefined) return 'none';
  const {tool, input} = call;
  return tool === 'report' && typeof input === 'object' && input !== null && 'word' in input && input.word === word
    ? 'right'
    : 'wrong arguments';
}

function usageOf(reply: Reply): Trial['usage'] {
  if (reply.kind === 'failed' || reply.usage.input + reply.usage.output === 0) return null;
  const {input, output, cached} = reply.usage;
  return {input, output, cached};
}

function lines({model, window, ok, first_ms, total_ms, streamed, tool_call, usage, failure}: Trial, io: Io): string[] {
  const paint = painter(io.color.stdout);
  const row = (name: string, good: boolean, value: string) =>
    `${good ? paint('green', '✓') : paint('red', '✗')} ${name.padEnd(15)}${value}`;
  const verdict = ok ? paint('green', 'works') : paint('red', 'does not work for the agent');
  if (failure !== null) {
    const hint = failure.hint === undefined ? [] : [`  ${oneLine(failure.hint)}`];
    return [`${model}: ${verdict}`, row('reply', false, `${oneLine(failure.message)} (${failure.code}, after ${span(total_ms)})`), ...hint];
  }
  return [
    `${model}: ${verdict}`,
    row('reply', true, `in ${span(total_ms)}`),
    row('streaming', streamed, first_ms === null ? 'nothing came before the end' : `first piece after ${span(first_ms)}`),
    row(
      'tool calling',
      tool_call === 'right',
      tool_call === 'right'
        ? 'called as asked'
        : tool_call === 'none'
          ? 'the tool was not called: choose a model that is made for tools'
          : 'called with wrong arguments',
    ),
    row(
      'usage',
      usage !== null,
      usage === null
        ? 'not reported: limits on tokens and money cannot be kept'
        : `${grouped(usage.input)} in (${grouped(usage.cached)} cached), ${grouped(usage.output)} out`,
    ),
    row('context window', true, `${grouped(window)} tokens`),
  ];
}
