import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {isKnown, type Doubt, type Known} from '../verify/doubt.ts';
import type {ReadLog} from '../verify/read-log.ts';
import type {Assemblers} from './assemblers.ts';
import {promptsApart} from './prompts-apart.ts';
import {requestRemaker} from './remake-request.ts';
import {replayRecords, type Replayed, type RequestReplay} from './replay-records.ts';
import type {Divergence, ReplayProof} from './replay-proof.ts';

/** What the loop made of a log when it ran again over it, as far as the log is whole. */
export type LoopReplay = Pick<ReplayProof, 'made_by' | 'requests' | 'moves'> & {
  divergences: readonly Divergence[];
  doubts: readonly Doubt[];
  /** The newest step by each record. */
  steps: ReadonlyMap<number, number>;
};

type Over = {session: SessionId; blobs: Blobs; assemblers: Assemblers};

export async function replayLog(log: ReadLog, over: Over): Promise<LoopReplay> {
  const whole = log.entries.slice(0, log.whole).filter(isKnown);
  const tally = new Tally(log, whole, over);
  for await (const one of replayRecords(
    whole.map(({record}) => record),
    {...over, after: 'recorded'},
  ))
    await tally.take(one);
  return tally.result();
}

class Tally {
  readonly #requests = {same: 0, different: 0, hash_only: 0, unproven: 0};
  readonly #steps = new Map<number, number>();
  readonly #divergences: Divergence[] = [];
  readonly #doubts: Doubt[];
  readonly #places: ReadonlyMap<number, Known['place']>;
  /** Steps of which it was said, when a value was taken out, that their requests cannot be made again. */
  readonly #taken: ReadonlySet<number>;
  readonly #redacted: number;
  readonly #log: ReadLog;
  readonly #over: Over;
  #moves = 0;
  #made_by: string | null = null;
  #rules: string | null = null;
  #earlier: Prompt | null = null;

  constructor(log: ReadLog, whole: readonly Known[], over: Over) {
    this.#log = log;
    this.#over = over;
    this.#places = new Map(whole.map(({record, place}) => [record.seq, place]));
    const redactions = whole.flatMap(({record: {seq, event}}) => (event.type === 'session.redacted' ? [{seq, event}] : []));
    this.#taken = new Set(redactions.flatMap(({event}) => event.unproven));
    this.#redacted = redactions.at(-1)?.seq ?? -1;
    const behind = log.entries.slice(log.whole).filter(({record}) => record.event.type === 'context.assembled');
    this.#requests.unproven = behind.length;
    this.#doubts = behind.map(() => ({what: 'request', why: 'requests behind a bad line: the log before them is not whole'}));
  }

  async take({record, step, ordered, request}: Replayed): Promise<void> {
    this.#steps.set(record.seq, step);
    if ('versions' in record.event) {
      this.#made_by = record.event.versions.program;
      this.#rules = record.event.versions.loop ?? null;
    }
    if (ordered === 'due') this.#moves++;
    else if (ordered === 'other-rules') this.#doubts.push({what: 'event', why: needsRules(this.#rules)});
    else if (ordered !== 'outside') this.#misplaced(record, step, ordered.why);
    if (request !== null) await this.#request(record, step, request);
  }

  result(): LoopReplay {
    return {
      made_by: this.#made_by,
      requests: this.#requests,
      moves: this.#moves,
      divergences: this.#divergences,
      doubts: this.#doubts,
      steps: this.#steps,
    };
  }

  #misplaced(record: Recorded, step: number, why: string): void {
    if (record.seq < this.#redacted)
      this.#doubts.push({what: 'event', why: `records whose place does not follow any more: a value was taken out of the log`});
    else this.#diverges(record, {what: 'order', step, why: `${why}, and the record says ${record.event.type}`, apart: null});
  }

  async #request(record: Recorded, step: number, request: RequestReplay): Promise<void> {
    switch (request.kind) {
      case 'same':
        this.#requests.same++;
        this.#earlier = request.made.prompt;
        return;
      case 'hash-only':
        this.#requests.hash_only++;
        this.#doubts.push({what: 'request', why: `${request.why}: only the hash of the prompt of its recorded plan agrees`});
        return;
      case 'unproven':
        this.#requests.unproven++;
        this.#doubts.push({what: 'request', why: `${request.why}, and the prompt of its recorded plan cannot be built with its hash`});
        return;
      case 'different':
        return this.#different(record, step, request);
    }
  }

  async #different(record: Recorded, step: number, request: Extract<RequestReplay, {kind: 'different'}>): Promise<void> {
    if (this.#taken.has(step) && record.seq < this.#redacted) {
      this.#requests.unproven++;
      this.#doubts.push({what: 'request', why: 'a value was taken out of what they were made of, and they could not be made again'});
      return;
    }
    const first = this.#requests.different++ === 0;
    const event = record.event as Extract<SessionEvent, {type: 'context.assembled'}>;
    const remaker = requestRemaker(this.#over.blobs, this.#over.assemblers);
    const apart = first ? await promptsApart(request, {event, earlier: this.#earlier, remaker}) : null;
    this.#diverges(record, {
      what: 'request',
      step,
      why: `the request of step ${step} does not come out the same: ${request.why.join('; ')}`,
      apart,
    });
  }

  #diverges({seq}: Recorded, what: Pick<Divergence, 'what' | 'step' | 'why' | 'apart'>): void {
    const place = this.#places.get(seq) ?? null;
    this.#divergences.push({
      ...what,
      file: this.#log.file,
      line: place && place.line,
      seq,
      bytes: place && {start: place.start, end: place.end},
      next: this.#next(),
    });
  }

  #next(): string {
    const version = this.#made_by === null ? '' : ` (${this.#made_by})`;
    return `Either the log is not as it was written, or this version makes it otherwise: try the version that made it${version}. Its files by themselves: agent audit verify ${this.#over.session}`;
  }
}

const needsRules = (rules: string | null): string =>
  `records that the loop of this version would not make there: needs ${rules === null ? 'the loop rules of an earlier version' : `loop rules ${rules}`}`;
