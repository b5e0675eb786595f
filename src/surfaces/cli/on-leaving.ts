import type {Session} from '../../agent/session.ts';
import type {SessionState} from '../../core/projections/session-state.ts';

/** The first signal, or that nobody reads the output any more, interrupts the run; a second signal ends the program and what it started at once. */
export function onLeaving(session: Session, gone: AbortSignal): () => void {
  let asked = false;
  const interrupt = () => void session.submit({type: 'interrupt'});
  const onSignal = () => {
    if (asked) leave(session.state());
    asked = true;
    interrupt();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  gone.addEventListener('abort', interrupt);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    gone.removeEventListener('abort', interrupt);
  };
}

function leave({groups}: SessionState): never {
  for (const {pgid} of groups) {
    try {
      process.kill(-pgid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  process.exit(130);
}

/** In front of a user Ctrl+C is a key of the session's own. That the terminal goes away, or that the program is told to end, closes the session: nothing is left running. */
export function onHangUp(session: Session): () => void {
  const onSignal = () => {
    void session.close().finally(() => process.exit(hungUp));
  };
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  return () => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  };
}

const hungUp = 130;
