import {tokensOf} from '../truncation/estimate.ts';
import type {Block} from '../vocabulary/block.ts';
import type {PlanDelta} from '../vocabulary/plan.ts';
import {isStanding} from './evicted.ts';
import type {Plan} from './plan.ts';
import {excerptOf, maskedText, resultText} from './result-text.ts';
import {shortenedReply} from './shortened-reply.ts';
import {callsOf, type Entry, type Trace} from './trace.ts';

/** Version of the rules below: the same log and version give the same plan. */
export const assembler = 'trace/1';

/** Percent of the budget: eviction starts above `high` and goes down to `low`, in rare large steps, so that the prefix of requests stays the same in between. */
const high = 80;
const low = 50;
/** The newest replies keep their results whole as long as it is possible. */
const keepSteps = 3;

/**
 * Plans the next request: everything new, and what must give way for it. Old results go first (the call stays, one line says what was
 * there), then the oldest replies with their results; a reply that would fill the window is shortened. The user's words never go. Null where
 * even that does not fit.
 */
export function assemble({plan, trace, fixed, budget}: {plan: Plan; trace: Trace; fixed: number; budget: number}): PlanDelta | null {
  const draft = new Draft(plan, trace, fixed);
  if (draft.total > share(budget, high)) {
    draft.maskResults(share(budget, low), keepSteps);
    if (draft.total > share(budget, high)) draft.removeReplies(share(budget, low), keepSteps);
    if (draft.total > budget) draft.maskResults(budget, 1);
    if (draft.total > budget) draft.removeReplies(budget, 1);
    if (draft.total > budget) draft.maskResults(budget, 0);
    if (draft.total > budget) draft.shortenReplies(budget);
    if (draft.total > budget) draft.removeReplies(budget, 0);
  }
  return draft.total > budget ? null : draft.delta(budget);
}

const share = (budget: number, percent: number): number => Math.floor((budget * percent) / 100);

class Draft {
  readonly #entries: readonly Entry[];
  readonly #kept: Map<number, {as: 'whole' | 'masked'; tokens: number}>;
  readonly #before: Plan;
  total: number;

  constructor(before: Plan, trace: Trace, fixed: number) {
    this.#before = before;
    this.#entries = [...trace.entries].filter(isStanding(before));
    this.#kept = new Map(this.#entries.map(entry => [entry.seq, before.kept.get(entry.seq) ?? {as: 'whole', tokens: entryTokens(entry)}]));
    this.total = fixed + [...this.#kept.values()].reduce((sum, {tokens}) => sum + tokens, 0);
  }

  maskResults(target: number, spare: number): void {
    const spared = this.#newestReply(spare);
    for (const entry of this.#entries) {
      if (this.total <= target || entry.seq >= spared) return;
      const kept = this.#kept.get(entry.seq);
      if (entry.kind !== 'result' || kept?.as !== 'whole') continue;
      const tokens = tokensOf(Buffer.byteLength(maskedText(entry.call, entry.outcome))) + overhead;
      if (tokens < kept.tokens) this.#set(entry.seq, {as: 'masked', tokens});
    }
  }

  shortenReplies(target: number): void {
    for (const entry of this.#entries) {
      if (this.total <= target) return;
      const kept = this.#kept.get(entry.seq);
      if (entry.kind !== 'assistant' || kept?.as !== 'whole') continue;
      const tokens = replyTokens(shortenedReply(entry.content));
      if (tokens < kept.tokens) this.#set(entry.seq, {as: 'masked', tokens});
    }
  }

  removeReplies(target: number, spare: number): void {
    const spared = this.#newestReply(spare);
    for (const entry of this.#entries) {
      if (this.total <= target || entry.seq >= spared) return;
      if (entry.kind === 'assistant' && this.#kept.has(entry.seq)) this.#removeGroup(entry);
    }
  }

  delta(budget: number): PlanDelta {
    const fresh = this.#entries.filter(({seq}) => !this.#before.kept.has(seq) && this.#kept.has(seq));
    const old = [...this.#before.kept];
    return {
      assembler,
      budget,
      tokens: this.total,
      through: this.#entries.at(-1)?.seq ?? this.#before.through,
      added: fresh.map(({seq}) => ({layer: 'L2', ref: {seq}, ...this.#kept.get(seq)!})),
      masked: old
        .filter(([seq, {as}]) => as === 'whole' && this.#kept.get(seq)?.as === 'masked')
        .map(([seq]) => ({seq, tokens: this.#kept.get(seq)!.tokens, why: 'over-budget'})),
      removed: old.filter(([seq]) => !this.#kept.has(seq)).map(([seq]) => ({seq, why: 'over-budget'})),
    };
  }

  // A call and its result are never separated: providers refuse a request with one and not the other.
  #removeGroup(reply: Extract<Entry, {kind: 'assistant'}>): void {
    const calls = new Set(callsOf(reply.content).map(({id}) => id));
    for (const entry of this.#entries)
      if (entry === reply || ((entry.kind === 'result' || entry.kind === 'told') && calls.has(entry.call))) this.#set(entry.seq, null);
  }

  #set(seq: number, to: {as: 'masked'; tokens: number} | null): void {
    this.total += (to?.tokens ?? 0) - (this.#kept.get(seq)?.tokens ?? 0);
    if (to === null) this.#kept.delete(seq);
    else this.#kept.set(seq, to);
  }

  /** Record number of the n-th newest reply; results behind it are spared. */
  #newestReply(n: number): number {
    if (n === 0) return Infinity;
    const replies = this.#entries.filter(({kind}) => kind === 'assistant');
    return replies.at(-n)?.seq ?? -1;
  }
}

/** Tokens that an item's own framing costs in any wire format, at most. */
const overhead = 8;

function entryTokens(entry: Entry): number {
  switch (entry.kind) {
    case 'user':
    case 'told':
      return tokensOf(Buffer.byteLength(entry.text)) + overhead;
    case 'assistant':
      return replyTokens(entry.content);
    case 'result':
      return (excerptOf(entry.outcome)?.shown.tokens ?? 0) + tokensOf(Buffer.byteLength(resultText(entry.outcome, ''))) + overhead;
  }
}

const replyTokens = (content: readonly Block[]): number =>
  content.reduce((sum, block) => sum + tokensOf(Buffer.byteLength(JSON.stringify(block))) + overhead, 0);
