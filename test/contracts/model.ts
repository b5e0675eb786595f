import {expect, test} from 'vitest';
import type {Block, Usage} from '../../src/core/vocabulary/block.ts';
import type {CallId} from '../../src/core/vocabulary/ids.ts';
import type {Model, ModelProgress, Prompt, Reply} from '../../src/ports/model.ts';

/** What the model is to answer to step 3. */
export type Situation = {text?: string; calls?: readonly {tool: string; input: object}[]; usage: Usage};
export type Opened = {model: Model; close: () => Promise<void>};

export const PROMPT: Prompt = {
  step: 3,
  system: 'You are a test.',
  tools: [{name: 'shell', description: 'Runs.', schema: {type: 'object', properties: {command: {type: 'string'}}, required: ['command']}}],
  messages: [{role: 'user', text: 'Go on.'}],
  max_output: 1000,
};
const USAGE: Usage = {input: 100, output: 20, cached: 40, cache_written: 0};

export async function ask(
  model: Model,
  prompt: Prompt = PROMPT,
  signal = new AbortController().signal,
): Promise<{reply: Reply; progress: ModelProgress[]}> {
  const progress: ModelProgress[] = [];
  return {reply: await model.reply(prompt, seen => progress.push(seen), signal), progress};
}

export function call(id: string, tool: string, input: unknown): Block {
  return {type: 'call', id: id as CallId, provider_id: null, tool, input};
}

/** Content without what is each provider's own. */
export function plain(reply: Reply): unknown {
  if (reply.kind === 'failed') return reply;
  return reply.content.map(block => (block.type === 'call' ? {...block, provider_id: null} : block));
}

/** What every model keeps, whatever is behind it. */
export function modelContract(open: (situation: Situation) => Promise<Opened>): void {
  const check = (title: string, situation: Situation, proof: (model: Model) => Promise<void>) =>
    test(title, async () => {
      const {model, close} = await open(situation);
      try {
        await proof(model);
      } finally {
        await close();
      }
    });

  check('text arrives as progress and as content, with its usage', {text: 'Grüße, 世界 🦛!', usage: USAGE}, async model => {
    const {reply, progress} = await ask(model);
    expect(plain(reply)).toEqual([{type: 'text', text: 'Grüße, 世界 🦛!'}]);
    expect(reply).toMatchObject({kind: 'replied', stop: 'end', usage: USAGE});
    expect(progress.map(each => (each.type === 'text' ? each.delta : '')).join('')).toBe('Grüße, 世界 🦛!');
  });

  const calls = [
    {tool: 'shell', input: {command: 'ls "ü"'}},
    {tool: 'shell', input: {command: 'pwd', nested: {list: [1, null, true]}}},
  ];
  check('calls keep their order and get our ids', {text: 'Look:', calls, usage: USAGE}, async model => {
    const {reply, progress} = await ask(model);
    expect(plain(reply)).toEqual([{type: 'text', text: 'Look:'}, ...calls.map(({tool, input}, k) => call(`3.${k + 1}`, tool, input))]);
    expect(reply).toMatchObject({kind: 'replied', stop: 'calls'});
    expect(progress.filter(each => each.type === 'calling')).toEqual([
      {type: 'calling', tool: 'shell'},
      {type: 'calling', tool: 'shell'},
    ]);
  });

  check('a call alone is a reply', {calls: calls.slice(0, 1), usage: USAGE}, async model => {
    expect(plain((await ask(model)).reply)).toEqual([call('3.1', 'shell', {command: 'ls "ü"'})]);
  });

  check('an aborted signal answers as interrupted', {text: 'late', usage: USAGE}, async model => {
    const {reply, progress} = await ask(model, PROMPT, AbortSignal.abort());
    expect(reply).toMatchObject({kind: 'failed', failure: {code: 'interrupted', retryable: false}});
    expect(progress).toEqual([]);
  });

  check('it has a name, a window and a price or none', {text: 'x', usage: USAGE}, async model => {
    expect(model.name).toMatch(/^[a-z]+[/:].+/);
    expect(model.window).toBeGreaterThan(0);
    expect(model.price === null || model.price.as_of !== '').toBe(true);
  });
}
