/**
 * Runs until it ends by itself or a signal asks it to; answers how to ask, from then on, whether one did. A second signal ends the program.
 * The signals are held to the program's end: Ctrl+C ends what writes to a pipe too, and which of the two is noticed first is chance.
 */
export async function untilInterrupted(run: (stop: AbortSignal) => Promise<void>): Promise<() => boolean> {
  const stop = new AbortController();
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(130);
    asked = true;
    setTimeout(() => stop.abort(), lastWords).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  await run(stop.signal);
  // A signal that came with the end is told of in the next round of the event loop.
  await new Promise(resolve => setImmediate(resolve));
  return () => asked;
}

/** Milliseconds. What is interrupted too may still say so. */
const lastWords = 100;
