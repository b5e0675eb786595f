import type {Failure} from '../../core/vocabulary/block.ts';
import {place} from './place.ts';
import {retryAfter} from './retry-after.ts';
import {isObject} from './wire-call.ts';

/** An answer that is an error: a status with a body, or an error event in the midst of a stream (which has no status of its own). */
export function describeHttp(error: Error & {status?: number; error?: unknown; headers?: Headers}, at: Circumstance): Failure {
  const said = whatItSaid(error);
  const status = error.status ?? (typeof said.code === 'number' ? said.code : null);
  const kind = kindOf(status, said);
  const after = retryAfter(error.headers);
  const told = error.headers?.get('x-should-retry');
  const verb = at.phase === 'stream' ? 'broke off with' : 'answered';
  return {
    code: kind.code,
    message: `${place(at.url)} ${verb} ${[status, said.message].filter(part => part !== null && part !== '').join(': ')}`,
    retryable: told === 'false' ? false : kind.retryable,
    ...(after === null ? {} : {retry_after_ms: after}),
    ...hint(kind, at),
  };
}

/** Where and when something was thrown. `secrets` never appear in a message. */
export type Circumstance = {phase: 'request' | 'stream'; url: string; secrets: readonly string[]; unknown_hint?: string | undefined};

type Said = {code: string | number | null; type: string | null; message: string};
type Kind = {code: string; retryable: boolean; hint?: string};

function whatItSaid(thrown: Error & {error?: unknown}): Said {
  const outer = isObject(thrown.error) ? thrown.error : {};
  const inner = isObject(outer['error']) ? outer['error'] : outer;
  const text = [inner['message'], inner['error'], outer['detail']].find(found => typeof found === 'string') ?? fallback(thrown);
  const {code, type} = inner;
  return {
    code: typeof code === 'string' || typeof code === 'number' ? code : null,
    type: typeof type === 'string' ? type : null,
    message: shorten(text),
  };
}

/** The SDKs put the status before the body's text. */
function fallback(thrown: Error): string {
  return thrown.message.replace(/^\d{3} /, '');
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function kindOf(status: number | null, said: Said): Kind {
  return byWords(`${said.code ?? ''} ${said.type ?? ''} ${said.message}`.toLowerCase(), status) ?? byStatus(status);
}

/** Providers agree on little, so the words go before the status: a 400 may be an overflow, a 429 an empty account. */
function byWords(words: string, status: number | null): Kind | null {
  if (status === 401) return null;
  if (/insufficient_quota|billing|credit balance/.test(words))
    return {code: 'rate-limited', retryable: false, hint: 'The account has no quota left: look at its billing page.'};
  if (OVERFLOW.test(words)) return {code: 'context-overflow', retryable: false};
  if (/model_not_found|model.{0,120}(does not exist|not found|is not available)|unknown model|not_found_error.{0,40}model/.test(words))
    return {code: 'unknown-model', retryable: false};
  if (/content_filter|content_policy|invalid_prompt|safety/.test(words) && status !== 429) return {code: 'refused', retryable: false};
  if (/overloaded/.test(words)) return {code: 'overloaded', retryable: true};
  if (/rate_limit/.test(words)) return {code: 'rate-limited', retryable: true};
  if (/authentication_error|invalid_api_key|permission_error/.test(words)) return byStatus(401);
  if (/invalid_request_error/.test(words) && status === null) return byStatus(400);
  return null;
}

const OVERFLOW =
  /context_length_exceeded|exceed_context_size|maximum context length|prompt is too long|exceeds? the (model's |available )?context|context (length|window).{0,40}(exceed|overflow|too)|greater than the context length|request_too_large|input is too long/;

function byStatus(status: number | null): Kind {
  if (status === 401 || status === 403) return {code: 'auth', retryable: false, hint: 'Check the API key of this provider.'};
  if (status === 402) return {code: 'auth', retryable: false, hint: 'The account has no credit: look at its billing page.'};
  if (status === 413) return {code: 'context-overflow', retryable: false};
  if (status === 429) return {code: 'rate-limited', retryable: true};
  if (status === 503 || status === 529) return {code: 'overloaded', retryable: true};
  if (status === 408 || status === 409 || status === null || status >= 500) return {code: 'server', retryable: true};
  if (status === 404)
    return {code: 'bad-request', retryable: false, hint: 'Nothing answers at this path: check the URL of this provider (most end in /v1).'};
  return {code: 'bad-request', retryable: false};
}

function hint(kind: Kind, at: Circumstance): {hint?: string} {
  if (kind.code === 'unknown-model' && at.unknown_hint !== undefined) return {hint: at.unknown_hint};
  return kind.hint === undefined ? {} : {hint: kind.hint};
}
