import fc from 'fast-check';
import {parse} from 'smol-toml';
import {expect, test} from 'vitest';
import {edited} from '../../../src/adapters/config/edit-toml.ts';
import {lineOf, statementsOf} from '../../../src/adapters/config/toml-lines.ts';

const TEXT = [
  'a = 1', // 1
  'b.c = "x = 1"', // 2
  '"q.r"."s" = 2', // 3
  'm = """', // 4
  'a = 9',
  '"""',
  "n = '''", // 7
  '[t]',
  "'''",
  'l = [ # [', // 10
  '  1, # ]',
  '  [2, "]"],',
  ']',
  '[t] # comment', // 14
  'a = 3',
  '  b = {c = 4, d = [1]}', // 16
  '[[u."v w"]]', // 17
  'x = 5',
].join('\n');

test.each([
  ['a', 1],
  ['b.c', 2],
  ['q.r|s', 3],
  ['m', 4],
  ['n', 7],
  ['l', 10],
  ['t', 14],
  ['t.a', 15],
  ['t.b', 16],
  ['t.b.c', 16],
  ['u|v w|x', 18],
  ['u|v w', 17],
  ['nothing', null],
])('%s stands on line %j', (key, line) => {
  const path = key.includes('|') ? key.split('|') : key.split('.');
  expect(lineOf(statementsOf(TEXT), path)).toBe(line);
});

test('the text parses, so the example is one', () => {
  expect(parse(TEXT)).toHaveProperty('t.b.c', 4);
});

const value = fc.constantFrom('1', '"a # b"', "'x'", '[\n  1, # one\n  2,\n]', '"""\n[c]\n"""', '{y = 1}', 'true');
const line = fc.oneof(
  fc.constantFrom('# note', '', '   '),
  fc.tuple(fc.constantFrom('p', 'q', 'r'), value, fc.constantFrom('', ' # why')).map(([key, of, note]) => `${key} = ${of}${note}`),
);

test('an edit changes one key and keeps every other line', () => {
  const texts = fc
    .array(fc.oneof(line, fc.constantFrom('[c]', '[d]')), {maxLength: 8})
    .map(lines => lines.join('\n'))
    .filter(parses);
  fc.assert(
    fc.property(texts, fc.constantFrom(['p'], ['c', 'q'], ['e', 'z']), (text, path) => {
      const set = edited(text, path, '42');
      expect(parse(set)).toEqual(withValue(parse(text), path, 42));
      const gone = edited(set, path, null);
      expect(parse(gone)).toMatchObject(parse(edited(text, path, null)));
      const kept = text.split('\n').filter(each => each.startsWith('#'));
      expect(set.split('\n').filter(each => each.startsWith('#'))).toEqual(kept);
    }),
  );
});

function parses(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function withValue(tree: Record<string, unknown>, [first, ...rest]: readonly string[], to: number): Record<string, unknown> {
  const key = first as string;
  return {...tree, [key]: rest.length === 0 ? to : withValue((tree[key] as Record<string, unknown>) ?? {}, rest, to)};
}
