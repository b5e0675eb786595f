import type {LineReaders} from '../../ports/line-reader.ts';
import {LineStream} from './line-stream.ts';
import {RunningThread} from './running-thread.ts';

/** How long a thread that has nothing to do waits for the next long output. */
const warm_ms = 5_000;

/**
 * One thread reads the streams of all outputs that are under way. It is started for the first long one, and ends when there was none for a while. Where one
 * died there will be none again: what killed it may come back. `program` is what the thread runs.
 */
export function threadedLineReaders({program}: {program?: URL} = {}): LineReaders {
  let thread: RunningThread | null = null;
  let timer: NodeJS.Timeout | undefined;
  let hopeless = false;

  const rest = async () => {
    clearTimeout(timer);
    if (thread === null || thread.busy) return;
    const ending = thread;
    thread = null;
    await ending.end();
  };
  const start = (): RunningThread | null => {
    const started = RunningThread.start({
      program,
      idle: () => void (timer = setTimeout(() => void rest(), warm_ms).unref()),
      ended: () => {
        if (thread !== started) return;
        hopeless = true;
        thread = null;
      },
    });
    hopeless = started === null;
    return started;
  };
  return {
    open(keep) {
      clearTimeout(timer);
      if (thread === null && !hopeless) thread = start();
      return thread === null ? null : new LineStream(thread, keep);
    },
    rest,
  };
}
