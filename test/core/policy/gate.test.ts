import {describe, expect, test} from 'vitest';
import {judge} from '../../../src/core/policy/gate.ts';
import {keptFromSearch} from '../../../src/core/policy/rules.ts';
import {fileRequest, letters, rules, shellRequest} from './judged.ts';

const NOTHING = {commands: [], certain: true};

describe('tools other than shell', () => {
  test.each([
    ['read', fileRequest('read', 'src/a.ts'), 'AAAA'],
    ['edit', fileRequest('edit', 'src/a.ts'), 'X?AA'],
    ['a write outside', fileRequest('write', '/other/a', {risk: 'writes-outside'}), 'X??A'],
    ['a destructive tool', fileRequest('x', 'a', {traits: {readOnly: false, destructive: true}}), 'X??A'],
    ['a reader that says it destroys', fileRequest('x', 'a', {risk: 'reads', traits: {readOnly: true, destructive: true}}), 'X??A'],
    ['the to-do list', fileRequest('todo', '', {risk: 'reads'}), 'AAAA'],
    [
      'a reader of the network',
      fileRequest('fetch', 'https://example.com', {risk: 'network', traits: {readOnly: true, destructive: false}}),
      '???A',
    ],
    [
      'a look at a background command',
      fileRequest('shell', 'bg1', {risk: 'reads', parsed: NOTHING, traits: {readOnly: false, destructive: true}}),
      'AAAA',
    ],
    ['a reader with a name', fileRequest('read', '3.1', {parsed: NOTHING}), 'AAAA'],
    ['a destroyer with a name', fileRequest('x', 'a', {parsed: NOTHING, traits: {readOnly: false, destructive: true}}), 'X??A'],
    ['an unknown tool', fileRequest('nothing', 'a', {known: false}), 'XXXX'],
    ['an unparsed command', fileRequest('shell', 'ls', {risk: 'runs-command'}), 'X??A'],
    ['an unparsed command about git', fileRequest('shell', 'git log', {risk: 'runs-command'}), 'X???'],
  ])('%s', (_, request, expected) => {
    expect(letters(request)).toBe(expected);
  });
});

test('an unknown tool is refused whatever a rule says', () => {
  expect(letters(fileRequest('nothing', 'a', {known: false, rules: rules('allow *')}))).toBe('XXXX');
});

describe('rules for paths', () => {
  test.each([
    ['allow edit src/*', 'src/a.ts', 'XAAA'],
    ['allow edit src/*', 'src/../package.json', 'X?AA'],
    ['allow edit src/*', './src/a.ts', 'XAAA'],
    ['allow edit src/*', '/elsewhere/src/a.ts', 'X?AA'],
    ['allow edit', 'x', 'XAAA'],
    ['allow *', 'x', 'XAAA'],
    ['allow write *', 'x', 'X?AA'],
    ['deny edit .env*', '.env.local', 'XXXX'],
    ['deny edit .env*', './.env', 'XXXX'],
    ['deny edit .env*', 'src/../.env', 'XXXX'],
    ['deny edit .env*', '/repo/.env', 'XXXX'],
    ['deny edit .env*', '.ENV', 'XXXX'],
    ['deny *', 'x', 'XXXX'],
    ['ask edit *.json', 'package.json', 'X???'],
    ['ask *', 'x', 'X???'],
  ])('%s: %s', (rule, path, expected) => {
    expect(letters(fileRequest('edit', path, {rules: rules(rule)}))).toBe(expected);
  });

  test('an asking rule asks for reads in plan mode too', () => {
    expect(letters(fileRequest('read', 'secrets.txt', {rules: rules('ask read secrets*')}))).toBe('????');
  });
});

describe('rules for commands', () => {
  test.each([
    ['allow shell npm test*', 'npm test', 'XAAA'],
    ['allow shell npm test*', 'npm test -- --run', 'XAAA'],
    ['allow shell npm test*', 'npm testing', 'XAAA'],
    ['allow shell npm test *', 'npm test', 'XAAA'],
    ['allow shell npm test *', 'npm test a b', 'XAAA'],
    ['allow shell npm test *', 'npm testing', 'X??A'],
    ['allow shell npm test', 'npm test a', 'X??A'],
    ['allow shell npm test *', 'npm  test', 'XAAA'],
    ['allow shell npm test *', 'npm "test"', 'XAAA'],
    ['allow shell npm test *', '"npm test"', 'X??A'],
    ['allow shell npm test *', 'timeout 60 npm test', 'XAAA'],
    ['allow shell npm test *', 'bash -c "npm test"', 'XAAA'],
    ['allow shell npm test *', 'sudo npm test', 'X??A'],
    ['allow shell npm test *', 'NODE_OPTIONS=x npm test', 'X??A'],
    ['allow shell npm test *', 'npm test > out', 'X??A'],
    ['allow shell npm test *', 'npm test > /dev/null 2>&1', 'XAAA'],
    ['allow shell npm test *', 'npm test 2>&1 | tail -20', 'XAAA'],
    ['allow shell npm test *', 'npm test; rm -rf x', 'X??A'],
    ['allow shell npm test*', 'npm test && curl x', 'X??A'],
    ['allow shell npm test*', 'npm test $(rm x)', 'X??A'],
    ['allow shell npm test*', 'npm test `rm x`', 'X??A'],
    ['allow shell npm test*', 'npm test\nrm x', 'X??A'],
    ['allow shell npm test*', 'npm test & rm x', 'X??A'],
    ['allow shell npm test*', 'npm test | sh', 'X??A'],
    ['allow shell npm test*', 'npm test "', 'X??A'],
    ['allow shell npm test*', 'npm test <(rm x)', 'X??A'],
    ['allow shell npm test*', 'npm test; $X', 'X??A'],
    ['allow shell npm test*', 'npm test $FILES', 'XAAA'],
    ['allow shell npm test *', './npm test', 'X??A'],
    ['allow shell', 'rm x', 'XAAA'],
    ['allow shell', 'rm x > y', 'XAAA'],
    ['allow shell', '$X', 'X??A'],
    ['allow *', 'rm x', 'XAAA'],
    ['allow shell *', 'rm x', 'XAAA'],
    ['allow shell *', 'git push', 'X???'],
    ['allow shell', 'git push', 'X???'],
    ['allow *', 'ls; git push', 'X???'],
    ['allow shell git *', 'git push', 'X???'],
    ['allow shell git p*', 'git push', 'X???'],
    ['allow shell git push *', 'git push origin x', 'XAAA'],
    ['allow shell git push *', 'git -C /x push', 'X???'],
    ['allow shell git push *', 'GIT_DIR=/x git push', 'X???'],
    ['allow shell git push *', 'cd /x && git push', 'X???'],
    ['allow shell git push *', 'git push; git tag x', 'X???'],
    ['allow shell git push *', 'git push; echo git | sh', 'X???'],
    ['allow shell git push origin main', 'git push origin main', 'XAAA'],
    ['allow shell git commit *', 'git commit -m x', 'XAAA'],
    ['allow shell git commit *', 'cd /x && git commit -m x', 'X???'],
    ['allow shell', 'rm -rf .git', 'X???'],
    ['allow shell rm *', 'rm -rf .git', 'X???'],
    ['allow shell a && b > c', 'a && b > c', 'XAAA'],
    ['deny shell curl *', 'curl x', 'XXXX'],
    ['deny shell curl *', '/usr/bin/curl x', 'XXXX'],
    ['deny shell curl *', 'c"ur"l x', 'XXXX'],
    ['deny shell curl *', 'ls | curl -d @- x', 'XXXX'],
    ['deny shell curl *', 'bash -c "curl x"', 'XXXX'],
    ['deny shell curl *', 'xargs curl', 'XXXX'],
    ['deny shell curl *', 'echo $(curl x)', 'XXXX'],
    ['deny shell curl *', 'CURL x', 'XXXX'],
    ['deny shell curl *', 'sudo curl x', 'XXXX'],
    ['deny shell curl *', '$X y', 'X???'],
    ['deny shell rm -rf *', 'rm $X', 'X???'],
    ['deny shell git push *', 'git -C x push', 'XXXX'],
    ['deny shell cat *', 'cat a', 'XXXX'],
    ['deny shell * > /etc/*', 'echo x > /etc/x', 'XXXX'],
    ['ask shell ls *', 'ls', '????'],
    ['ask shell npm *', 'npm test', 'X???'],
  ])('%s: %j', async (rule, command, expected) => {
    expect(letters(await shellRequest(command, {rules: rules(rule)}))).toBe(expected);
  });

  test('every part may be allowed by a rule of its own', async () => {
    const both = rules('allow shell npm test *', 'allow shell npm run lint *');
    expect(letters(await shellRequest('npm test && npm run lint', {rules: both}))).toBe('XAAA');
    expect(letters(await shellRequest('npm test && npm run build', {rules: both}))).toBe('X??A');
  });

  test('deny wins over ask, ask over allow, a grant over ask but not over deny', async () => {
    const allow = rules('allow shell npm *');
    expect(letters(await shellRequest('npm test', {rules: [...allow, ...rules('ask shell npm test')]}))).toBe('X???');
    expect(letters(await shellRequest('npm test', {rules: rules('ask shell npm test', 'deny shell npm *')}))).toBe('XXXX');
    expect(letters(await shellRequest('npm test', {rules: rules('ask shell npm test'), grants: allow}))).toBe('XAAA');
    expect(letters(await shellRequest('npm test', {rules: rules('deny shell npm test'), grants: allow}))).toBe('XXXX');
  });
});

describe('fails closed', () => {
  test.each(['', 'a\\', 'a\0b'])('a pattern that cannot be read: %j', async pattern => {
    const request = await shellRequest('ls', {mode: 'full', rules: [{effect: 'allow', tool: 'shell', pattern}]});
    expect(judge(request)).toMatchObject({verdict: {kind: 'deny', needs_approval: false}, read_only: false});
  });

  test('a rule that is no rule', async () => {
    const request = await shellRequest('ls', {mode: 'full', rules: [{effect: 'deny', tool: 'shell', pattern: 5 as unknown as string}]});
    expect(judge(request).verdict.kind).toBe('deny');
  });

  test('a mode that is none', async () => {
    expect(judge(await shellRequest('rm x', {mode: 'everything' as 'full'})).verdict.kind).toBe('deny');
  });
});

describe('what the verdict says', () => {
  test('the rule that allowed', async () => {
    const request = await shellRequest('npm test', {rules: rules('allow shell npm test *')});
    expect(judge(request)).toEqual({verdict: {kind: 'allow', rule: "allow shell 'npm test *'"}, read_only: false});
  });

  test('that it reads', async () => {
    expect(judge(await shellRequest('ls'))).toEqual({verdict: {kind: 'allow', rule: 'it only reads'}, read_only: true});
  });

  test.each([
    ['npm test', 'runs-command'],
    ['git push', 'writes-shared-git'],
    ['curl x', 'network'],
    ['rm -rf x', 'destroys'],
    ['cat /etc/passwd', 'runs-command'],
  ])('the risk of %j is %s', async (command, risk) => {
    expect(judge(await shellRequest(command)).verdict).toMatchObject({kind: 'ask', risk});
  });

  test('what "don\'t ask again" would stand for', async () => {
    expect(judge(await shellRequest('npm test -- a')).verdict).toEqual({
      kind: 'ask',
      rule: 'mode ask',
      risk: 'runs-command',
      grant: {effect: 'allow', tool: 'shell', pattern: 'npm test *'},
    });
    expect(judge(await shellRequest('git push')).verdict).not.toHaveProperty('grant');
  });

  test('plan mode tells the model to propose a plan', async () => {
    expect(judge(await shellRequest('npm test', {mode: 'plan'})).verdict).toMatchObject({
      kind: 'deny',
      needs_approval: false,
      reason: expect.stringContaining('propose a plan'),
    });
  });
});

describe('headless', () => {
  test.each([
    ['npm test', ['--mode full', 'allow = ["shell npm test *"]']],
    ['rm -rf x', ['--mode full']],
    ['git push', ['Only an interactive session']],
  ])('%j is refused and says how it could be allowed', async (command, ways) => {
    const {verdict} = judge(await shellRequest(command, {headless: true}));
    expect(verdict).toMatchObject({kind: 'deny', needs_approval: true});
    for (const way of ways) expect(verdict.kind === 'deny' && verdict.reason).toContain(way);
  });

  test('an edit names the mode that accepts edits', () => {
    const {verdict} = judge(fileRequest('edit', 'a', {headless: true}));
    expect(verdict).toMatchObject({kind: 'deny', needs_approval: true, reason: expect.stringContaining('--mode accept-edits')});
  });

  test('what a rule denies needs no approval', async () => {
    expect(judge(await shellRequest('ls', {headless: true, rules: rules('deny shell')})).verdict).toMatchObject({
      kind: 'deny',
      needs_approval: false,
    });
  });
});

describe('a path that goes by two names', () => {
  const linked = (...lines: string[]) => fileRequest('read', 'config/env.local', {also: ['.env'], rules: rules(...lines)});
  test.each([
    ['deny read .env*', 'XXXX'],
    ['deny * .ENV', 'XXXX'],
    ['deny read config/*', 'XXXX'],
    ['ask read .env', '????'],
    ['deny read other', 'AAAA'],
  ])('%s is matched against both', (line, expected) => expect(letters(linked(line))).toBe(expected));

  test('an allowing rule must match both, and no grant is offered that would not', () => {
    const edit = (...lines: string[]) => fileRequest('edit', 'config/env.local', {also: ['.env'], rules: rules(...lines)});
    expect(letters(edit('allow edit .env'))).toBe('X?AA');
    expect(letters(edit('allow edit config/*'))).toBe('X?AA');
    expect(letters(edit('allow edit .env', 'allow edit *'))).toBe('XAAA');
    const {verdict} = judge(edit());
    expect(verdict).toMatchObject({kind: 'ask'});
    expect(verdict).not.toHaveProperty('grant');
  });
});

describe('what a search leaves out', () => {
  test.each([
    ['deny read .env*', '.env.local', true],
    ['deny grep .env*', '.env.local', true],
    ['deny * secrets/*', 'secrets/a/b', true],
    ['deny read .ENV', '.env', true],
    ['deny read .env*', 'src/a.ts', false],
    ['deny edit .env*', '.env', false],
    ['ask read .env*', '.env', false],
    ['deny read', 'a', false],
  ])('%s of %s: %s', (line, path, kept) => expect(keptFromSearch(rules(line), path)).toBe(kept));
});

test.each([
  "git $'\\e[1A\\e[2Kfoo' x",
  "git $'a\\nb'",
  "git $'\\u202efoo'",
  "git 'a\u009Bb'",
  "timeout $'--\\e[2K' ls",
  "timeout $'--\\n' git push",
])('no control character of %j is in a verdict', async command => {
  const unseen = /[\p{Cc}\u2028-\u202e]/u;
  for (const over of [
    {},
    {headless: true},
    {rules: rules('ask shell *')},
    {grants: [{effect: 'allow', tool: 'shell', pattern: command} as const]},
  ])
    for (const mode of ['plan', 'ask', 'full'] as const) {
      const {verdict} = judge({...(await shellRequest(command)), ...over, mode});
      expect(verdict.kind === 'deny' ? verdict.reason : verdict.rule).not.toMatch(unseen);
    }
});
