import {createInterface, type Interface} from 'node:readline';
import type {OpenSession, SessionActions} from '../../agent/program.ts';
import {recentRecords} from '../../agent/recent-records.ts';
import {CommandRefused, type Session} from '../../agent/session.ts';
import {riskWords} from '../../core/policy/risk-words.ts';
import {named} from '../../core/policy/rules.ts';
import {unseenWarning} from '../../core/policy/risk-words.ts';
import {callTitle} from '../../core/projections/call-title.ts';
import {transcript} from '../../core/projections/transcript.ts';
import type {Pending} from '../../core/turn/turn.ts';
import {holdsUnseen, visible, visibleLines} from '../../core/text/visible.ts';
import type {Command} from '../../core/vocabulary/command.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import {explain} from './failures.ts';
import {modes} from './options.ts';
import type {Io} from './io.ts';
import {plainLines} from './plain.ts';

type Asked = Extract<Pending, {at: 'asking'}>;

/** A session for terminals without cursor control, for screen readers and for whoever likes it plain: a line at a time, questions included. */
export async function plainSession(
  {session, notices}: OpenSession,
  {prompt, actions}: {prompt: string | null; actions: SessionActions},
  io: Io,
): Promise<'quit' | 'interrupted'> {
  const lines = new Asking(io);
  const stopTelling = await tell(session, io);
  for (const notice of notices) io.print(`- ${visibleLines(notice)}`);
  io.print('Type what is to be done; /help tells the commands. Ctrl+C interrupts.');
  try {
    if (prompt !== null) await workOff(session, {type: 'prompt', text: prompt}, {lines, io});
    else await workOff(session, null, {lines, io});
    for (;;) {
      const said = await lines.next('> ');
      if (said === null || said === '/quit') return 'quit';
      if (said === '/diff' || said === '/apply') {
        io.print(await done(actions[said === '/diff' ? 'diff' : 'apply']));
        continue;
      }
      const command = commandOf(said);
      if (typeof command === 'string') io.print(command);
      else if (command !== null) await workOff(session, command, {lines, io});
    }
  } finally {
    stopTelling();
    lines.close();
  }
}

/** The question in front of the user; Ctrl+C goes to whoever waits, and ends an empty wait. */
class Asking {
  readonly #lines: Interface;
  #closed = false;
  /** Typed while nothing was asked: the next prompts, never an answer to a question that was not there yet. */
  readonly #ahead: string[] = [];
  #answer: ((line: string | null) => void) | null = null;
  /** What Ctrl+C does while nothing is asked. */
  interrupt: () => void = () => {};

  constructor({stdin, stdout}: Io) {
    this.#lines = createInterface({input: stdin, output: stdout, terminal: true});
    this.#lines.on('line', line => this.#give(line));
    this.#lines.on('close', () => {
      this.#closed = true;
      this.interrupt();
      this.#give(null);
    });
    this.#lines.on('SIGINT', () => (this.#answer === null ? this.interrupt() : this.#give(null)));
  }

  /** The next prompt: what was typed meanwhile comes first. */
  async next(question: string): Promise<string | null> {
    return this.#ahead.shift() ?? this.ask(question);
  }

  async ask(question: string): Promise<string | null> {
    if (this.#closed) return null;
    this.#lines.setPrompt(question);
    this.#lines.prompt();
    return new Promise(resolve => (this.#answer = resolve));
  }

  close(): void {
    this.#lines.close();
  }

  #give(line: string | null): void {
    const answer = this.#answer;
    this.#answer = null;
    if (answer !== null) answer(line === null ? null : line.trim());
    else if (line !== null && line.trim() !== '') this.#ahead.push(line.trim());
  }
}

function commandOf(said: string): Command | string | null {
  if (said === '') return null;
  if (!said.startsWith('/')) return {type: 'prompt', text: said};
  const [name, value] = said.split(/\s+/);
  const mode = modes.find(one => one === value);
  if (name === '/mode') return mode === undefined ? `The modes are: ${modes.join(', ')}.` : {type: 'set-mode', mode};
  if (name === '/help') return help;
  return `There is no ${visible(name ?? said)} here. /help tells what there is.`;
}

const help = [
  '/diff       the changes in the worktree',
  '/apply      bring the changes into your checkout',
  `/mode MODE  what runs without asking: ${modes.join(', ')}`,
  '/quit       end; the session can be resumed',
  '/help       this',
].join('\n');

/** What is refused is told, and the session goes on. */
async function done(action: () => Promise<string>): Promise<string> {
  try {
    return await action();
  } catch (error) {
    return `! ${explain(error).message}`;
  }
}

async function workOff(session: Session, command: Command | null, {lines, io}: {lines: Asking; io: Io}): Promise<void> {
  lines.interrupt = () => void session.submit({type: 'interrupt'});
  try {
    if (command !== null) await session.submit(command);
    for (;;) {
      await session.settled();
      const asked = [...session.state().turn.calls.values()].find(pending => pending.at === 'asking');
      if (asked === undefined || session.state().turn.owes === 'human') return;
      await session.submit(await answerTo(asked, lines, io));
    }
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    io.print(`! ${error.message}`);
  } finally {
    lines.interrupt = () => {};
  }
}

async function answerTo({call, verdict}: Asked, lines: Asking, io: Io): Promise<Command> {
  const {grant} = verdict;
  const warning = holdsUnseen(call.input) ? [`  ! ${unseenWarning}`] : [];
  const remember = grant === undefined ? [] : [`  s  ${visible(named(grant))} in this session`, '  a  the same, always in this repository'];
  const choices = ['  y  allow once', ...remember, '  n  refuse; or say in words why not'];
  io.print(
    [
      `? ${callTitle(call)}`,
      ...restOf(call.input),
      ...warning,
      `  It ${riskWords[verdict.risk]} (${visible(verdict.rule)}).`,
      ...choices,
    ].join('\n'),
  );
  for (;;) {
    const said = await lines.ask('? ');
    if (said === 'y') return {type: 'answer', call: call.id, answer: 'allow'};
    if ((said === 's' || said === 'a') && grant !== undefined) {
      return {type: 'answer', call: call.id, answer: 'allow', remember: {rule: grant, for: said === 's' ? 'session' : 'always'}};
    }
    if (said === null) return {type: 'interrupt'};
    if (said === 'n') return {type: 'answer', call: call.id, answer: 'deny'};
    if (said.length > 1) return {type: 'answer', call: call.id, answer: 'deny', says: said};
  }
}

/** What the title leaves out: a text of more lines than fit is cut, and says so. */
function restOf(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  const fields = Object.entries(input).filter(([name, value]) => name !== 'path' && !(name === 'command' && isOneLine(value)));
  return fields.flatMap(([name, value]) => {
    const lines = visibleLines(typeof value === 'string' ? value : JSON.stringify(value)).split('\n');
    const more = lines.length > shownLines ? [`… ${lines.length - shownLines} more lines`] : [];
    return [`  ${visible(name)}:`, ...[...lines.slice(0, shownLines), ...more].map(line => `    ${line}`)];
  });
}

const shownLines = 200;

const isOneLine = (value: unknown): boolean => typeof value === 'string' && !value.includes('\n');

async function tell(session: Session, io: Io): Promise<() => void> {
  let state = transcript.initial;
  for await (const record of session.history(recentRecords)) state = transcript.apply(state, record);
  return session.watch((record: Recorded) => {
    const before = state.done.length;
    state = transcript.apply(state, record);
    const lines = [...state.done.from(before)].filter(({kind}) => kind !== 'prompt').flatMap(plainLines);
    if (lines.length > 0) io.print(lines.join('\n'));
  });
}
