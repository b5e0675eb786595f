import type {Model, ModelProgress, Price, Prompt, Reply} from '../../ports/model.ts';
import {failureOf, INTERRUPTED, streamCut} from './failures.ts';
import {patientFetch} from './patient-fetch.ts';
import {wellFormed} from './well-formed.ts';
import {whenSent} from './when-sent.ts';

/** What every adapter over HTTP takes. */
export type ModelOptions = {
  /** `provider/name`. */
  name: string;
  /** The model as its provider calls it. */
  model: string;
  baseURL?: string | undefined;
  apiKey?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  window: number;
  price: Price | null;
  /** Milliseconds without a byte after which a stream counts as cut. */
  idle_ms?: number | undefined;
  /** Milliseconds until the answer's head: a local server may read a long prompt first. */
  head_ms?: number | undefined;
  /** Said where the provider does not know the model. */
  unknown_hint?: string | undefined;
};

/** One wire protocol: how a prompt becomes a body, and a stream of events a reply. */
export type Wire<Body extends object> = {
  url: string;
  /** Loads the SDK: only here, since it is most of the start-up time. */
  connect: (options: Connection) => Promise<Send<Body>>;
  body: (prompt: Prompt) => Body;
  /** A body for a server that refused this one with 400 and these words; null where nothing can be left out. `always`: from now on. */
  relax: (body: Body, refusal: string) => Relaxed<Body> | null;
  gather: (step: number, show: (progress: ModelProgress) => void) => Gather;
};
export type Relaxed<Body> = {body: Body; always: boolean};
/** Retries are off in the SDKs: our loop counts them on the log. */
export type Connection = {fetch: typeof fetch; timeout: number; maxRetries: 0; logLevel: 'off'};
export type Send<Body> = (body: Body, signal: AbortSignal) => Promise<AsyncIterable<unknown>>;
export type Gather = {take: (event: unknown) => void; ended: () => boolean; reply: () => Reply};

/** A model over one wire. It never rejects: whatever is thrown beneath becomes a `Failure`. */
export function wireModel<Body extends object>(options: ModelOptions, wire: Wire<Body>): Model {
  const session = {options, wire, connected: null, refusals: []};
  return {
    name: options.name,
    window: options.window,
    price: options.price,
    reply: (prompt, show, signal) => answer(session, {prompt, show, signal}),
  };
}

/** `refusals`: what this server would not take, so that later requests leave it out from the start. */
type Session<Body extends object> = {options: ModelOptions; wire: Wire<Body>; connected: Promise<Send<Body>> | null; refusals: string[]};
type Request = {prompt: Prompt; show: (progress: ModelProgress) => void; signal: AbortSignal};

async function answer<Body extends object>(session: Session<Body>, request: Request): Promise<Reply> {
  const {wire, options} = session;
  const {signal} = request;
  const at = {phase: 'request' as 'request' | 'stream', url: wire.url, secrets: secrets(options), unknown_hint: options.unknown_hint};
  try {
    const gather = wire.gather(request.prompt.step, request.show);
    const events = await open(session, request);
    at.phase = 'stream';
    await drain(events, gather, signal);
    if (signal.aborted) return {kind: 'failed', failure: INTERRUPTED};
    return gather.ended() ? gather.reply() : {kind: 'failed', failure: streamCut(wire.url, 'it ended before the reply did')};
  } catch (thrown) {
    return {kind: 'failed', failure: signal.aborted ? INTERRUPTED : failureOf(thrown, at)};
  }
}

async function open<Body extends object>(session: Session<Body>, {prompt, show, signal}: Request): Promise<AsyncIterable<unknown>> {
  const {wire, refusals} = session;
  const {idle_ms = 180_000, head_ms = 600_000} = session.options;
  signal.throwIfAborted();
  session.connected ??= wire.connect({fetch: patientFetch(idle_ms), timeout: head_ms, maxRetries: 0, logLevel: 'off'});
  const send = await session.connected;
  let body = wellFormed(refusals.reduce((whole, refusal) => wire.relax(whole, refusal)?.body ?? whole, wire.body(prompt)));
  for (;;) {
    const stopWaiting = whenSent(() => show({type: 'sent'}));
    try {
      return await send(body, signal);
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      const relaxed = refusal === null ? null : wire.relax(body, refusal);
      if (refusal === null || relaxed === null) throw thrown;
      if (relaxed.always) refusals.push(refusal);
      body = relaxed.body;
    } finally {
      stopWaiting();
    }
  }
}

function refusalOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'status' in thrown && (thrown.status === 400 || thrown.status === 422) ? thrown.message : null;
}

/** A stream that breaks after its terminal event has said all that it had to say. */
async function drain(events: AsyncIterable<unknown>, gather: Gather, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of events) {
      if (signal.aborted) return;
      gather.take(event);
    }
  } catch (thrown) {
    if (!gather.ended()) throw thrown;
  }
}

function secrets({apiKey, headers}: ModelOptions): string[] {
  const values = [apiKey ?? '', ...Object.values(headers ?? {})];
  return values.flatMap(value => [value, value.replace(/^bearer /i, '')]).filter(value => value.length >= 4);
}
