import {createServer} from 'node:http';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {checkAnthropic} from './provider/check-anthropic.ts';
import type {SaidThinking} from './provider/check-anthropic.ts';
import {checkChat} from './provider/check-chat.ts';
import {checkResponses} from './provider/check-responses.ts';
import type {Json} from './provider/refusal.ts';
import {everyText, object, Refusal, refuse} from './provider/refusal.ts';
import type {ServerReply} from './provider/reply.ts';
import {sendStream} from './provider/send.ts';
import {anthropicEvents, thinkingOf} from './provider/stream-anthropic.ts';
import {chatDocument, chatEvents} from './provider/stream-chat.ts';
import {responsesEvents} from './provider/stream-responses.ts';

export type {ServerReply} from './provider/reply.ts';
export type Protocol = 'chat' | 'responses' | 'anthropic';
/** `refused`: why it was answered with an error by a check and not by the script. `closed`: the client went away before the end. */
export type SeenRequest = {
  protocol: Protocol;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Json;
  refused: string | null;
  closed: boolean;
};

export type ProviderOptions = {
  /** Without it any key goes. */
  key?: string;
  models?: readonly string[];
  /** For long runs: decides each reply, in place of the queue. */
  respond?: (request: SeenRequest, protocol: Protocol) => ServerReply | Promise<ServerReply>;
  /** Binds thinking to all that came before it, as newer Anthropic models do. */
  bind_thinking?: boolean;
  /** False is a chat server that refuses the option. */
  takes_stream_options?: boolean;
  takes?: 'max_tokens' | 'max_completion_tokens' | 'both';
  /** JSON at further paths: the endpoints of local servers. */
  paths?: Readonly<Record<string, unknown>>;
};

export type Provider = {
  /** Its origin: `OPENAI_BASE_URL` is this and `/v1`, `ANTHROPIC_BASE_URL` this alone. */
  url: string;
  requests: SeenRequest[];
  /** Adds replies to the queue. */
  script: (...replies: ServerReply[]) => void;
  /** Lets every held reply go on. */
  release: () => void;
  close: () => Promise<void>;
};

/** A loopback server that speaks the three wire protocols as strictly as the providers do. */
export async function startProvider(options: ProviderOptions = {}): Promise<Provider> {
  const held = new Set<() => void>();
  const state: State = {options, queue: [], requests: [], said: [], hold: () => new Promise(resolve => held.add(resolve))};
  const server = createServer((request, answer) => {
    serve(state, request, answer).catch((error: unknown) => answer.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: state.requests,
    script: (...replies) => void state.queue.push(...replies),
    release: () => held.forEach(resolve => resolve()),
    close: async () => {
      held.forEach(resolve => resolve());
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

type State = {options: ProviderOptions; queue: ServerReply[]; requests: SeenRequest[]; said: SaidThinking[]; hold: () => Promise<void>};

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  '/v1/chat/completions': 'chat',
  '/v1/responses': 'responses',
  '/v1/messages': 'anthropic',
};

async function serve(state: State, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const raw = Buffer.concat(parts).toString();
  const protocol = request.method === 'POST' ? PROTOCOLS[path] : undefined;
  if (protocol === undefined) return sendDocument(state, path, raw, answer);
  const seen: SeenRequest = {protocol, path, headers: request.headers, body: {}, refused: null, closed: false};
  state.requests.push(seen);
  answer.on('close', () => (seen.closed = !answer.writableFinished));
  try {
    check(state, seen, raw);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    seen.refused = error.message;
    return sendError(answer, {
      protocol,
      status: error.status,
      reply: {error: {type: error.status === 401 ? 'authentication_error' : 'invalid_request_error', message: error.message}},
    });
  }
  await reply(state, seen, answer);
}

function check({options, said}: State, seen: SeenRequest, raw: string): void {
  const {protocol, headers} = seen;
  const given = protocol === 'anthropic' ? (headers['x-api-key'] ?? headers.authorization) : headers.authorization;
  if (options.key !== undefined && String(given).replace(/^Bearer /, '') !== options.key)
    throw new Refusal('Incorrect API key provided.', 401);
  if (protocol === 'anthropic' && headers['anthropic-version'] === undefined) refuse('anthropic-version: header is required');
  seen.body = object(JSON.parse(raw), 'body');
  everyText(seen.body);
  if (options.models !== undefined && !options.models.includes(String(seen.body['model']))) {
    throw new Refusal(`The model \`${String(seen.body['model'])}\` does not exist or you do not have access to it.`, 404);
  }
  if (protocol === 'chat')
    checkChat(seen.body, {takes_stream_options: options.takes_stream_options ?? true, takes: options.takes ?? 'both'});
  if (protocol === 'responses') checkResponses(seen.body);
  if (protocol === 'anthropic') checkAnthropic(seen.body, said, options.bind_thinking ?? false);
}

async function reply(state: State, seen: SeenRequest, answer: ServerResponse): Promise<void> {
  const {protocol, body} = seen;
  const next = state.options.respond === undefined ? state.queue.shift() : await state.options.respond(seen, protocol);
  if (next === undefined)
    return sendError(answer, {protocol, status: 400, reply: {error: {message: 'the test server has no reply left in its script'}}});
  if (next.delay_ms !== undefined) await sleep(next.delay_ms);
  if (next.hold === 'head') await state.hold();
  if (answer.destroyed) return;
  if (next.status !== undefined && next.status !== 200) return sendError(answer, {protocol, status: next.status, reply: next});
  if (next.json === true) return sendJson(answer, 200, chatDocument(next, body));
  const bound = state.options.bind_thinking ?? false;
  if (protocol === 'anthropic') state.said.push(...thinkingOf(next, body, bound));
  const events =
    protocol === 'chat'
      ? chatEvents(next, body)
      : protocol === 'responses'
        ? responsesEvents(next, body)
        : anthropicEvents(next, body, bound);
  await sendStream(answer, events, next, state.hold);
}

function sendError(
  answer: ServerResponse,
  {protocol, status, reply: {error, headers}}: {protocol: Protocol; status: number; reply: ServerReply},
): void {
  const said = {type: 'api_error', message: `status ${status} of the test server`, ...error};
  sendJson(answer, status, protocol === 'anthropic' ? {type: 'error', error: said} : {error: {code: null, param: null, ...said}}, headers);
}

/** Everything that is not a request to a model. */
function sendDocument({options}: State, path: string, raw: string, answer: ServerResponse): void {
  const {models = ['test-model'], paths = {}} = options;
  const asked = /"model":\s*"([^"]+)"/.exec(raw)?.[1] ?? '';
  const documents: Record<string, unknown> = {
    '/v1/models': {object: 'list', data: models.map(id => ({id, object: 'model'}))},
    '/api/tags': {models: models.map(name => ({name}))},
    '/api/show': models.includes(asked)
      ? {capabilities: ['completion', 'tools'], model_info: {'test.context_length': 131_072}, parameters: 'num_ctx 16384'}
      : undefined,
    ...paths,
  };
  const found = documents[path];
  sendJson(answer, found === undefined ? 404 : 200, found ?? {error: `404 page not found: ${path}`});
}

function sendJson(answer: ServerResponse, status: number, body: unknown, headers: ServerReply['headers'] = {}): void {
  answer.writeHead(status, {'content-type': 'application/json', ...headers});
  answer.end(JSON.stringify(body));
}
