import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import {moveKey, next, type Move} from '../../core/turn/next.ts';
import {unreachable} from '../../core/log/fold.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../core/vocabulary/ids.ts';
import type {SessionSettings} from '../../core/vocabulary/settings.ts';
import {performer, type Performer} from '../perform.ts';
import type {Ports} from '../ports.ts';
import type {Scene} from '../scene.ts';
import {recordedVerdict} from './recorded-verdict.ts';
import type {Cue, Score} from './score.ts';

export type Playing = {
  score: Score;
  ports: Ports;
  /** What the settings of the recorded session are here. */
  settings: (recorded: SessionSettings) => SessionSettings;
  /** Ends it: nothing more is begun, and what runs is ended. */
  stop: AbortSignal;
};

/** `stuck`: why the rest could not come about again. `notes`: what is not as it was, other than by an output or a file. */
export type Played = {state: SessionState; stuck: string | null; notes: readonly string[]};

/**
 * Plays a session again over a new log: the loop's own moves, each only where the recorded session made it too, and between them what came from outside, at the same place.
 */
export async function play(playing: Playing, opening: readonly SessionEvent[]): Promise<Played> {
  return new Player(playing).play(opening);
}

class Player {
  readonly #playing: Playing;
  readonly #scene: Scene;
  readonly #perform: Performer;
  readonly #running = new Map<string, Promise<void>>();
  readonly #begun = new Map<CallId, number>();
  /** Of each record that came about again, its number here. */
  readonly #numbers: {then: number; now: number}[] = [];
  readonly #trees = new Map<GitTree, GitTree>();
  readonly #notes: string[] = [];
  #state = sessionState.initial;
  #abort = new AbortController();
  #failed: {error: unknown} | null = null;
  #wake: () => void = () => {};
  #changed = this.#nextChange();

  constructor(playing: Playing) {
    this.#playing = playing;
    const {ports} = playing;
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
    const {score, stop, ports} = this.#playing;
    const end = () => this.#interrupt();
    stop.addEventListener('abort', end);
    try {
      this.#scene.record(...opening);
      let stuck: string | null = null;
      for (const cue of [...score.cues, null]) {
        stuck = await this.#until(cue);
        if (stuck !== null || stop.aborted) break;
        if (cue !== null) await this.#give(cue);
      }
      if (stuck !== null) this.#interrupt();
      await Promise.allSettled(this.#running.values());
      await this.#endAll();
      return {state: this.#state, stuck, notes: this.#notes};
    } finally {
      stop.removeEventListener('abort', end);
      await ports.shell.stopAll();
    }
  }

  /** Resolves when it is time for the cue (`null` is the end): why it never will be, or null. */
  async #until(cue: Cue | null): Promise<string | null> {
    const limit = cue?.seq ?? Infinity;
    for (;;) {
      const change = this.#changed;
      if (this.#failed !== null) throw this.#failed.error;
      if (this.#playing.stop.aborted) return null;
      for (const move of next(this.#state.turn)) if (this.#isDue(move, limit)) this.#start(move);
      const missing = this.#missing(limit, cue?.do === 'stop' || isSteering(cue));
      if (missing === null && (this.#running.size === 0 || isSteering(cue))) return null;
      if (missing === null && cue?.do === 'stop') return this.#asLong(cue);
      if (this.#running.size === 0) return `${missing} did not come about again`;
      await Promise.race([change, ...this.#running.values()]);
    }
  }

  /** What the loop would do is done where the recorded session did it, before what came from outside next. */
  #isDue(move: Move, limit: number): boolean {
    const {calls, assembled, replied} = this.#playing.score;
    const before = (seq: number | null | undefined) => seq != null && seq < limit;
    switch (move.do) {
      case 'assemble':
        return before(assembled.get(move.step));
      case 'ask-model':
        return before(replied.get(move.step));
      case 'judge': {
        const then = calls.get(move.call.id);
        return before(then?.judged ?? then?.finished);
      }
      case 'run':
        return before(calls.get(move.call.id)?.started?.seq);
      case 'prepare-worktree':
      case 'refuse':
      case 'declare-lost':
      case 'checkpoint':
        return true;
      default:
        return unreachable(move);
    }
  }

  /** The first of what was recorded before `limit` that has not come about yet. Where a call was under way then, it is enough that it has begun. */
  #missing(limit: number, underWay: boolean): string | null {
    const {calls, assembled, replied} = this.#playing.score;
    const {turn, outputs} = this.#state;
    void outputs;
    for (const [step, seq] of assembled) if (seq < limit && !this.#has(seq)) return turn.step >= step ? null : `the request of step ${step}`;
    for (const [step, seq] of replied) if (seq < limit && !this.#has(seq)) return `the reply of step ${step}`;
    for (const [id, {started, finished}] of calls) {
      if (started !== null && started.seq < limit && !this.#begun.has(id) && !this.#ended.has(id)) return `call ${id}`;
      if (finished !== null && finished < limit && !this.#ended.has(id)) return `the end of call ${id}`;
      if (!underWay && started !== null && started.seq < limit && !this.#ended.has(id)) return `the end of call ${id}`;
    }
    return null;
  }
}
