import {subscribe, unsubscribe} from 'node:diagnostics_channel';

/** Calls back once, when the next request has gone out on its connection. Answers how to stop waiting for it. */
export function whenSent(call: () => void): () => void {
  const stop = (): void => void unsubscribe(channel, listener);
  const listener = (): void => {
    stop();
    // This is said while the request is being written: what is done at once would hold it back.
    setImmediate(call);
  };
  subscribe(channel, listener);
  return stop;
}

/** Published by the HTTP client inside Node's fetch. */
const channel = 'undici:client:sendHeaders';
