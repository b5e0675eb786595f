import {appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {encode} from '../../src/core/log/codec.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {recordsOf} from './records.ts';
import {referenceSession} from './reference-session.ts';

/** Ids in an order of their own: `s000000000`, `s000000001`, … */
export const idOf = (number: number): SessionId => `s${number.toString(36).padStart(9, '0')}` as SessionId;

export const logOf = (home: string, id: SessionId): string => join(home, 'sessions', id, 'log.jsonl');

/** A finished session with this prompt and this answer, in one repository: written, and not run. */
export function plainSession({
  id,
  root,
  prompt,
  answer = 'Done.',
}: {
  id: SessionId;
  root: string;
  prompt: string;
  answer?: string;
}): SessionEvent[] {
  return referenceSession.map(event => {
    switch (event.type) {
      case 'session.opened':
        return {...event, session: id, repo: root, place: {...event.place, root: join('/worktrees', id)}};
      case 'user.prompted':
        return {...event, text: prompt};
      case 'model.replied':
        return event.stop === 'end' ? {...event, content: [{type: 'text', text: answer}]} : event;
      default:
        return event;
    }
  });
}

/** Writes a log as it would have been recorded; `changed` is when, in seconds since 1970. */
export function writeSession(home: string, id: SessionId, events: readonly SessionEvent[], changed?: number): void {
  const file = logOf(home, id);
  const [opened] = events;
  // The chain of a fork begins where that of the session does that all began with.
  const {lines} = recordsOf(events, opened?.type === 'session.opened' ? opened.session : id);
  mkdirSync(join(file, '..'), {recursive: true, mode: 0o700});
  writeFileSync(file, lines.join(''), {mode: 0o600});
  if (changed !== undefined) utimesSync(file, changed, changed);
}

/** Appends events to a log that is there. */
export function appendTo(home: string, id: SessionId, ...events: readonly SessionEvent[]): void {
  const file = logOf(home, id);
  const last = JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)!) as Recorded;
  let {seq, hash: prev} = last;
  for (const event of events) {
    const {line, hash} = encode({v: 1, seq: ++seq, at: new Date(Date.UTC(2026, 0, 2, 0, 0, seq)).toISOString(), prev, event});
    appendFileSync(file, line);
    prev = hash;
  }
}

/** So many sessions in `roots` by turns, a minute apart; the one with the highest number is the newest. */
export function writeSessions(home: string, count: number, roots: readonly string[]): void {
  for (let number = 0; number < count; number++) {
    const id = idOf(number);
    const root = roots[number % roots.length]!;
    const events = plainSession({
      id,
      root,
      prompt: `Mend part ${number} of the parser, please`,
      answer: `Part ${number} is mended. ${filler}`,
    });
    writeSession(home, id, events, 1_760_000_000 + number * 60);
  }
}

const filler = 'The cause was a missing check in `readConfig`; a test covers it now. '.repeat(10);
