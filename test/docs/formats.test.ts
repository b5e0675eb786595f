import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {tools} from '../../src/main/tools.ts';
import {codeIn, read, tableRows} from './pages.ts';

const page = read('docs/session-format.md');
const events = page.slice(page.indexOf('## Events'));
const typesIn = (file: string): readonly string[] => [...read(file).matchAll(/\|\s*\{\s*type: '([\w.]+)'/g)].map(match => match[1]!);

describe('docs/session-format.md', () => {
  test('has every event of a session in its table, and no other', () => {
    const documented = tableRows(events).flatMap(([names = '']) => codeIn(names));
    expect(documented.toSorted()).toEqual(typesIn('src/core/vocabulary/event.ts').toSorted());
  });

  test('has every event of the home log below it', () => {
    const home = typesIn('src/core/vocabulary/home-event.ts');
    expect(home.length).toBeGreaterThan(3);
    expect(home.filter(type => !codeIn(events.slice(events.indexOf('The home log holds'))).includes(type))).toEqual([]);
  });
});

test('docs/tools.md has every tool with its arguments, its properties and its budget', () => {
  const yesNo = (value: boolean) => (value ? 'yes' : 'no');
  const expected = tools.map(({name, schema, readOnly, idempotent, destructive, policy}) => [
    `\`${name}\``,
    argumentsOf(schema),
    ...[readOnly, idempotent, destructive].map(yesNo),
    `${policy.tokens.toLocaleString('en-US')} tokens`,
  ]);
  expect(tableRows(read('docs/tools.md'))).toEqual(expected);
});

function argumentsOf(schema: z.ZodType): string {
  const {properties = {}, required = []} = z.toJSONSchema(schema, {io: 'input'});
  return Object.keys(properties)
    .map(name => `\`${name}${required.includes(name) ? '' : '?'}\``)
    .join(', ');
}
