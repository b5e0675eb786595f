import {subscribe, unsubscribe} from 'node:diagnostics_channel';

/** Calls back once, when the next request's head goes out on its connection. Answers how to stop waiting for it. */
export function whenSent(call: () => void): () => void {
  const stop = (): void => void unsubscribe(channel, listener);
  const listener = (): void => {
    stop();
    call();
  };
  subscribe(channel, listener);
  return stop;
}

/** Published by the HTTP client inside Node's fetch. */
const channel = 'undici:client:sendHeaders';
