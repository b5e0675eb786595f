import fc from 'fast-check';
import {expect, test} from 'vitest';
import {replace, type Replaced} from '../../../src/core/edits/replace.ts';

/** The text after; or what kept it from being replaced. The rung stands before it where it is not exact. */
function check(text: string, old: string, to: string, all = false): string {
  const done = replace(text, {old, new: to, all});
  return said(done);
}

function said(done: Replaced): string {
  switch (done.kind) {
    case 'replaced':
      return done.rung === 'exact' ? done.text : `${done.rung}: ${done.text}`;
    case 'several':
      return `several ${done.rung} ${done.count} [${done.lines.join(' ')}]`;
    case 'unplaceable':
      return `unplaceable ${done.place.first}-${done.place.last}`;
    default:
      return done.nearest === null ? 'absent' : `absent, nearest ${done.nearest.first}-${done.nearest.last}`;
  }
}

const cases: [what: string, text: string, old: string, to: string, expected: string, all?: boolean][] = [
  ['exact', 'a b c', 'b', 'x', 'a x c'],
  ['dollar signs are no pattern', 'a b c', 'b', '$& $1 $$', 'a $& $1 $$ c'],
  ['over lines', 'a\nb\nc\n', 'a\nb\n', 'x\n', 'x\nc\n'],
  ['deleting', 'a\nb\nc\n', 'b\n', '', 'a\nc\n'],
  ['several', 'x\ny\nx\n', 'x', 'z', 'several exact 2 [1 3]'],
  ['overlapping is several', 'aaa', 'aa', 'b', 'several exact 2 [1]'],
  ['all', 'x\ny\nx\n', 'x', 'xx', 'xx\ny\nxx\n', true],
  ['all, not overlapping', 'aaaa', 'aa', 'b', 'bb', true],
  ['CRLF in the file', 'a\r\nb\r\nc\r\n', 'a\nb', 'x\ny', 'line endings: x\r\ny\r\nc\r\n'],
  ['CRLF, one line to two', 'a\r\nb\r\n', 'a', 'x\ny', 'x\r\ny\r\nb\r\n'],
  ['CRLF, beginning with a line end', 'a\r\nb\r\n', '\nb', '\nc', 'line endings: a\r\nc\r\n'],
  ['CRLF in old only', 'a\nb\n', 'a\r\nb', 'x\r\ny', 'line endings: x\ny\n'],
  ['mixed, by the matched line', 'a\nb\r\nc\r\nd\n', 'b\nc\n', 'x\ny\n', 'line endings: a\nx\r\ny\r\nd\n'],
  ['all in CRLF', 'a\r\nb\r\na\r\nb\r\n', 'a\nb', 'c', 'line endings: c\r\nc\r\n', true],
  ['several in CRLF', 'a\r\nb\r\na\r\nb\r\n', 'a\nb', 'c', 'several line endings 2 [1 3]'],
  ['trailing space in the file', 'a  \nb\t\nc\n', 'a\nb\n', 'x\n', 'trailing space: x\nc\n'],
  ['trailing space in old', 'a\nb\nc\n', 'a \nb ', 'x', 'trailing space: x\nc\n'],
  ['kept lines keep their trailing space', 'a  \nb\nc\t\n', 'a\nb\nc', 'a\nx\nc', 'trailing space: a  \nx\nc\t\n'],
  ['trailing space, without a last line end', 'a \nb ', 'a\nb\n', 'x\ny\n', 'trailing space: x\ny'],
  ['deleting with trailing space', 'a\nb \nc\nd\n', 'b\nc\n', '', 'trailing space: a\nd\n'],
  ['indented more in the file', '  if (x) {\n    y;\n  }\n', 'if (x) {\n  z;\n}', '', 'absent, nearest 1-3'],
  ['indented by two', '  if (x) {\n    y;\n  }\n', 'if (x) {\n  y;\n}\n', 'if (x) {\n  z;\n}\n', 'indentation:   if (x) {\n    z;\n  }\n'],
  ['indented less in the file', 'a\n  b\n', '    a\n      b\n', '    a\n      c\n', 'indentation: a\n  c\n'],
  ['a new line that cannot follow', 'a\n  b\n', '    a\n      b\n', '  a\n      c\n', 'unplaceable 1-2'],
  ['not uniform', 'a\n      b\n', ' a\n  b\n', 'x', 'absent, nearest 1-2'],
  [
    'spaces for tabs',
    '\tif x:\n\t\ty\n',
    '    if x:\n        y\n',
    '    if x:\n        z\n            w\n',
    'indentation: \tif x:\n\t\tz\n\t\t\tw\n',
  ],
  ['tabs for spaces', '  if x:\n    y\n', '\tif x:\n\t\ty\n', '\tif x:\n\t\tz\n\t\t\tw\n', 'indentation:   if x:\n    z\n      w\n'],
  ['blank lines do not matter to the shift', '  a\n\n  b\n', 'a\n\nb\n', 'c\n\nd\n', 'indentation:   c\n\n  d\n'],
  ['indentation twice', '  a\n  b\n    a\n    b\n', '\ta\n\tb\n', 'x', 'several indentation 2 [1 3]'],
  ['quotes', 'say “hi” now\n', 'say "hi" now', 'say "ho" now', 'look-alike characters: say “ho” now\n'],
  ['an apostrophe used throughout', 'it’s Bob’s\n', "it's Bob's", "it's Al's, isn't it", 'look-alike characters: it’s Al’s, isn’t it\n'],
  ['a dash', 'a – b\n', 'a - b', 'a - c', 'look-alike characters: a – c\n'],
  ['a no-break space', 'a\u00a0b\n', 'a b', 'a c', 'look-alike characters: a\u00a0c\n'],
  ['look-alikes in old', 'x = "a"\n', 'x = “a”', 'x = “b”', 'look-alike characters: x = "b"\n'],
  ['look-alikes and indentation', '  x = “a”\n  y\n', 'x = "a"\ny\n', 'x = "a"\nz\n', 'look-alike characters:   x = “a”\n  z\n'],
  ['look-alikes twice', '“a”\n“a”\n', '"a"', 'x', 'several look-alike characters 2 [1 2]'],
  ['look-alikes and CRLF', '“a”\r\nb\r\n', '"a"\nb', '"a"\nc', 'look-alike characters: “a”\r\nc\r\n'],
  ['only blank lines never match loosely', 'a\n  \nb\n', '\n\n', 'x', 'absent'],
  ['absent', 'a\nb\n', 'something else', 'x', 'absent'],
  ['nearest', 'one\nfunction total(items) {\n  return 1;\n}\n', 'function total(item) {\n  return 2;\n}', '', 'absent, nearest 2-4'],
];

test.each(cases)('replace: %s', (_what, text, old, to, expected, all) => {
  expect(check(text, old, to, all)).toBe(expected);
});

test('the shift and the place are told', () => {
  const done = replace('x\n\tif x:\n\t\ty\n', {old: '  if x:\n    y', new: '  if z:\n    y', all: false});
  expect(done).toMatchObject({rung: 'indentation', count: 1, places: [{first: 2, last: 3}], shift: '2 spaces to a tab'});
});

const text = fc.array(fc.constantFrom('a', 'b', ' ', '  ', '\n', '\t', '“', '"', 'é'), {maxLength: 40}).map(parts => parts.join(''));

test('an exact edit is a string replacement', () => {
  fc.assert(
    fc.property(
      text,
      text.filter(old => old !== ''),
      text,
      (file, old, to) => {
        fc.pre(file.includes(old));
        expect(replace(file, {old, new: to, all: true})).toMatchObject({kind: 'replaced', rung: 'exact', text: file.split(old).join(to)});
        const once = replace(file, {old, new: to, all: false});
        if (once.kind === 'replaced') expect(once.text).toBe(file.replace(old, () => to));
        else expect(file.indexOf(old)).not.toBe(file.lastIndexOf(old));
      },
    ),
  );
});

/** Lines that hold a letter, written with other line ends, trailing space, indentation or quotes than the file has them. */
const line = fc
  .tuple(fc.constantFrom('', '  ', '    ', '      '), fc.constantFrom('x = “1”', 'y = "2"', 'call(a)', 'it’s', 'end'))
  .map(([indent, words]) => indent + words);
const disguise = fc.constantFrom<(lines: string[]) => string[]>(
  lines => lines.map(one => `${one}  `),
  lines => lines.map(one => `    ${one}`),
  lines => lines.map(one => one.replace(/^ +/, spaces => '\t'.repeat(spaces.length / 2))),
  lines => lines.map(one => one.replace(/[“”]/g, '"').replace(/’/g, "'")),
  lines => lines.map(one => `  ${one.replace(/[“”]/g, '"')} `),
);

test('no rung changes anything outside the matched lines', () => {
  fc.assert(
    fc.property(
      fc.array(line, {minLength: 1, maxLength: 12}),
      fc.nat(),
      fc.nat(),
      disguise,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (lines, a, b, change, end, ended) => {
        const first = a % lines.length;
        const last = first + (b % (lines.length - first));
        const file = lines.join(end) + (ended ? end : '');
        const old = change(lines.slice(first, last + 1)).join('\n');
        const done = replace(file, {old, new: `${old.split('\n')[0]}\nNEW`, all: false});
        if (done.kind !== 'replaced') return;
        const place = done.places[0];
        const after = done.text.split(end);
        expect(after.slice(0, (place?.first ?? 1) - 1)).toEqual(lines.slice(0, (place?.first ?? 1) - 1));
        const rest = file.split(end).slice(place?.last ?? 0);
        expect(rest.length === 0 ? [] : after.slice(-rest.length)).toEqual(rest);
        expect(done.text.replaceAll('\r\n', '').includes('\r')).toBe(false);
        if (file.includes('\r\n')) expect(/(?<!\r)\n/.test(done.text)).toBe(false);
      },
    ),
    {numRuns: 500},
  );
});

test('ten megabytes are searched in bounded time', () => {
  const file = Array.from({length: 400_000}, (_, index) => `  const value${index} = ${index % 7};\n`).join('');
  const started = process.cpuUsage().user;
  expect(check(file, 'const value399999 = 0;\nconst nothing = 1;', 'x')).toMatch(/^absent/);
  expect(check(file, `  const value5 = 5; \n  const value6 = 6;\n`, 'x\n')).toMatch(/^trailing space/);
  expect(check('}\n'.repeat(400_000), ` }\n}\n  }\n`.repeat(50), 'x')).toMatch(/^absent|^several|^unplaceable/);
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(20);
});
