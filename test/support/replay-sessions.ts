import type {OpenRequest, Program} from '../../src/agent/program.ts';
import type {Session} from '../../src/agent/session.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {CallId, SessionId} from '../../src/core/vocabulary/ids.ts';
import {openSession} from './open-session.ts';
import {rewriteLog} from './replayed-home.ts';
import {sandbox, type Sandbox} from './sandbox.ts';

const sh = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});
const read = (path: string) => ({tool: 'read', input: {path}});
const many = (count: number, make: (n: number) => object): readonly object[] => Array.from({length: count}, (_, n) => make(n + 1));
const end = {text: 'Done.'};

/** A session to run again: its replies, and what happens while it runs. */
export type ReplaySession = {
  replies: readonly object[];
  files?: Readonly<Record<string, string>>;
  more?: Partial<OpenRequest>;
  script?: object;
  prompts?: readonly string[];
  during?: (session: Session, at: Sandbox) => void;
  /** What is done with it when its first run is over; answers the session that came of it. */
  after?: (made: Made) => Promise<SessionId>;
};

type Made = {at: Sandbox; id: SessionId; program: Program; model: string};

/** Another run of it, which goes on where something is owed, and then says this. */
async function goOn({program, id, model}: Made, prompt: string | null): Promise<void> {
  const {session} = await program.resume(id, {add_dirs: [], config: null, flags: {model, mode: 'full'}, headless: true});
  session.goOn();
  await session.settled();
  if (prompt !== null) await session.submit({type: 'prompt', text: prompt});
  await session.settled();
  await session.close();
}

const whenever = (session: Session, type: SessionEvent['type'], act: (event: SessionEvent) => void): void => {
  const stop = session.watch(({event}) => {
    if (event.type !== type) return;
    stop();
    act(event);
  });
};

/** One of each kind of thing that a loop meets. */
export const replaySessions: Readonly<Record<string, ReplaySession>> = {
  'parallel reads and writes, a bad call and a refused one': {
    files: {'a.txt': 'alpha\n', 'b.txt': 'x\n'.repeat(5_000), 'AGENTS.md': 'Be brief.\n'},
    more: {flags: {mode: 'ask'}},
    replies: [
      {
        text: 'Looking.',
        calls: [read('a.txt'), {tool: 'grep', input: {pattern: 'x', path: 'b.txt'}}, {tool: 'glob', input: {pattern: '*'}}],
      },
      {thinking: 'so', calls: [sh('seq 1 20000'), {tool: 'no-such', input: {}}, {tool: 'read', input: {file: 'a'}}, sh('touch x')]},
      end,
    ],
  },
  'results are masked, replies removed and shortened in a small window': {
    script: {window: 12_000},
    replies: [
      ...many(9, n => ({text: `Step ${n}. ${'word '.repeat(40)}`, calls: [sh(`seq ${n} ${n + 3_000}`)]})),
      {calls: [{tool: 'write', input: {path: 'big.txt', content: 'a long line of it\n'.repeat(1_500)}}]},
      ...many(4, n => ({calls: [sh(`echo ${n}`)]})),
      end,
    ],
  },
  'a reply that fills the window by itself': {
    script: {window: 8_000},
    replies: [
      {calls: [{tool: 'write', input: {path: 'big.txt', content: 'a long line of it\n'.repeat(2_500)}}]},
      {calls: [sh('wc big.txt')]},
      end,
    ],
  },
  'a request that was too large is squeezed': {
    replies: [...many(6, n => ({calls: [sh(`seq ${n} ${n + 9_000}`)]})), {fail: {code: 'context-overflow', times: 1}, text: 'So.'}],
  },
  'a model that refuses every request': {replies: [{calls: [sh('true')]}, {fail: {code: 'context-overflow'}}]},
  'tries that fail, and a storm that is told': {
    more: {flags: {retries: {attempts: 5, base_ms: 1}}},
    replies: [
      {fail: {code: 'overloaded', retryable: true, times: 2}, calls: [sh('cat gone')]},
      ...many(4, () => ({calls: [sh('cat gone')]})),
      end,
    ],
  },
  'a storm that pauses, and the next prompt': {
    replies: [...many(5, () => ({calls: [sh('cat gone')]})), end],
    prompts: ['Do it.', 'Go on.'],
  },
  'a limit of steps, and one prompt more': {
    more: {flags: {limits: {steps: 2, tokens: null, usd: null, minutes: null}}},
    replies: many(6, n => ({calls: [sh(`echo ${n} >> n.txt`)]})),
  },
  'another model between two tries': {
    more: {flags: {retries: {attempts: 5, base_ms: 30}}},
    script: {window: 100_000},
    replies: [{fail: {code: 'overloaded', retryable: true}}],
    during: (session, at) =>
      whenever(session, 'model.failed', () => void session.submit({type: 'set-model', model: at.script([end], {window: 8_000})})),
  },
  'steered while a command runs and while the answer comes': {
    replies: [{calls: [sh('echo go; sleep 0.2')]}, {text: 'One moment, here is all of it.', stream_delay_ms: 10}, end],
    during: session => {
      const said = new Set<string>();
      session.glance(({type}) => {
        if (said.has(type) || (type !== 'output' && type !== 'text')) return;
        said.add(type);
        void session.submit({type: 'steer', text: `also what stands behind ${type}`});
      });
    },
  },
  'interrupted in a command, and gone on with': {
    replies: [{calls: [sh('echo started; sleep 30'), sh('echo never')]}, end],
    prompts: ['Do it.', 'Go on.'],
    during: session => {
      const stop = session.glance(({type}) => {
        if (type !== 'output') return;
        stop();
        void session.submit({type: 'interrupt'});
      });
    },
  },
  'asked, answered and granted': {
    more: {headless: false, flags: {mode: 'ask'}},
    replies: [{calls: [sh('touch one'), sh('touch two'), sh('touch three')]}, end],
    during: session => {
      const answers = [
        {
          answer: 'allow' as const,
          remember: {rule: {effect: 'allow' as const, tool: 'shell', pattern: 'touch two'}, for: 'session' as const},
        },
        {answer: 'deny' as const, says: 'not that one'},
      ];
      session.watch(({event}) => {
        if (event.type !== 'tool.judged' || event.verdict.kind !== 'ask') return;
        const answer = answers.shift() ?? {answer: 'allow' as const};
        // Behind the record, as a hand that types.
        queueMicrotask(() => void session.submit({type: 'answer', call: event.call, ...answer}));
      });
    },
  },
  'a prompt too long to stand in the request whole': {replies: [end], prompts: [`Mind this.\n${'every word of it\n'.repeat(4_000)}`]},
  'what does not fit at all': {
    more: {flags: {context: {window: 4_000}}},
    replies: [end],
    prompts: [
      'Every word of this counts. '.repeat(100),
      'And of this. '.repeat(200),
      'And of this too. '.repeat(200),
      'And this. '.repeat(300),
    ],
  },
  'a timeout, binary output and both pipes': {
    more: {flags: {shell: {timeout_s: 1, environment: []}}},
    replies: [
      {calls: [sh('echo waiting; sleep 30')]},
      {calls: [sh(String.raw`printf '\000\001\377\033[31mred'; echo out; echo err >&2; exit 3`)]},
      end,
    ],
  },
  'a call that was lost, with the request behind it': {
    replies: [{calls: [sh('touch made'), sh('touch more')]}, {calls: [sh('ls')]}, {calls: [sh('touch more')]}, end],
    after: async made => {
      rewriteLog(made.at.home, made.id, events => events.slice(0, events.findIndex(({type}) => type === 'tool.started') + 1));
      await goOn(made, 'And now?');
      return made.id;
    },
  },
  'a request that nobody answered before it was killed': {
    replies: [{calls: [sh('true')]}, end],
    after: async made => {
      rewriteLog(made.at.home, made.id, events => events.slice(0, events.findLastIndex(({type}) => type === 'context.assembled') + 1));
      await goOn(made, null);
      return made.id;
    },
  },
  'taken back, gone another way, and taken back again': {
    replies: [...many(12, n => ({text: `Reply ${n}.`, ...(n % 2 === 1 ? {calls: [sh(`echo ${n} >> n.txt`)]} : {})}))],
    prompts: ['First.', 'Second.'],
    after: async made => {
      const {program, id} = made;
      await program.rewind(id, {to: {step: 2}, what: 'talk', force: false});
      await goOn(made, 'Another way.');
      await program.rewind(id, {to: 'undo', what: 'both', force: false});
      await program.rewind(id, {to: {step: 1}, what: 'files', force: true});
      await goOn(made, 'And again.');
      await program.rewind(id, {to: {step: 3}, what: 'both', force: true});
      await goOn(made, 'Once more.');
      return id;
    },
  },
  'a fork with another result, and its own way': {
    replies: [{calls: [sh('seq 1 3000')]}, {text: 'So it is.'}, {calls: [sh('cat gone')]}, end],
    after: async made => {
      const edit = {what: 'result' as const, call: '1.1' as CallId, text: async () => Buffer.from('none of it\n'.repeat(2_000))};
      const fork = await made.program.fork(made.id, {step: 1, edit});
      await goOn({...made, id: fork.id}, 'Go on.');
      return fork.id;
    },
  },
};

/** Runs it to its end; its folder is the caller's to remove. */
export async function runReplaySession({
  replies,
  files,
  more = {},
  script = {},
  prompts = ['Do it.'],
  during = () => {},
  after = async ({id}) => id,
}: ReplaySession): Promise<{at: Sandbox; id: SessionId}> {
  const at = sandbox(files);
  const model = at.script(replies, script);
  const {id, session, program} = await openSession(at, model, more);
  during(session, at);
  for (const prompt of prompts) {
    await session.submit({type: 'prompt', text: prompt});
    do await session.settled();
    while (session.state().turn.owes !== 'human');
  }
  await session.close();
  return {at, id: await after({at, id, program, model})};
}
