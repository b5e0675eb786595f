import type {Failure} from '../../core/vocabulary/block.ts';
import {describeConnection} from './connection-failures.ts';
import type {Circumstance} from './http-failures.ts';
import {describeHttp} from './http-failures.ts';
import {IdleStream, Redirected, TooLong} from './patient-fetch.ts';
import {place} from './place.ts';

/** What an SDK threw, as a value. Told by the shape of the error and not its class: the two SDKs have classes of their own, and a bundle two copies. */
export function failureOf(thrown: unknown, at: Circumstance): Failure {
  const failure = described(thrown, at);
  const hide = (text: string) => at.secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '…')), text);
  return {...failure, message: hide(failure.message), ...(failure.hint === undefined ? {} : {hint: hide(failure.hint)})};
}

export const INTERRUPTED: Failure = {code: 'interrupted', message: 'The request was interrupted.', retryable: false};

export function streamCut(url: string, why: string): Failure {
  return {code: 'stream-cut', message: `The stream from ${place(url)} broke off: ${why}.`, retryable: true};
}

function described(thrown: unknown, at: Circumstance): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const own = [error, error.cause].find(one => one instanceof IdleStream || one instanceof Redirected || one instanceof TooLong);
  if (own instanceof IdleStream) return streamCut(at.url, own.message);
  if (own instanceof Redirected) return {...unusable(own, at), hint: 'Give the URL that it sends on to, if you trust it.'};
  if (own !== undefined) return unusable(own, at);
  if (hasAnswer(error)) return describeHttp(error, at);
  if (at.phase === 'stream') return streamCut(at.url, error instanceof SyntaxError ? 'an event was cut or malformed' : words(error));
  return describeConnection(error, at);
}

const unusable = ({message}: Error, {url}: Circumstance): Failure => ({
  code: 'bad-request',
  message: `${place(url)}: ${message}.`,
  retryable: false,
});

function hasAnswer(error: Error): error is Error & {status?: number; error?: unknown; headers?: Headers} {
  return (
    ('status' in error && typeof error.status === 'number') || ('error' in error && typeof error.error === 'object' && error.error !== null)
  );
}

function words(error: Error): string {
  const {cause} = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message} (${cause.message})` : error.message;
}
