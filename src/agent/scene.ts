import type {SessionState} from '../core/projections/session-state.ts';
import type {Progress} from '../core/vocabulary/command.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {Ports} from './ports.ts';

/** What a move may use: the world, the state as it is now, the log, and the eyes of whoever watches. */
export type Scene = {
  ports: Ports;
  state: () => SessionState;
  record: (...events: SessionEvent[]) => void;
  show: (progress: Progress) => void;
  signal: () => AbortSignal;
};
