import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import {compose} from '../../src/main/compose.ts';
import {ofType} from '../support/journey.ts';
import {openSession} from '../support/open-session.ts';
import {sandbox} from '../support/sandbox.ts';

test('killed after any record, a session never finds that somebody else changed what its own steps did', async () => {
  const at = sandbox({'a.txt': 'a\n'});
  const shell = (command: string) => ({tool: 'shell', input: {command}});
  const model = at.script([{calls: [shell('echo one > one.txt')]}, {calls: [{tool: 'read', input: {path: 'one.txt'}}]}, {text: 'Done.'}]);
  const first = await openSession(at, model);
  await first.session.submit({type: 'prompt', text: 'Go.'});
  await first.session.settled();
  await first.session.close();
  const file = join(at.home, 'sessions', first.id, 'log.jsonl');
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const types = lines.map(line => (JSON.parse(line) as {event: SessionEvent}).event.type);
  for (let count = types.indexOf('tool.started') + 1; count <= lines.length; count++) {
    writeFileSync(file, lines.slice(0, count).join(''));
    const {session} = await compose({env: at.env, cwd: at.repo}).resume(first.id, {add_dirs: [], config: null, flags: {}, headless: true});
    session.goOn();
    await session.settled();
    const events: SessionEvent[] = [];
    for await (const {event} of session.history()) events.push(event);
    await session.close();
    expect([count, ofType(events, 'session.resumed').map(({worktree}) => worktree)]).toEqual([count, ['as-left']]);
    expect([count, ofType(events, 'files.checkpointed').flatMap(({changed}) => changed)]).toEqual([count, ['one.txt']]);
  }
});
