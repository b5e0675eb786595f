import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, test} from 'vitest';
import {anthropic} from '../../../src/adapters/models/anthropic.ts';
import {openaiCompatible} from '../../../src/adapters/models/openai-compatible.ts';
import {ask, PROMPT} from '../../contracts/model.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach(server => server.close()));

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const common = {name: 'test/m', model: 'm', apiKey: 'k', window: 8_000, price: null};
const models = {
  chat: (url: string) => openaiCompatible({...common, baseURL: `${url}/v1`}),
  anthropic: (url: string) => anthropic({...common, baseURL: url}),
};

test.each(Object.entries(models))('%s: a request is never sent on to another server', async (_, open) => {
  let reached = 0;
  const elsewhere = await serve((_request, response) => {
    reached++;
    response.end();
  });
  const url = await serve((_request, response) => response.writeHead(307, {location: `${elsewhere}/stolen`}).end());
  const {reply} = await ask(open(url), PROMPT);
  expect(reply).toMatchObject({kind: 'failed', failure: {code: 'bad-request', retryable: false}});
  expect(reply.kind === 'failed' && reply.failure.message).toContain(`${elsewhere}/stolen`);
  expect(reached).toBe(0);
});
