import type {CallId} from './ids.ts';
import type {Mode, Rule} from './verdict.ts';

/** Everything a surface can ask of a session. Imperative; refused or turned into events, never stored itself. */
export type Command =
  | {type: 'prompt'; text: string}
  | {type: 'steer'; text: string}
  | {type: 'interrupt'}
  | {type: 'answer'; call: CallId; answer: 'allow' | 'deny'; remember?: {rule: Rule; for: 'session' | 'always'}; says?: string}
  | {type: 'set-mode'; mode: Mode}
  | {type: 'set-model'; model: string}
  | {type: 'set-title'; title: string};

/** Seen live, never stored, never needed: a session replayed without these ends in the same state. */
export type Progress =
  | {type: 'text'; step: number; delta: string}
  | {type: 'thinking'; step: number; delta: string}
  | {type: 'sent'; step: number}
  | {type: 'calling'; step: number; tool: string}
  | {type: 'output'; call: CallId; stream: 'stdout' | 'stderr'; bytes: Uint8Array}
  | {type: 'waiting'; step: number; attempt: number; ms: number; why: string}
  | {type: 'notice'; text: string};
