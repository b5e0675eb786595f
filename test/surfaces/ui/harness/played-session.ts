import type {Session} from '../../../../src/agent/session.ts';
import {sessionState, type SessionState} from '../../../../src/core/projections/session-state.ts';
import type {Command, Progress} from '../../../../src/core/vocabulary/command.ts';
import type {Recorded, SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import {recordsOf} from './records.ts';

export type Playing = {
  record: (...events: readonly SessionEvent[]) => void;
  show: (progress: Progress) => void;
  state: () => SessionState;
  seq: () => number;
};

/** A session that is played from a list: real records and real folds, and `on` says what each command leads to. */
export function playedSession(
  before: readonly SessionEvent[],
  on: (command: Command, play: Playing) => void | Promise<void>,
): Session & {play: Playing} {
  const log: Recorded[] = [...recordsOf(before)];
  let state = log.reduce(sessionState.apply, sessionState.initial);
  const watchers = new Set<(record: Recorded) => void>();
  const glancers = new Set<(progress: Progress) => void>();
  const play: Playing = {
    record: (...events) => {
      for (const record of recordsOf(events, log.at(-1))) {
        log.push(record);
        state = sessionState.apply(state, record);
        for (const watcher of watchers) watcher(record);
      }
    },
    show: progress => glancers.forEach(glancer => glancer(progress)),
    state: () => state,
    seq: () => log.length - 1,
  };
  return {
    play,
    state: () => state,
    submit: async command => on(command, play),
    goOn: () => {},
    noteApplied: () => {},
    rewind: async () => ({kind: 'refused', why: 'A played session has no files.'}),
    masked: text => text.replaceAll('a leaked word', 'a masked one'),
    watch: listener => {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    history: async function* () {
      yield* log;
    },
    glance: listener => {
      glancers.add(listener);
      return () => glancers.delete(listener);
    },
    settled: async () => {},
    close: async () => {},
  };
}
