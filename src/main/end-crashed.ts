import {anchor} from '../agent/anchors.ts';
import type {Session} from '../agent/session.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged, SessionBusy, type Catalogue} from '../ports/catalogue.ts';
import {LogRefused, type Log} from '../ports/log.ts';
import {endLeftovers} from './end-leftovers.ts';
import {foldedSession} from './folded-session.ts';
import type {Parts} from './parts.ts';

/**
 * What other sessions left running when they were killed ends with the next start, whichever session that is. It waits for the first reply,
 * so that nobody waits for it.
 */
export function endCrashedLater(session: Session, log: Log, {catalogue, home}: Pick<Parts, 'catalogue' | 'home'>): void {
  const stop = session.watch(({event}) => {
    if (event.type !== 'model.replied') return;
    stop();
    void catalogue()
      .then(all => endCrashed(all, home))
      .then(problems => say(problems, log));
  });
}

/** Never rejects: nothing of the session that is under way hangs on it. */
async function endCrashed(catalogue: Catalogue, home: string): Promise<readonly string[]> {
  const problems: string[] = [];
  try {
    for (const id of await catalogue.crashed()) {
      const problem = await endOf(id, catalogue, home).then(() => null, why);
      if (problem !== null) problems.push(problem);
    }
  } catch (error) {
    problems.push(String(error));
  }
  return problems;
}

/** Another one has it by now, or its log cannot be read: whoever goes on with it is told. */
const why = (error: unknown): string | null =>
  error instanceof SessionBusy || error instanceof LogDamaged || error instanceof LogRefused
    ? null
    : error instanceof Error
      ? error.message
      : String(error);

function say(problems: readonly string[], log: Log): void {
  try {
    log.append(...problems.map(problem => ({type: 'degraded' as const, what: 'crashed-sessions', why: problem})));
  } catch (error) {
    // The session has ended meanwhile, and the next start meets the same.
    if (!(error instanceof LogRefused)) throw error;
  }
}

async function endOf(id: SessionId, catalogue: Catalogue, home: string): Promise<void> {
  const {log} = await catalogue.open(id);
  try {
    log.append(...(await endLeftovers((await foldedSession(id, log, home)).state)));
    // What the killed run could not tell the home log any more.
    await anchor(log, id, event => catalogue.note(event));
  } finally {
    await log.close();
  }
}
