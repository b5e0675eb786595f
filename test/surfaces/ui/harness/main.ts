import {appendFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import type {SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import type {CallId} from '../../../../src/core/vocabulary/ids.ts';
import {runUi} from '../../../../src/surfaces/ui/ui.ts';
import {playedSession, type Playing} from './played-session.ts';
import {asks, assembled, call, id, opened, ran, replied, said, settings, started} from './records.ts';

// A whole terminal program over a played session. What the screen submits is appended to HARNESS_COMMANDS.
const {HARNESS_COMMANDS = '', HARNESS_HOME = ''} = process.env;

const session = playedSession([opened, ...(process.argv[2] === 'resumed' ? earlier() : [])], async (command, play) => {
  appendFileSync(HARNESS_COMMANDS, `${JSON.stringify(command)}\n`);
  if (command.type === 'prompt') void run(command.text, play);
  if (command.type === 'steer') play.record({type: 'user.steered', text: command.text});
  if (command.type === 'interrupt') play.record({type: 'user.interrupted'});
  if (command.type === 'set-mode') play.record({type: 'settings.changed', settings: {...settings, mode: command.mode}});
  if (command.type === 'answer') {
    play.record({
      type: 'human.answered',
      call: command.call,
      answer: command.answer,
      ...(command.says === undefined ? {} : {says: command.says}),
    });
    if (command.answer === 'allow') void runTests(command.call, play);
    else play.record({type: 'tool.finished', call: command.call, outcome: {kind: 'refused', reason: 'The user refused it.'}, touched: []});
  }
});

const ended = await runUi({session, id, notices: [], prompt: null, stdin: process.stdin, stdout: process.stdout, home: HARNESS_HOME});
process.stdout.write(`ended: ${ended}\n`);
process.exit(0);

async function run(text: string, play: Playing): Promise<void> {
  const step = play.state().turn.step + 1;
  play.record({type: 'user.prompted', text}, assembled(step, play.seq() + 1));
  if (text === 'stream') return stream(step, play);
  if (text === 'work') return;
  play.show({type: 'text', step, delta: 'I will run the tests.'});
  await delay(50);
  const id = `${step}.1`;
  play.record(replied(step, [said('I will run the tests.'), call(id, 'shell', {command: 'npm test'})]), asks(id));
}

async function runTests(id: CallId, play: Playing): Promise<void> {
  play.record(started(id));
  for (let line = 1; line <= 50; line++)
    play.show({type: 'output', call: id, stream: 'stdout', bytes: Buffer.from(`ok ${line}\u001b[2J\u001b]0;evil\u0007\n`)});
  await delay(100);
  const step = play.state().turn.step + 1;
  play.record(ran(id, 0, 15_000), assembled(step, play.seq() + 1), replied(step, [said('All **50** tests pass.')]));
}

/** An answer that is longer than the screen, in small pieces. */
async function stream(step: number, play: Playing): Promise<void> {
  const text = Array.from({length: 60}, (_, index) => `Paragraph ${index + 1} of the answer.`).join('\n\n');
  for (let from = 0; from < text.length; from += 17) {
    play.show({type: 'text', step, delta: text.slice(from, from + 17)});
    if (from % 5 === 0) await delay(1);
  }
  play.record(replied(step, [said(text)]));
}

function earlier(): SessionEvent[] {
  return [{type: 'user.prompted', text: 'an earlier prompt'}, assembled(1, 1), replied(1, [said('An earlier answer.')])];
}
