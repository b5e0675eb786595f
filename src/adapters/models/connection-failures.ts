import type {Failure} from '../../core/vocabulary/block.ts';
import {isLoopback, place} from './place.ts';

/** No answer came at all. The reason lies at the bottom of the chain of causes, as an errno or a TLS code. */
export function describeConnection(error: Error, at: {url: string}): Failure {
  if (!URL.canParse(at.url)) {
    return {code: 'bad-request', message: `${place(at.url)} is not a URL.`, retryable: false, hint: 'Check the URL of this provider.'};
  }
  const chain = causes(error);
  const code = chain.map(codeOf).find(found => found !== null) ?? null;
  const message = `${place(at.url)} could not be reached: ${(chain.at(-1) ?? error).message}${code === null ? '' : ` (${code})`}.`;
  if (code !== null && TLS.test(code)) return {code: 'network', message, retryable: false, hint: TLS_HINT};
  if (code === 'ECONNREFUSED' && isLoopback(at.url))
    return {code: 'network', message, retryable: true, hint: `Is the server on ${new URL(at.url).host} running?`};
  return {code: 'network', message, retryable: true};
}

const TLS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/;
const TLS_HINT = 'For a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its file.';

function causes(error: Error): Error[] {
  const chain = [error];
  for (let cause = error.cause; cause instanceof Error && chain.length < 8; cause = cause.cause) {
    chain.push(cause);
    // Where every address of a host failed, Node gathers them in one AggregateError without words of its own.
    if (cause instanceof AggregateError && cause.errors[0] instanceof Error) chain.push(cause.errors[0]);
  }
  return chain.filter(link => link.message !== '');
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
