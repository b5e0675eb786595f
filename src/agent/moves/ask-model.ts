import {promptHash} from '../../core/context/render.ts';
import {staleRequest} from '../../core/turn/turn.ts';
import type {Failure, Usage} from '../../core/vocabulary/block.ts';
import type {Model, ModelProgress, Reply} from '../../ports/model.ts';
import {commandPlace} from '../command-place.ts';
import {maskedFailure} from '../masking.ts';
import type {Scene} from '../scene.ts';
import {sizes} from './request-room.ts';
import type {Requests} from './requests.ts';

type Asking = {step: number; attempt: number; wait_ms: number};

/** One try of one request. What the model said is recorded with its raw response; a failure with the wait before the next try, or none. */
export async function askModel(asking: Asking, scene: Scene, requests: Requests): Promise<void> {
  const departed = requests.departing();
  const timer = setTimeout(departed, patience);
  try {
    await ask(asking, scene, {requests, departed});
  } finally {
    clearTimeout(timer);
    departed();
  }
}

/** Longer than any request takes to go out, and short enough where nobody says that it did. */
const patience = 250;

async function ask(
  {step, attempt, wait_ms}: Asking,
  scene: Scene,
  {requests, departed}: {requests: Requests; departed: () => void},
): Promise<void> {
  const {ports, state, show, record} = scene;
  const signal = scene.signal();
  if (wait_ms > 0) {
    show({type: 'waiting', step, attempt, ms: wait_ms, why: 'the request failed and is tried again'});
    await ports.clock.sleep(wait_ms, signal);
  }
  const {settings, plan} = state();
  if (settings === null || signal.aborted) return;
  const model = await ports.openModel(settings.model);
  if ('failure' in model)
    return record({type: 'model.failed', step, attempt, error: maskedFailure(model.failure, scene), retry_in_ms: null});
  const {max_output} = sizes(settings.context.window, model.window);
  const prompt = await requests.build(step, plan, max_output);
  // What goes out is what the log says: where settings, model or program changed since, the request is planned anew.
  if (promptHash(prompt) !== plan.request?.sha256) return record({type: 'model.failed', step, attempt, error: stale, retry_in_ms: 0});
  await ports.log.sync();
  const showing = (progress: ModelProgress): void => {
    departed();
    // While the model thinks, the shell of the next command gets ready.
    if (progress.type === 'sent' && state().turn.place === 'ready') ports.shell.warm(commandPlace(scene));
    show({...progress, step});
  };
  const reply = await model.reply(prompt, showing, signal);
  if (signal.aborted) return;
  if (reply.kind === 'replied') return recordReply(reply, {step, model}, scene);
  const {attempts, base_ms} = settings.retries;
  const error = maskedFailure(patient(reply.failure), scene);
  const retry_in_ms = error.retryable && attempt < attempts ? backoff(error, {attempt, base_ms, chance: ports.clock.chance()}) : null;
  record({type: 'model.failed', step, attempt, error, retry_in_ms});
}

const stale: Failure = {
  code: staleRequest,
  message: 'The settings changed since the request was planned: it is planned again.',
  retryable: true,
};

const longestAsked = 600_000;

/** Nobody waits for hours in front of a run that says nothing: then the session is gone on with later. */
function patient(failure: Failure): Failure {
  const asked = failure.retry_after_ms ?? 0;
  return asked <= longestAsked ? failure : {...failure, retryable: false, hint: `It asks to wait ${Math.ceil(asked / 60_000)} minutes.`};
}

async function recordReply(
  reply: Extract<Reply, {kind: 'replied'}>,
  {step, model}: {step: number; model: Model},
  {ports, record}: Scene,
): Promise<void> {
  const response = await ports.blobs.put(Buffer.from(JSON.stringify(reply.raw ?? null)));
  const {content, stop, usage} = reply;
  record({type: 'model.replied', step, content, stop, model: reply.model, usage, usd: cost(model, usage), response});
}

/** Null where the price, or what it is to be paid for, is unknown: that is never counted as nothing. */
function cost({price}: Model, {input, output, cached, cache_written}: Usage): number | null {
  if (price === null || (input === 0 && price.input > 0)) return null;
  const fresh = input - cached - cache_written;
  return (fresh * price.input + cached * price.cached + cache_written * price.cache_written + output * price.output) / 1e6;
}

const longest = 60_000;

/** Doubles with each try, between half and the whole of it by chance; never earlier than the provider asked for. */
function backoff({retry_after_ms}: Failure, {attempt, base_ms, chance}: {attempt: number; base_ms: number; chance: number}): number {
  const whole = Math.min(longest, base_ms * 2 ** (attempt - 1));
  return Math.max(retry_after_ms ?? 0, Math.round(whole * (0.5 + chance / 2)));
}
