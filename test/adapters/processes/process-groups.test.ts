import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {processGroups} from '../../../src/adapters/processes/process-groups.ts';
import type {Shell} from '../../../src/ports/shell.ts';
import {shellContract} from '../../contracts/shell.ts';
import {Marked} from '../../support/marked.ts';

shellContract('bash', () => processGroups());

test.each(['echo "$0 $#"; cat', `echo "$0 $#"; cat\n#${'x'.repeat(200_000)}`])('a plain POSIX shell will do (%#)', async command => {
  expect(await printed(processGroups({shell: '/bin/sh'}), command)).toBe('sh 0\n');
});

test('nothing but the gate stands between: no rc file is read', async () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  writeFileSync(join(home, '.bashrc'), 'echo "rc was read"\n');
  // Both make bash itself the keeper of the gate, with a socket for its stdin.
  for (const more of [{'odd-name': '1'}, {}]) {
    const command = 'odd-name' in more ? 'echo no' : `echo no #${'x'.repeat(200_000)}`;
    expect(await printed(processGroups(), command, {HOME: home, ...more})).toBe('no\n');
  }
  rmSync(home, {recursive: true});
});

async function printed(shell: Shell, command: string, more: Record<string, string> = {}): Promise<string> {
  const marked = new Marked();
  let text = '';
  const out = (_stream: string, bytes: Uint8Array): 'go-on' => {
    text += Buffer.from(bytes).toString();
    return 'go-on';
  };
  const signal = new AbortController().signal;
  const ending = await shell.run({command, cwd: tmpdir(), env: marked.env(more), timeout_ms: 5_000, spawned: () => {}, out}, signal);
  expect(ending).toEqual({exit: 0, signal: null, settled: 'exit', left_running: []});
  expect(marked.left()).toEqual([]);
  return text;
}
