import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {describeSettings, SETTINGS} from '../../../src/adapters/config/settings.ts';

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

test.each(describeSettings())(
  'docs/configuration.md has $key with its type, default and meaning',
  ({key, type, default: byDefault, meaning}) => {
    const row = `| \`${key.replace('*', '<name>')}\` | ${type} | ${byDefault === null ? '–' : `\`${JSON.stringify(byDefault)}\``} | ${meaning} |`;
    expect(page.split('\n')).toContain(row);
  },
);

test('docs/configuration.md has no setting that does not exist', () => {
  const rows = page.split('\n').filter(line => /^\| `[\w.<>]+` \|/u.test(line));
  expect(rows).toHaveLength(SETTINGS.length);
});

test('every default is accepted by its own check', () => {
  expect(SETTINGS.filter(({default: byDefault, accepts}) => byDefault !== null && !accepts(byDefault)).map(({key}) => key)).toEqual([]);
});

test('every number has an upper bound', () => {
  const numbers = SETTINGS.filter(({accepts}) => [0.5, 1, 50, 5000, 2_000_000].some(accepts));
  expect(numbers.length).toBeGreaterThan(15);
  expect(numbers.filter(({accepts}) => accepts(9e15)).map(({key}) => key)).toEqual([]);
});

test.each([
  ['output.tokens', 100_000, 1e9],
  ['context.window', 10_000_000, 10_000_001],
  ['limits.steps', 1_000_000, 1e9],
  ['limits.usd', 1_000_000, 1e9],
  ['worktree.max_file_mb', 100_000, 1e6],
])('%s takes %d and not %d', (key, most, more) => {
  const setting = SETTINGS.find(each => each.key === key);
  expect([setting?.accepts(most), setting?.accepts(more)]).toEqual([true, false]);
});
