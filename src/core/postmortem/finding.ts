import type {CallId, Sha256} from '../vocabulary/ids.ts';

/** The questions that a postmortem answers. */
export type Question = 'timeout' | 'overflow' | 'dropped-error' | 'came-back' | 'retry-storm' | 'repeat';

/** `unknown` where the log and the blobs do not say. */
export type Finding = {
  question: Question;
  verdict: 'yes' | 'no' | 'unknown';
  /** One plain sentence, and what to do about it: '' where nothing is to be done. */
  says: string;
  next: string;
  evidence: readonly Evidence[];
  cost: Cost;
};

/** Lines of the stored output, from 1, both ends included; `text` is one of them, shortened. */
export type Evidence = {call: CallId | null; sha256: Sha256 | null; lines: readonly {first: number; last: number}[]; text: string};

/** Tokens that results took in requests, and tokens of whole requests and replies. */
export type Cost = {results: number; requests: number};

export const free: Cost = {results: 0, requests: 0};

export const no = (question: Question, says: string): Finding => ({question, verdict: 'no', says, next: '', evidence: [], cost: free});
