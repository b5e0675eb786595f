import {unreachable} from '../../core/log/fold.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import {moveKey, next, type Move} from '../../core/turn/next.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {SessionSettings} from '../../core/vocabulary/settings.ts';
import {performer, type Performer} from '../perform.ts';
import type {Ports} from '../ports.ts';
import type {Scene} from '../scene.ts';
import type {Cue} from './cues.ts';
import {cueGiver} from './give-cue.ts';
import {Progress} from './progress.ts';
import {recordedVerdict} from './recorded-verdict.ts';
import type {Milestone, Score} from './score.ts';

export type Playing = {
  score: Score;
  ports: Ports;
  /** What the settings of the recorded session are here. */
  settings: (recorded: SessionSettings) => SessionSettings;
  /** Every record, before the next one is written. */
  heard: (record: Recorded) => void;
  /** Ends it: nothing more is begun, and what runs is ended. */
  stop: AbortSignal;
};

/** `stuck`: why the rest could not come about again. `notes`: what is not as it was then, other than an output or a file. */
export type Played = {state: SessionState; stuck: string | null; notes: readonly string[]};

/** Plays a session again over a new log: the loop's own moves, each only where the recorded session made it too, and between them what came from outside, at the same place. */
export async function play(playing: Playing, opening: readonly SessionEvent[]): Promise<Played> {
  return new Player(playing).play(opening);
}

class Player {
  readonly #playing: Playing;
  readonly #scene: Scene;
  readonly #perform: Performer;
  readonly #progress: Progress;
  readonly #running = new Map<string, Promise<void>>();
  readonly #begun = new Map<CallId, number>();
  #state = sessionState.initial;
  #abort = new AbortController();
  #failed: {error: unknown} | null = null;
  #wake: () => void = () => {};
  #changed = this.#nextChange();
  /** The newest cue that was given. */
  #since = -1;

  constructor(playing: Playing) {
    this.#playing = playing;
    const {ports, score} = playing;
    this.#progress = new Progress(score);
    ports.log.subscribe(record => this.#receive(record));
    this.#scene = {
      ports,
      state: () => this.#state,
      record: (...events) => void ports.log.append(...events),
      show: () => {},
      signal: () => this.#abort.signal,
    };
    this.#perform = performer(ports, this.#scene);
  }

  async play(opening: readonly SessionEvent[]): Promise<Played> {
    const {score, settings, stop, ports} = this.#playing;
    const giver = cueGiver(this.#scene, {progress: this.#progress, settings});
    const end = () => this.#end();
    stop.addEventListener('abort', end);
    try {
      this.#scene.record(...opening);
      this.#progress.given(-1, ports.log.last.seq);
      for (const cue of [...score.cues, null]) {
        const stuck = await this.#until(cue);
        if (stuck !== null || stop.aborted || cue === null) {
          this.#end();
          await Promise.allSettled(this.#running.values());
          return {state: this.#state, stuck, notes: giver.notes()};
        }
        if (this.#abort.signal.aborted) this.#abort = new AbortController();
        await giver.give(cue);
        this.#since = cue.seq;
      }
      throw new Error('the end is a cue of its own');
    } catch (error) {
      this.#fail(error);
      await Promise.allSettled(this.#running.values());
      throw error;
    } finally {
      stop.removeEventListener('abort', end);
    }
  }

  /** Resolves when it is time for the cue (null is the end), with null; or with why that time will never come. */
  async #until(cue: Cue | null): Promise<string | null> {
    const limit = cue?.seq ?? Infinity;
    // These may come in the middle of a call.
    const meanwhile = cue !== null && (cue.do === 'stop' || (cue.do === 'record' && cue.event.type === 'user.steered'));
    for (;;) {
      const change = this.#changed;
      if (this.#failed !== null) throw this.#failed.error;
      if (this.#playing.stop.aborted) return null;
      for (const move of next(this.#state.turn)) if (this.#isDue(move, limit)) this.#start(move);
      const missing = this.#progress.missing(limit);
      if (missing === null && (meanwhile || this.#running.size === 0)) return cue?.do === 'stop' ? this.#asLong(cue) : null;
      if (this.#running.size > 0) await Promise.race([change, ...this.#running.values()]);
      else if (missing !== null) return `${named[missing.what](missing.id)} did not come about again`;
    }
  }

  /** What the loop would do is done where the recorded session did it too, before what came from outside next. */
  #isDue(move: Move, limit: number): boolean {
    const {calls} = this.#playing.score;
    const recorded = (what: Milestone['what'], id: number) => this.#progress.expects({what, id}, {since: this.#since, limit});
    switch (move.do) {
      case 'assemble':
        return recorded('assembled', move.step);
      case 'ask-model':
        return recorded('replied', move.step);
      case 'judge': {
        const was = calls.get(move.call.id);
        return (was?.judged ?? was?.finished ?? Infinity) < limit;
      }
      case 'run':
        return (calls.get(move.call.id)?.started?.seq ?? Infinity) < limit;
      case 'prepare-worktree':
      case 'refuse':
      case 'declare-lost':
      case 'checkpoint':
        return true;
      default:
        return unreachable(move);
    }
  }

  #start(move: Move): void {
    const key = moveKey(move);
    if (this.#running.has(key)) return;
    const doing = this.#do(move)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, doing);
  }

  async #do(move: Move): Promise<void> {
    // What runs beside the steps, such as a server, has the time that it had then.
    if (move.do === 'ask-model' && this.#state.groups.length > 0) {
      const wait = this.#playing.score.waits.get(move.step) ?? 0;
      await this.#playing.ports.clock.sleep(Math.min(longest, wait), this.#abort.signal);
    }
    if (move.do !== 'judge') return this.#perform(move);
    this.#scene.record(await recordedVerdict(move.call, this.#playing.score.calls.get(move.call.id), this.#scene));
  }

  /** What was under way when the turn was ended then runs about as long now. */
  async #asLong(cue: Cue): Promise<null> {
    const {score, ports, stop} = this.#playing;
    const {clock} = ports;
    for (const [id, begun] of this.#begun) {
      const started = score.calls.get(id)?.started;
      if (started === undefined || started === null || this.#progress.has({what: 'finished', id})) continue;
      const left = begun + Math.min(longest, cue.at - started.at) - clock.elapsed();
      const ended = Promise.all(this.#running.values());
      if (left > 0) await Promise.race([ended, clock.sleep(left, stop)]);
    }
    return null;
  }

  #receive(record: Recorded): void {
    this.#state = sessionState.apply(this.#state, record);
    this.#playing.heard(record);
    this.#progress.take(record);
    if (record.event.type === 'tool.started') this.#begun.set(record.event.call, this.#playing.ports.clock.elapsed());
    if (this.#state.turn.owes === 'human') this.#abort.abort();
    const wake = this.#wake;
    this.#changed = this.#nextChange();
    wake();
  }

  /** Whatever still runs is ended, and that is on the log. */
  #end(): void {
    try {
      if (this.#state.turn.owes !== 'human') this.#scene.record({type: 'user.interrupted'});
    } catch (error) {
      this.#fail(error);
    }
    this.#abort.abort();
  }

  #fail(error: unknown): void {
    this.#failed ??= {error};
    this.#abort.abort();
  }

  #nextChange(): Promise<void> {
    return new Promise(resolve => (this.#wake = resolve));
  }
}

/** Nobody waits for minutes, for what is ended then anyway or for a model that was slow. */
const longest = 30_000;

const named: Readonly<Record<Milestone['what'], (id: Milestone['id']) => string>> = {
  assembled: id => `the request of step ${id}`,
  replied: id => `the reply of step ${id}`,
  started: id => `call ${id}`,
  finished: id => `the end of call ${id}`,
};
