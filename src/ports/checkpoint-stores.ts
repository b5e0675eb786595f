import type {SessionId} from '../core/vocabulary/ids.ts';

/** The private stores of checkpoints, as `agent gc` sees them. */
export type CheckpointStores = {
  /** What in them nothing names any more. Changes nothing. */
  look: (kept: Kept) => Promise<readonly StoreLook[]>;
  /** Takes that away from one store; answers the bytes that it had before and has not after. Throws `WorktreeRefused` where a session has come to work in it. */
  collect: (store: string, kept: Kept) => Promise<{freed: number}>;
};

/** `trees` are the object names that are kept; `sessions` those that are there; what is younger than `before` (milliseconds since 1970) is kept, too. */
export type Kept = {trees: ReadonlySet<string>; sessions: ReadonlySet<SessionId>; before: number};

/** `trees` that no session names, and the `bytes` of what only they held; `state` says why nothing may be taken where that is so. */
export type StoreLook = {
  /** Absolute. */
  store: string;
  trees: number;
  bytes: number;
  state: {kind: 'free'} | {kind: 'in-use'; session: SessionId} | {kind: 'unreadable'; why: string};
};
