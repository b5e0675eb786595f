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
