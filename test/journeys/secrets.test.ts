import {globSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, inject, onTestFinished, test} from 'vitest';
import {draw, letters, madePrivateKey, madeSecrets} from '../core/redaction/made-secrets.ts';
import {journey, ofType, withProvider, type Journey} from '../support/journey.ts';
import {blobContent} from '../support/measured.ts';
import {openTerminal} from '../surfaces/ui/harness/terminal.ts';

const random = (name: string): string => `q7${draw(`${letters}0123456789`, 26, name)}`;
const inEnvironment = random('environment');
const inDotenv = random('dotenv');
const token = madeSecrets('journey')['github-token']!;
const body = madePrivateKey(4, 'journey').split('\n')[2]!;
const secrets = [inEnvironment, inDotenv, token, body];

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** Every file of the home as plain bytes, blobs decompressed; not the user's own files in worktrees and checkpoints. */
function everythingStored({home}: Journey): readonly {path: string; bytes: Buffer}[] {
  return globSync('**/*', {cwd: home})
    .filter(path => !/^(?:worktrees|checkpoints)\//.test(path) && statSync(join(home, path)).isFile())
    .map(path => {
      const stored = readFileSync(join(home, path));
      return {path, bytes: path.endsWith('.zst') ? blobContent(stored) : stored};
    });
}

function holders(at: Journey, secret: string): readonly string[] {
  return everythingStored(at)
    .filter(({bytes}) => bytes.includes(secret) || bytes.includes(Buffer.from(secret).toString('base64').slice(4, -6)))
    .map(({path}) => path);
}

test('what a command prints of a secret reaches neither the model, nor the screen, nor the disk', async () => {
  const at = await withProvider({}, {'readme.md': '# A project\n', '.gitignore': '.env\n', '.worktreeinclude': '.env\n'});
  at.configure('[shell]\nenvironment = ["MY_SECRET_TOKEN"]\n');
  writeFileSync(join(at.repo, '.env'), `PORT=3000\nSERVICE_PASSWORD=${inDotenv}\n`);
  writeFileSync(join(at.root, 'key.pem'), madePrivateKey(4, 'journey'));
  at.provider.script(
    {
      calls: [
        {
          id: 'a',
          name: 'shell',
          arguments: JSON.stringify({command: `echo "value: $MY_SECRET_TOKEN"; cat ${at.root}/key.pem >&2; seq 1 3000; cat .env`}),
        },
        {id: 'b', name: 'read', arguments: JSON.stringify({path: '.env'})},
        {
          id: 'c',
          name: 'shell',
          arguments: JSON.stringify({command: `printf ghp_; sleep 0.2; printf '%s\\n' ${token.slice(4)}; sh -c 'exit 3'`}),
        },
        {id: 'd', name: 'edit', arguments: JSON.stringify({path: '.env', old: 'nothing like it', new: 'x'})},
      ],
    },
    {text: 'Done.'},
  );
  const {code, stdout, stderr} = await at.run([...at.args(), '--output', 'stream-json', `The token is ${token}, use it.`], {
    env: {MY_SECRET_TOKEN: inEnvironment, AGENT_MODE: 'full'},
  });
  expect(code).toBe(0);
  const sent = JSON.stringify(at.provider.requests.map(({body}) => body));
  for (const secret of secrets) {
    expect([secret, sent.includes(secret)]).toEqual([secret, false]);
    expect([secret, (stdout + stderr).includes(secret)]).toEqual([secret, false]);
    expect([secret, holders(at, secret)]).toEqual([secret, []]);
  }
  expect(sent).toMatch(/The token is «redacted:github-token:[0-9a-f]{8}», use it/);
  expect(sent).toMatch(/SERVICE_PASSWORD=«redacted:dotenv:[0-9a-f]{8}»/);
  const ends = ofType(at.events(), 'tool.finished').map(({outcome}) => ('shown' in outcome ? outcome.shown?.redactions : null));
  expect(ends.slice(0, 3)).toEqual([3, 1, 1]);
  expect(ofType(at.events(), 'degraded').map(({what}) => what)).toEqual(['secrets']);
}, 30_000);

test('a placeholder is written nowhere: the file keeps its secret', async () => {
  const at = journey({'config.txt': `name = one\ntoken = ${token}\n`});
  const placeholder = '«redacted:github-token:0123abcd»';
  const model = at.script([
    {calls: [{tool: 'read', input: {path: 'config.txt'}}]},
    {
      expect: [{contains: 'redacted:github-token'}, {lacks: token.slice(4)}],
      calls: [
        {tool: 'write', input: {path: 'config.txt', content: `name = two\ntoken = ${placeholder}\n`}},
        {tool: 'edit', input: {path: 'config.txt', old: `token = ${placeholder}`, new: 'token = none'}},
        {
          tool: 'apply_patch',
          input: {
            patch: `*** Begin Patch\n*** Update File: config.txt\n@@\n-name = one\n+name = two\n token = ${placeholder}\n*** End Patch`,
          },
        },
        shell(`echo '${placeholder}' > config.txt`),
      ],
    },
    {
      expect: [{contains: 'would destroy the secret'}],
      calls: [{tool: 'edit', input: {path: 'config.txt', old: 'name = one', new: 'name = two'}}],
    },
    {text: 'Done.'},
  ]);
  const {code, stderr} = await at.run(['-p', '--in-place', '--model', model, '--mode', 'full', 'Go.']);
  expect([code, stderr.includes(token)]).toEqual([0, false]);
  expect(readFileSync(join(at.repo, 'config.txt'), 'utf8')).toBe(`name = two\ntoken = ${token}\n`);
  const failed = ofType(at.events(), 'tool.finished').flatMap(({outcome}) => (outcome.kind === 'failed' ? [outcome.error.code] : []));
  expect(failed).toEqual(['placeholder', 'placeholder', 'placeholder', 'placeholder']);
  expect(holders(at, token)).toEqual([]);
}, 30_000);

test('a .env file that is written while the session runs counts at once', async () => {
  const at = journey({'.gitignore': '.env*\n'});
  const model = at.script([
    {calls: [shell(`printf 'NEW_PASSWORD=%s%s' '${inDotenv.slice(0, 9)}' '${inDotenv.slice(9)}' > .env.local; cat .env.local`)]},
    {expect: [{contains: 'NEW_PASSWORD=«redacted:dotenv:'}], text: 'Done.'},
  ]);
  const {code} = await at.run(['-p', '--model', model, '--mode', 'full', 'Go.']);
  expect(code).toBe(0);
  expect(holders(at, inDotenv)).toEqual([]);
}, 30_000);

test('colours hide nothing, and .env files of packages are known', async () => {
  const at = journey({'log.txt': `one\nthe token ${token} of two\n`, 'packages/api/readme.md': '# An api\n'});
  mkdirSync(join(at.repo, 'packages/api'), {recursive: true});
  writeFileSync(join(at.repo, 'packages/api/.env'), `API_PASSWORD=${inDotenv}\n`);
  const model = at.script([
    {calls: [shell('grep --color=always ghp_ log.txt'), shell(`echo ${inDotenv.slice(0, 9)}''${inDotenv.slice(9)}`)]},
    {expect: [{contains: 'the token «redacted:github-token:'}, {contains: '«redacted:dotenv:'}, {lacks: token.slice(5)}], text: 'Done.'},
  ]);
  const {code, stdout, stderr} = await at.run(['-p', '--in-place', '--model', model, '--mode', 'full', 'Go.']);
  expect([code, (stdout + stderr).includes(token.slice(4))]).toEqual([0, false]);
  for (const secret of [token.slice(4), inDotenv]) expect(holders(at, secret)).toEqual([]);
  const ends = ofType(at.events(), 'tool.finished').map(({outcome}) => ('shown' in outcome ? outcome.shown?.redactions : null));
  expect(ends).toEqual([1, 1]);
}, 30_000);

test('the receipt of a long prompt counts what was masked in it', async () => {
  const at = journey();
  at.configure('[context]\nwindow = 20000\n');
  const model = at.script([{text: 'Done.'}]);
  const {code} = await at.run(['-p', '--model', model, `The token is ${token}.\n${'a line of a long prompt\n'.repeat(2_000)}`]);
  expect(code).toBe(0);
  expect(ofType(at.events(), 'user.prompted').map(({whole}) => whole?.redactions)).toEqual([1]);
  expect(holders(at, token)).toEqual([]);
}, 30_000);

test('what is typed in the terminal, sent or not, is kept masked', async () => {
  const at = journey();
  const model = at.script([{text: 'A word after another that never ends.', stream_delay_ms: 3_000}]);
  const terminal = await openTerminal(inject('program'), {args: ['-C', at.repo, '--model', model], env: at.env, columns: 100, rows: 30});
  onTestFinished(() => terminal.close());
  await terminal.sees(/ask|scripted/);
  terminal.type(`Use ${token} here\r`);
  await terminal.sees('esc to interrupt');
  terminal.type(`and ${token} there\r`);
  await terminal.sees('queued and');
  terminal.type('\u0003');
  await terminal.sees('› and');
  terminal.type('\u0003');
  await terminal.exit();
  const kept = readFileSync(join(at.home, 'history'), 'utf8').trim().split('\n');
  const mark = /«redacted:github-token:[0-9a-f]{8}»/;
  expect(kept.map(line => line.replace(mark, '…'))).toEqual(['"Use … here"', '"and … there"', '"and … there"']);
  expect(holders(at, token)).toEqual([]);
}, 30_000);

test('only the user can turn masking off, and a damaged key stops everything', async () => {
  const at = journey({'.agent/config.toml': '[redaction]\nenabled = false\n', 'readme.md': '# A project\n'});
  const printing = (text: string) => at.script([{calls: [shell(`echo ${text.slice(0, 4)}''${text.slice(4)}`)]}, {text: 'Done.'}]);
  const args = (model: string) => ['-p', '--model', model, '--mode', 'full', 'Go.'];
  expect((await at.run(args(printing(token)))).code).toBe(0);
  expect(holders(at, token)).toEqual([]);
  writeFileSync(join(at.home, 'redaction.key'), 'short');
  const stopped = await at.run(args(printing(token)));
  expect([stopped.code, stopped.stderr]).toEqual([3, expect.stringContaining('it has 5 bytes, not 32')]);
  at.configure('[redaction]\nenabled = false\n');
  expect((await at.run(args(printing(token)))).code).toBe(0);
  expect(holders(at, token).length).toBeGreaterThan(0);
}, 30_000);
