import {sha256} from '../../core/log/chain.ts';
import {inKeyOrder} from '../../core/log/key-order.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {dueStorms} from '../../core/storms/storms.ts';
import {moveKey, next, type Move} from '../../core/turn/next.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import {reachedLimit} from '../moves/request-room.ts';
import {hasOwnRules} from './moments.ts';

/**
 * `outside`: it came from the user, the system or another command, which may come at any time. `due`: it came of a move that was due. `other-rules`: it did not, and its run decided by
 * rules that this build does not have.
 */
export type Ordered = 'outside' | 'due' | 'other-rules' | {why: string};

/**
 * Asks `next`, record by record, whether the move that the record came from was due. What a move records as it begins must be due then; what it records later may come
 * whatever happened meanwhile, but not after the run that it began in.
 */
export class LoopOrder {
  #due: readonly Move[] = [];
  #begun = new Map<string, Move>();
  #running = new Set<CallId>();
  #asked = new Set<CallId>();

  /** `before` and `after` are the states around the record. */
  take({seq, event}: Recorded, before: SessionState, after: SessionState): Ordered {
    const found = this.#ordered(seq, event, before);
    const ordered = typeof found === 'string' || hasOwnRules(after) ? found : 'other-rules';
    if (event.type === 'session.resumed' || event.type === 'session.forked') this.#newRun();
    this.#due = next(after.turn);
    for (const move of this.#due) if (recordsLater(move)) this.#begun.set(moveKey(move), move);
    return ordered;
  }

  #newRun(): void {
    this.#begun.clear();
    this.#running.clear();
    this.#asked.clear();
  }

  #ordered(seq: number, event: SessionEvent, before: SessionState): Ordered {
    switch (event.type) {
      case 'session.opened':
        return dueIf(seq === 0, 'a session is opened by its first record only');
      case 'worktree.prepared':
        return dueIf(this.#ends(isPrepare), 'no worktree was to be prepared');
      case 'context.assembled':
        this.#ends(isAssemble(event.step));
        return dueIf(this.#isDue(isAssemble(event.step)), `no request of step ${event.step} was owed`);
      case 'model.replied':
        return dueIf(this.#ends(isAsk(event.step)), `no request of step ${event.step} was waiting for its reply`);
      case 'model.failed':
        return this.#failed(event);
      case 'budget.reached':
        return this.#reached(event, before);
      case 'storm.noticed':
        return this.#noticed(event, before);
      case 'files.checkpointed':
        return this.#checkpointed(event, before);
      case 'tool.judged':
      case 'human.answered':
      case 'tool.started':
      case 'process.spawned':
      case 'gate.closed':
      case 'tool.finished':
        return this.#ofCall(event, before);
      default:
        return 'outside';
    }
  }

  /** A request that could not even be made ends the move that was to make it. */
  #failed({step, attempt, error}: Event<'model.failed'>): Ordered {
    if (error.code === 'context-full') return dueIf(attempt === 1 && this.#isDue(isAssemble(step)), `no request of step ${step} was owed`);
    return dueIf(this.#ends(isAsk(step, attempt)), `no try ${attempt} of the request of step ${step} was under way`);
  }

  #reached({which, limit}: Event<'budget.reached'>, before: SessionState): Ordered {
    if (which === 'time') return 'outside';
    const reached = this.#isDue(isAssemble(before.turn.step + 1)) ? reachedLimit(before) : null;
    return dueIf(reached?.which === which && reached.limit === limit, `the limit of ${limit} (${which}) was not reached`);
  }

  // They are told one behind the other as the request begins; one that pauses the session does not hold back those behind it.
  #noticed({storm, pauses}: Event<'storm.noticed'>, before: SessionState): Ordered {
    const [first] = this.#hasBegun(isAssemble(before.turn.step + 1)) ? dueStorms(before.storms) : [];
    return dueIf(isSame(first, {storm, pauses}), 'no such storm was to be told of');
  }

  // What looks at the files between two runs keeps them under the newest step.
  #checkpointed({step}: Event<'files.checkpointed'>, {turn}: SessionState): Ordered {
    if (this.#ends(move => move.do === 'checkpoint' && move.step === step)) return 'due';
    return step === turn.step ? 'outside' : {why: `the files of step ${step} were not to be kept`};
  }

  #ofCall(event: OfCall, before: SessionState): Ordered {
    const {call} = event;
    switch (event.type) {
      case 'tool.judged':
        if (event.verdict.kind === 'ask') this.#asked.add(call);
        return dueIf(this.#ends(isJudge(call)), `call ${call} was not to be judged`);
      case 'human.answered':
        return dueIf(this.#asked.has(call), `nobody was asked about call ${call}`);
      case 'tool.started':
        return this.#started(event, before);
      case 'process.spawned':
        return dueIf(this.#running.has(call), `call ${call} was not running`);
      case 'gate.closed':
        return dueIf(this.#hasBegun(isLost(call)), `call ${call} was not lost`);
      case 'tool.finished':
        return dueIf(this.#mayFinish(event), `call ${call} was not to end like this (${event.outcome.kind})`);
    }
  }

  #started({call, idempotency_key}: Event<'tool.started'>, {opened}: SessionState): Ordered {
    const due = this.#isDue(move => move.do === 'run' && move.call.id === call);
    this.#running.add(call);
    if (!due) return {why: `call ${call} was not to run: it was not allowed, or another one had to end before`};
    return dueIf(idempotency_key === sha256(JSON.stringify([opened?.session, call])), `call ${call} has the key of another call`);
  }

  #mayFinish({call, outcome}: Event<'tool.finished'>): boolean {
    switch (outcome.kind) {
      case 'refused':
        return this.#isDue(move => move.do === 'refuse' && move.call === call && move.reason === outcome.reason);
      case 'lost':
        return this.#ends(isLost(call));
      case 'ran':
      case 'done':
        return this.#running.delete(call);
      // What its tool cannot read ends a call where it would have been judged.
      case 'failed':
        return this.#running.delete(call) || (outcome.shown === undefined && this.#ends(isJudge(call)));
    }
  }

  #isDue(is: (move: Move) => boolean): boolean {
    return this.#due.some(is);
  }

  #hasBegun(is: (move: Move) => boolean): boolean {
    return this.#begun.values().some(is);
  }

  #ends(is: (move: Move) => boolean): boolean {
    const ended = [...this.#begun].filter(([, move]) => is(move));
    for (const [key] of ended) this.#begun.delete(key);
    return ended.length > 0;
  }
}

type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, {type: Type}>;
type OfCall = Event<'tool.judged' | 'human.answered' | 'tool.started' | 'process.spawned' | 'gate.closed' | 'tool.finished'>;

/** The others record at once as they begin: they are due then, or never. */
const recordsLater = ({do: what}: Move): boolean => what !== 'run' && what !== 'refuse';

const dueIf = (is: boolean, why: string): Ordered => (is ? 'due' : {why});

const isPrepare = (move: Move): boolean => move.do === 'prepare-worktree';
const isAssemble = (step: number) => (move: Move) => move.do === 'assemble' && move.step === step;
const isAsk = (step: number, attempt?: number) => (move: Move) =>
  move.do === 'ask-model' && move.step === step && (attempt === undefined || move.attempt === attempt);
const isLost = (call: CallId) => (move: Move) => move.do === 'declare-lost' && move.call === call;
const isJudge = (call: CallId) => (move: Move) => move.do === 'judge' && move.call.id === call;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inKeyOrder(a)) === JSON.stringify(inKeyOrder(b));
