import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {captured, CliWorld} from './world.ts';

/** A plain session in which each answer is typed when the text before it has appeared, and a prompt behind it. */
async function talk(
  world: CliWorld,
  words: readonly string[],
  typed: readonly (readonly [after: string, line: string])[],
): Promise<string> {
  const {io, out} = captured({terminal: true, columns: 200, open: true});
  const ended = runCli(['--plain', ...words], world.program(), io);
  let from = 0;
  for (const [after, line] of typed) {
    await expect.poll(() => out().indexOf(after, from), {timeout: 10_000}).toBeGreaterThanOrEqual(0);
    from = out().indexOf(after, from) + after.length;
    await expect.poll(() => /[>?] /.test(out().slice(from)), {timeout: 10_000}).toBe(true);
    (io.stdin as NodeJS.WritableStream & typeof io.stdin).write(`${line}\n`);
  }
  await ended;
  return out();
}

function scripted(world: CliWorld, tool: string, input: object): string {
  const script = join(world.root, 'script.json');
  writeFileSync(script, JSON.stringify({replies: [{calls: [{tool, input}]}, {text: 'All done.'}]}));
  return `scripted:${script}`;
}

test('a plain session shows what a call would really do, its changes, and brings them over', async () => {
  const world = new CliWorld();
  onTestFinished(() => world.remove());
  const model = scripted(world, 'shell', {command: 'echo new > made.txt # \u001b]0;$(touch x)\u0007'});
  const said = await talk(
    world,
    ['-m', model, 'go'],
    [
      ['refuse; or say', 'y'],
      ['All done.', '/help'],
      ['/quit       end', '/diff'],
      ['+new', '/nonsense'],
      ['There is no /nonsense', '/apply'],
      ['Applied: made.txt', '/quit'],
    ],
  );
  expect(said).toContain(String.raw`? shell echo new > made.txt # \x1b]0;$(touch x)\x07`);
  expect(said).toContain('! It holds control characters');
  expect(said).toContain(String.raw`* shell echo new > made.txt # \x1b]0;$(touch x)\x07 — exit 0`);
  expect(said).not.toContain('\u001b]0;');
  expect(existsSync(join(world.repo, 'made.txt'))).toBe(true);
});

test('what a file would hold is shown before it is allowed', async () => {
  const world = new CliWorld();
  onTestFinished(() => world.remove());
  const model = scripted(world, 'write', {path: 'a.sh', content: 'one\ntwo\u001b[2K\u202e\n'});
  const said = await talk(
    world,
    ['-m', model, 'go'],
    [
      ['refuse; or say', 'n'],
      ['All done.', '/quit'],
    ],
  );
  expect(said).toContain('? write a.sh\n  content:\n    one\n    two\\x1b[2K\\u202e\n');
});

test('a grant for always that cannot be kept holds for the session, which goes on', async () => {
  const world = new CliWorld();
  onTestFinished(() => world.remove());
  mkdirSync(world.env['AGENT_HOME'] ?? '');
  writeFileSync(join(world.env['AGENT_HOME'] ?? '', 'log.jsonl'), 'spoiled\n');
  const said = await talk(
    world,
    ['-m', scripted(world, 'shell', {command: 'npm test'}), 'go'],
    [
      ['always in this repository', 'a'],
      ['All done.', '/quit'],
    ],
  );
  expect(said).toContain('It counts in this session only: ');
  expect(said).toContain('log.jsonl, line 1: its last line is not a record');
});
