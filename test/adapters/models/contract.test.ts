import {describe} from 'vitest';
import {recorded} from '../../../src/adapters/models/recorded.ts';
import {scripted} from '../../../src/adapters/models/scripted.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import type {Block, Stop} from '../../../src/core/vocabulary/block.ts';
import type {Sha256} from '../../../src/core/vocabulary/ids.ts';
import type {Situation} from '../../contracts/model.ts';
import {call, modelContract} from '../../contracts/model.ts';
import type {ServerReply} from '../../support/provider-server.ts';
import {startProvider} from '../../support/provider-server.ts';
import {KEY, modelAt, PROTOCOLS} from './wire.ts';

describe.each(PROTOCOLS)('%s', protocol => {
  modelContract(async situation => {
    const provider = await startProvider({key: KEY});
    provider.script(served(situation));
    return {model: modelAt(protocol, provider.url), close: provider.close};
  });
});

describe('scripted', () => {
  modelContract(async ({text, calls, usage}) => {
    const last = {...(text === undefined ? {} : {text}), ...(calls === undefined ? {} : {calls: [...calls]}), usage};
    return {model: scripted({replies: [{text: 'one'}, {text: 'two'}, last]}), close: async () => undefined};
  });
});

describe('recorded', () => {
  modelContract(async situation => ({model: await recorded(log(situation)), close: async () => undefined}));
});

function served({text, calls, usage}: Situation): ServerReply {
  const made = calls?.map(({tool, input}) => ({name: tool, arguments: input}));
  return {...(text === undefined ? {} : {text}), ...(made === undefined ? {} : {calls: made}), usage};
}

async function* log({text, calls = [], usage}: Situation): AsyncGenerator<Recorded> {
  const said: Block[] = text === undefined ? [] : [{type: 'text', text}];
  const content = [...said, ...calls.map(({tool, input}, k) => call(`3.${k + 1}`, tool, input))];
  const stop: Stop = calls.length > 0 ? 'calls' : 'end';
  const hash = '0'.repeat(64) as Sha256;
  const event = {
    type: 'model.replied' as const,
    step: 3,
    content,
    stop,
    model: 'm',
    usage,
    usd: null,
    response: hash,
  };
  yield {v: 1, seq: 1, at: '2026-01-01T00:00:00.000Z', prev: hash, event, hash};
}
