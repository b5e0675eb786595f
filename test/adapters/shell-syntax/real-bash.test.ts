import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, expect, test} from 'vitest';
import {shellSyntax} from '../../../src/adapters/shell-syntax/shell-syntax.ts';
import type {ParsedCommand} from '../../../src/core/vocabulary/parsed-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bash-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

// The only programs there are write down how they were called.
const bin = join(folder, 'bin');
mkdirSync(bin);
for (const name of ['git', 'ls', 'npm']) {
  writeFileSync(join(bin, name), `#!/bin/bash\nprintf '%s\\001' "\${0##*/}" "$@" $'\\002' >> "$LOG"\n`);
  chmodSync(join(bin, name), 0o755);
}

const PIECES = [
  'git',
  'git push',
  'ls',
  'npm test',
  'push',
  "'a b'",
  '"a b"',
  "$'\\x67it'",
  'g"i"t',
  '\\git',
  'x=git',
  '$x',
  '"$x"',
  '$(git push)',
  '`git push`',
  '"$(ls)"',
  '${y:-`git a`}',
  '${y:-$(git a)}',
  '<(git a)',
  '$((1))',
  '*',
  '{git,push}',
  ' ',
  ' ',
  ' ',
  ' ',
  '\n',
  ';',
  ' && ',
  ' || ',
  ' | ',
  ' & ',
  '\\\n',
  '\t',
  '! ',
  '{ ',
  '; }',
  '(',
  ')',
  ' >f ',
  ' 2>&1 ',
  ' </dev/null ',
  ' <<EOF\n',
  '\nEOF\n',
  " <<'EOF'\n",
  ' <<< x ',
  '#',
  "'",
  '"',
  '\\',
  'if ',
  '; then ',
  '; fi',
  'for i in a; do ',
  '; done',
  'f() ',
  'f',
  'eval ',
  'command ',
  'exec ',
  'bash -c ',
  "bash -c 'git push'",
  'A=1 ',
  '[[ a ]]',
  'case a in a) ',
  ';; esac',
  'time ',
  'while false; do ',
];

const TEMPLATES = [
  'H; H',
  'H && H',
  'H || H',
  'H | H',
  'H\nH',
  'H & H',
  'git $(H)',
  'git `H`',
  'ls "$(H)" b',
  'x=$(H) ls',
  'x=$(H)',
  '(H)',
  '{ H; }',
  '! H',
  'if H; then H; fi',
  'for i in 1 2; do H; done',
  'while false; do H; done; H',
  'case a in a) H;; esac',
  'f() { H; }; f',
  'H >f',
  'H 2>&1',
  'H </dev/null',
  'git <<EOF push\n$(H)\nEOF',
  "ls <<'EOF'\n$(H)\nEOF\nH",
  'git >f push',
  '>f git push',
  "bash -c 'H'",
  'bash -c "H"',
  "eval 'H'",
  'command H',
  'exec H',
  'time H',
  'A=1 H',
  'ls ${y:-$(H)}',
  'ls <(H)',
  '[[ -n $(H) ]]',
  'ls $(( 1 + $(H) ))',
  'H # x',
  '# x\nH',
  'ls \\\n a; H',
  'export A=$(H)',
  'trap "H" EXIT',
  'bash <<EOF\nH\nEOF',
  'bash <<< "H"',
  'builtin command H',
  'exec git H',
] as const;
const LEAVES = [
  'git',
  'git push',
  'ls -a',
  'npm test',
  'g"i"t pu\'s\'h',
  "$'\\x67it' a",
  '\\git b',
  "'git' 'a b'",
  'git \\\n c',
  'ls *',
  'git {a,b}',
  'ls $x',
  'git ~',
];

const {tree} = fc.letrec(tie => ({
  tree: fc.oneof(
    {maxDepth: 3, withCrossShrink: true},
    {arbitrary: fc.constantFrom(...LEAVES), weight: 2},
    {arbitrary: tie('filled'), weight: 3},
  ),
  filled: fc.tuple(fc.constantFrom(...TEMPLATES), tie('tree'), tie('tree')).map(([template, one, two]) => {
    const holes = [one, two] as string[];
    return template.replaceAll('H', () => holes.shift() ?? 'ls');
  }),
}));
const whole = tree as fc.Arbitrary<string>;
/** Lines that mean something, the same with a piece thrown in anywhere, and pieces at random. */
const LINES = fc.oneof(
  {arbitrary: whole, weight: 4},
  {
    arbitrary: fc
      .tuple(whole, fc.constantFrom(...PIECES), fc.double({min: 0, max: 1, noNaN: true}))
      .map(([text, piece, at]) => text.slice(0, at * text.length) + piece + text.slice(at * text.length)),
    weight: 3,
  },
  {arbitrary: fc.array(fc.constantFrom(...PIECES), {minLength: 1, maxLength: 8}).map(parts => parts.join('')), weight: 1},
);

test('every program that bash really runs is found, unless the line is not certain', async () => {
  const syntax = shellSyntax();
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(LINES, async line => {
      const parsed = await syntax.parse(line);
      if (!parsed.certain) return;
      for (const words of calls(line)) {
        ran++;
        expect(
          foundIn(parsed, words),
          `${JSON.stringify(line)} ran ${JSON.stringify(words)}; found ${JSON.stringify(parsed.commands)}`,
        ).toBe(true);
      }
    }),
    {numRuns: 400},
  );
  expect(ran).toBeGreaterThan(200);
});

function calls(line: string): readonly (readonly string[])[] {
  const cwd = mkdtempSync(join(folder, 'cwd-'));
  // A log of its own: what runs in the background may write later.
  const log = `${cwd}.log`;
  try {
    execFileSync('/bin/bash', ['-c', line], {cwd, env: {PATH: bin, LOG: log}, stdio: 'ignore', timeout: 3000});
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  if (!existsSync(log)) return [];
  const calledAs = readFileSync(log, 'utf8').split('\u0002\u0001').slice(0, -1);
  return calledAs.map(call => call.split('\u0001').slice(0, -1));
}

/** A word that is not known stands for any number of words. */
function foundIn({commands}: ParsedCommand, words: readonly string[]): boolean {
  const fits = (known: readonly (string | null)[], real: readonly string[]): boolean => {
    const [first, ...rest] = known;
    if (first === undefined) return real.length === 0;
    if (first === null) return real.some((_, at) => fits(rest, real.slice(at))) || fits(rest, []);
    return real[0] === first && fits(rest, real.slice(1));
  };
  return commands.some(command => fits(command.words, words));
}
