import {isSessionEvent} from '../core/log/event-types.ts';
import {sessionState, type SessionState} from '../core/projections/session-state.ts';
import type {Command, Progress} from '../core/vocabulary/command.ts';
import type {Recorded, SessionEvent} from '../core/vocabulary/event.ts';
import type {SessionSettings} from '../core/vocabulary/settings.ts';
import {unreachable} from '../core/log/fold.ts';
import {Anchors} from './anchors.ts';
import {Deadline} from './deadline.ts';
import {leave} from './leave.ts';
import {maskedGroup, maskedText} from './masking.ts';
import {performer, type Performer} from './perform.ts';
import type {Ports} from './ports.ts';
import {answered, gatesAllowed, keepAlways, receive, titled} from './receive.ts';
import {rewind, type Rewind, type RewindRequest} from './rewind.ts';
import {waitsForHuman, work} from './work.ts';

/** One session in this process: takes commands, records what happens, and tells whoever watches. */
export type Session = {
  state: () => SessionState;
  /** Refuses by throwing `CommandRefused`; else resolves when what it asks is on the log (not when the work is done). */
  submit: (command: Command) => Promise<void>;
  /** Goes on where the log says that something is owed: after a resume. */
  goOn: () => void;
  /** What was brought into the checkout, or taken back, by whoever did it. */
  noteApplied: (event: Extract<SessionEvent, {type: 'changes.applied'}>) => void;
  /** Takes conversation, files or both back to an earlier step; nothing leaves the log. Throws `CommandRefused` while the agent works. */
  rewind: (request: RewindRequest) => Promise<Rewind>;
  /** A text as it may be stored: its secrets masked. */
  masked: (text: string) => string;
  /** Every record from now on, in order. */
  watch: (listener: (record: Recorded) => void) => () => void;
  /** Every record so far, or the last of them: so many, where there are more. */
  history: (last?: number) => AsyncIterable<Recorded>;
  /** What is seen going by: never stored, never needed. */
  glance: (listener: (progress: Progress) => void) => () => void;
  /** Resolves when the agent owes nothing, or waits for an answer; rejects where the log or the worktree failed it. */
  settled: () => Promise<void>;
  /** Stops what runs, checkpoints, and lets the log go. */
  close: () => Promise<void>;
};

/** The command does not fit what the session is doing now. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** A session over an open log. `before` are the records that are on it already, `opening` what this run begins with. */
export function startSession(ports: Ports, opening: SessionEvent[], before: SessionState = sessionState.initial): Session {
  const session = new RunningSession(ports, before);
  session.record(...opening);
  return session;
}

class RunningSession implements Session {
  readonly #ports: Ports;
  readonly #perform: Performer;
  readonly #receiving: {ports: Ports; state: () => SessionState};
  readonly #glances = new Set<(progress: Progress) => void>();
  #state: SessionState;
  #wake: () => void = () => {};
  #changed: Promise<void>;
  #working: Promise<void> | null = null;
  #abort = new AbortController();
  readonly #deadline: Deadline;
  #moving: Promise<unknown> = Promise.resolve();
  #closing = false;
  readonly #anchors: Anchors;
  #failed: {error: unknown} | null = null;

  constructor(ports: Ports, before: SessionState) {
    this.#ports = ports;
    this.#receiving = {ports, state: () => this.#state};
    this.#deadline = new Deadline(ports.clock);
    this.#anchors = new Anchors(ports, () => this.#state.opened?.session ?? null);
    this.#state = before;
    this.#changed = this.#nextChange();
    ports.log.subscribe(record => this.#receive(record));
    const perform = performer(ports, {
      state: () => this.#state,
      record: (...events) => this.record(...events),
      show: progress => this.#show(progress),
      signal: () => this.#abort.signal,
    });
    this.#perform = async move => {
      if (this.#failed !== null) throw this.#failed.error;
      // What else is under way is of no use then: a model's answer would be waited for, and paid.
      return perform(move).catch((error: unknown) => {
        this.#fail(error);
        throw error;
      });
    };
  }

  state(): SessionState {
    return this.#state;
  }

  record(...events: SessionEvent[]): void {
    this.#ports.log.append(...events);
  }

  noteApplied(event: Extract<SessionEvent, {type: 'changes.applied'}>): void {
    this.record(event);
  }

  async rewind(request: RewindRequest): Promise<Rewind> {
    const moving = this.#moving.then(() => this.#rewind(request));
    // Nobody works while the files move.
    this.#moving = moving.catch(() => {});
    return moving;
  }

  masked(text: string): string {
    return maskedText(text, this.#receiving).text;
  }

  watch(listener: (record: Recorded) => void): () => void {
    return this.#ports.log.subscribe(listener);
  }

  async *history(last = Infinity): AsyncGenerator<Recorded> {
    const {log} = this.#ports;
    for await (const record of log.read(last === Infinity ? undefined : log.before(last)))
      if (isSessionEvent(record.event)) yield record as Recorded;
  }

  glance(listener: (progress: Progress) => void): () => void {
    this.#glances.add(listener);
    return () => this.#glances.delete(listener);
  }

  async submit(command: Command): Promise<void> {
    switch (command.type) {
      case 'prompt':
        return this.#prompt(command.text);
      case 'steer':
        return this.#isBusy() ? this.#steer(command.text) : this.#prompt(command.text);
      case 'interrupt':
        return this.#isBusy() ? this.#end({type: 'user.interrupted'}) : undefined;
      case 'answer':
        return this.#answer(command);
      case 'set-mode':
        return this.#set({mode: command.mode});
      case 'set-model':
        return this.#setModel(command.model);
      case 'set-title':
        return this.record(titled(command.title, this.#receiving));
      default:
        return unreachable(command);
    }
  }

  async settled(): Promise<void> {
    while (this.#working !== null && !waitsForHuman(this.#state.turn)) await Promise.race([this.#working, this.#changed]);
    if (this.#failed !== null) throw this.#failed.error;
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    try {
      if (this.#failed === null && this.#isBusy()) this.#end({type: 'user.interrupted'});
      await this.#working;
      await this.#moving;
      const ended = await this.#ports.shell.stopAll();
      if (this.#failed !== null) return;
      const groups = ended.map(group => maskedGroup(group, this.#receiving));
      this.record(...groups.map(group => ({type: 'process.ended' as const, group, by: 'stop' as const})));
      await leave({ports: this.#ports, anchors: this.#anchors, state: () => this.#state, record: (...events) => this.record(...events)});
    } finally {
      this.#deadline.stop();
      await this.#ports.lines.rest();
      await this.#anchors.idle();
      await this.#ports.log.close();
    }
  }

  async #rewind(request: RewindRequest): Promise<Rewind> {
    if (this.#isBusy()) throw new CommandRefused('The agent is still working: interrupt it first.');
    // A checkpoint of the last step may still be under way.
    await this.#working;
    const {log, worktrees} = this.#ports;
    const record = (event: SessionEvent) => this.record(event);
    return rewind(request, {state: () => this.#state, end: () => log.last.seq, record, worktrees});
  }

  async #prompt(text: string): Promise<void> {
    await this.#moving;
    if (this.#isBusy()) throw new CommandRefused('The agent is still working: interrupt it, or steer it with a message.');
    if (text.trim() === '') throw new CommandRefused('The prompt is empty.');
    // What failed may be mended meanwhile; where it is not, it fails again.
    this.#failed = null;
    // What an earlier run left open comes first: a call that it had started is lost, and would pass for one that never ran.
    this.#go();
    await this.#working;
    this.record(...(await receive('user.prompted', text, this.#receiving)));
    this.#setDeadline();
    this.#go();
  }

  // Where the work has ended meanwhile, the words are a prompt of their own.
  async #steer(text: string): Promise<void> {
    const steered = await receive('user.steered', text, this.#receiving);
    if (this.#isBusy()) this.record(...steered);
    else await this.#prompt(text);
  }

  goOn(): void {
    if (this.#working !== null) return;
    this.#setDeadline();
    this.#go();
  }

  async #answer(command: Extract<Command, {type: 'answer'}>): Promise<void> {
    if (this.#state.turn.calls.get(command.call)?.at !== 'asking')
      throw new CommandRefused(`Call ${command.call} does not wait for an answer.`);
    const {remember} = command;
    const told = remember?.for === 'always' ? await keepAlways(remember.rule, this.#receiving) : [];
    this.record(...told, ...gatesAllowed(command, this.#state), answered(command, this.#receiving));
  }

  #set(change: Partial<SessionSettings>): void {
    this.record({type: 'settings.changed', settings: {...this.#settings(), ...change}});
  }

  async #setModel(name: string): Promise<void> {
    const model = await this.#ports.openModel(name);
    if ('failure' in model) throw new CommandRefused([model.failure.message, model.failure.hint].filter(Boolean).join(' '));
    this.#set({model: model.name});
  }

  #settings(): SessionSettings {
    if (this.#state.settings === null) throw new Error('The session has not been opened.');
    return this.#state.settings;
  }

  #isBusy(): boolean {
    return this.#state.turn.owes !== 'human';
  }

  #go(): void {
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#working ??= work({turn: () => this.#state.turn, perform: this.#perform, changed: () => this.#changed})
      // Kept for `settled`, which reports it to whoever waits: nobody may be waiting now.
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#working = null;
        this.#deadline.stop();
      });
  }

  /** Ends the work, whether or not the log takes the record that says so. */
  #end(event: Extract<SessionEvent, {type: 'user.interrupted' | 'budget.reached'}>): void {
    try {
      this.record(event);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failed ??= {error};
    this.#abort.abort();
  }

  #receive(record: Recorded): void {
    this.#state = sessionState.apply(this.#state, record);
    if (this.#state.turn.owes === 'human') this.#abort.abort();
    // A headless run ends where it rests, and anchors then.
    const rests = !this.#isBusy() && this.#state.turn.step > 0 && this.#state.settings?.headless === false;
    // What tells that the home log takes nothing does not ask it again.
    if ((rests && record.event.type !== 'degraded') || (record.event.type === 'model.replied' && this.#anchors.due))
      void this.#anchor().catch((error: unknown) => this.#fail(error));
    const wake = this.#wake;
    this.#changed = this.#nextChange();
    wake();
  }

  /** What the home log does not take now is told, and tried again at the end. */
  async #anchor(): Promise<void> {
    try {
      await this.#anchors.now();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // At the end it is told by whoever closes.
      if (!this.#closing && this.#failed === null) this.record({type: 'degraded', what: 'anchor', why});
    }
  }

  #nextChange(): Promise<void> {
    return new Promise(resolve => (this.#wake = resolve));
  }

  #show(progress: Progress): void {
    for (const listener of this.#glances) listener(progress);
  }

  #setDeadline(): void {
    const {limits, headless} = this.#settings();
    this.#deadline.start({ms: limits.ms, whole: headless}, ms => this.#end({type: 'budget.reached', which: 'time', limit: ms}));
  }
}
