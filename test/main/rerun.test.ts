import {rmSync, writeFileSync, readdirSync, existsSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {compose} from '../../src/main/compose.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {rerun} from '../../src/surfaces/cli/replay-rerun.ts';
import {openSession} from '../support/open-session.ts';
import {sandbox, type Sandbox} from '../support/sandbox.ts';
import {captured} from '../surfaces/cli/world.ts';

async function again(at: Sandbox, id: SessionId, more: {keep?: boolean; yes?: boolean; json?: boolean} = {}) {
  const {io, out, err} = captured({columns: 120});
  const program = compose({env: at.env, cwd: at.repo});
  const code = await rerun({session: id, last: false, dir: at.repo, keep: false, yes: true, json: false, ...more}, program, io);
  return {code, out: out(), err: err()};
}

test('x', async () => {
  const at = sandbox({'a.txt': 'one\ntwo\n'});
  const model = at.script([
    {text: 'Look.', calls: [{tool: 'shell', input: {command: 'cat a.txt; date +%T; echo $$ >pid.txt'}}, {tool: 'read', input: {path: 'a.txt'}}]},
    {calls: [{tool: 'edit', input: {path: 'a.txt', old: 'one', new: 'three'}}]},
    {calls: [{tool: 'read_output', input: {output: '1.1'}}, {tool: 'shell', input: {command: `cat ${at.root}/outside; pwd`}}]},
    {text: 'Done.'},
  ]);
  writeFileSync(join(at.root, 'outside'), 'a\n');
  const {id, session} = await openSession(at, model);
  await session.submit({type: 'prompt', text: 'Do it'});
  await session.settled();
  await session.close();
  const one = await again(at, id);
  console.log(one.code, one.out, one.err, readdirSync(join(at.home, 'sessions')));
  writeFileSync(join(at.root, 'outside'), 'b\n');
  const two = await again(at, id);
  console.log(two.code, two.out, two.err, readdirSync(join(at.home, 'sessions')));
});
