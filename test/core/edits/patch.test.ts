import fc from 'fast-check';
import {expect, test} from 'vitest';
import {applyChunks} from '../../../src/core/edits/patch-apply.ts';
import {parsePatch, type Chunk, type FileChange, type Patch} from '../../../src/core/edits/patch-parse.ts';

const wrapped = (body: string): string => `*** Begin Patch\n${body}\n*** End Patch\n`;

function parsed(patch: string): Patch | string {
  const found = parsePatch(patch);
  return 'problem' in found ? `${found.line}: ${found.problem}` : found.patch;
}

const problems: [what: string, patch: string, expected: string][] = [
  ['no begin', '*** Update File: a\n', '1: it does not begin with "*** Begin Patch"'],
  ['no end', '*** Begin Patch\n*** Delete File: a\n', '3: there is no "*** End Patch": the patch may have been cut off'],
  ['nothing', wrapped(''), '2: the patch changes no file'],
  ['talk before', `Here is it:\n${wrapped('*** Delete File: a')}`, '1: "Here is it:" stands before "*** Begin Patch"'],
  ['talk after', `${wrapped('*** Delete File: a')}Done.`, '4: "Done." stands after "*** End Patch"'],
  [
    'an unknown header',
    wrapped('*** Rename File: a'),
    '2: expected "*** Add File: ", "*** Update File: " or "*** Delete File: " but found "*** Rename File: a"',
  ],
  ['no name', wrapped('*** Add File: '), '2: "*** Add File:" names no file'],
  ['an added line without +', wrapped('*** Add File: a\n+x\ny'), '4: every line of an added file begins with "+", but this is "y"'],
  ['an update without a chunk', wrapped('*** Update File: a'), '2: "*** Update File: a" has no chunk'],
  ['a chunk without a change', wrapped('*** Update File: a\n@@\n x'), '3: this chunk changes nothing: it has no "-" and no "+" line'],
  [
    'a line without its mark',
    wrapped('*** Update File: a\n@@\n-x\ny'),
    '5: a line of a chunk begins with " ", "-", "+" or "@@", but this is "y"',
  ],
  [
    'a file twice',
    wrapped('*** Delete File: a\n*** Delete File: b\n*** Delete File: a'),
    '4: a is named twice (first in line 2): put all its chunks under one header',
  ],
  [
    'a move onto a change',
    wrapped('*** Delete File: a\n*** Update File: b\n*** Move to: a'),
    '3: a is named twice (first in line 2): put all its chunks under one header',
  ],
  ['a move to nowhere', wrapped('*** Update File: a\n*** Move to:\n-x'), '3: "*** Move to:" names no file'],
];

test.each(problems)('parsePatch refuses %s', (_what, patch, expected) => {
  expect(parsed(patch)).toBe(expected);
});

const oneUpdate: FileChange = {
  kind: 'update',
  path: 'a.ts',
  to: null,
  chunks: [
    {
      headers: [],
      lines: [
        {op: ' ', text: 'x'},
        {op: '-', text: 'y'},
        {op: '+', text: 'z'},
      ],
      end_of_file: false,
      line: 3,
    },
  ],
  line: 2,
};
const plain = '*** Update File: a.ts\n x\n-y\n+z';
const shifted = (lines: number): FileChange => ({
  ...oneUpdate,
  line: 2 + lines,
  chunks: oneUpdate.chunks.map(chunk => ({...chunk, line: chunk.line + lines})),
});

test.each<[what: string, patch: string, expected: FileChange]>([
  ['no @@', wrapped(plain), oneUpdate],
  ['CRLF', wrapped(plain).replaceAll('\n', '\r\n'), oneUpdate],
  ['space after markers', '*** Begin Patch \n*** Update File: a.ts  \n x\n-y\n+z\n*** End Patch  ', oneUpdate],
  ['a heredoc', `apply_patch <<'EOF'\n${wrapped(plain)}EOF\n`, shifted(1)],
  ['a heredoc alone', `<<EOF\n${wrapped(plain)}EOF`, shifted(1)],
  ['a code fence', `\`\`\`diff\n${wrapped(plain)}\`\`\`\n`, shifted(1)],
  ['blank lines around', `\n\n${wrapped(plain)}\n\n`, shifted(2)],
  ['a blank line at the end', wrapped(`${plain}\n`), oneUpdate],
])('parsePatch forgives %s', (_what, patch, expected) => {
  expect(parsed(patch)).toEqual([expected]);
});

test.each([
  ['@@ class A', ['class A']],
  ['@@', []],
  ['@@ -1,3 +1,4 @@', []],
  ['@@ -1,3 +1,4 @@ class A', ['class A']],
  ['@@ class A @@', ['class A']],
  ['@@ class A\n@@ def f():', ['class A', 'def f():']],
])('the header %s', (header, headers) => {
  expect(parsed(wrapped(`*** Update File: a\n${header}\n-x`))).toMatchObject([{chunks: [{headers}]}]);
});

function rendered(patch: Patch): string {
  const chunk = ({headers, lines, end_of_file}: Chunk): string[] => [
    ...(headers.length === 0 ? ['@@'] : headers.map(header => `@@ ${header}`)),
    ...lines.map(({op, text}) => op + text),
    ...(end_of_file ? ['*** End of File'] : []),
  ];
  const lines = patch.flatMap((change): string[] => {
    if (change.kind === 'delete') return [`*** Delete File: ${change.path}`];
    if (change.kind === 'add')
      return [
        `*** Add File: ${change.path}`,
        ...change.content
          .split('\n')
          .slice(0, -1)
          .map(line => `+${line}`),
      ];
    return [
      `*** Update File: ${change.path}`,
      ...(change.to === null ? [] : [`*** Move to: ${change.to}`]),
      ...change.chunks.flatMap(chunk),
    ];
  });
  return wrapped(lines.join('\n'));
}

const lineText = fc.constantFrom('x', '', '  y', '@@ z', '*** End Patch', '+', '-', '*** Add File: q', '\t', 'é“');
const chunkOf = fc.record({
  headers: fc.array(fc.constantFrom('class A', 'def f(x):', 'if (a) {'), {maxLength: 2}),
  lines: fc
    .array(fc.record({op: fc.constantFrom<(' ' | '-' | '+')[]>(' ', '-', '+'), text: lineText}), {minLength: 1, maxLength: 6})
    .filter(lines => lines.some(({op}) => op !== ' ')),
  end_of_file: fc.boolean(),
});
const change = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    content: fc.array(lineText, {maxLength: 4}).map(lines => lines.map(line => `${line}\n`).join('')),
  }),
  fc.record({kind: fc.constant('delete' as const)}),
  fc.record({kind: fc.constant('update' as const), chunks: fc.array(chunkOf, {minLength: 1, maxLength: 3}), moves: fc.boolean()}),
);

test('what is rendered is parsed again', () => {
  fc.assert(
    fc.property(fc.array(change, {minLength: 1, maxLength: 4}), changes => {
      const patch = changes.map((one, index): FileChange => {
        const path = `dir/file ${index}.ts`;
        if (one.kind === 'update')
          return {
            kind: 'update',
            path,
            to: one.moves ? `moved ${index}` : null,
            chunks: one.chunks.map(chunk => ({...chunk, line: 0})),
            line: 0,
          };
        return {...one, path, line: 0};
      });
      const again = parsed(rendered(patch));
      const unnumbered = JSON.parse(JSON.stringify(again, (key, value: unknown) => (key === 'line' ? 0 : value))) as unknown;
      expect(unnumbered).toEqual(JSON.parse(JSON.stringify(patch)));
    }),
    {numRuns: 300},
  );
});

function applied(text: string, body: string, exact = false): string {
  const patch = parsed(wrapped(`*** Update File: a\n${body}`));
  if (typeof patch === 'string') return patch;
  const [update] = patch;
  if (update?.kind !== 'update') return 'no update';
  const done = applyChunks(text, update.chunks, {exact});
  return done.kind === 'applied' ? done.text : `${done.line}: ${done.problem}`;
}

const chunks: [what: string, text: string, body: string, expected: string, exact?: boolean][] = [
  ['replacing', 'a\nb\nc\n', ' a\n-b\n+x\n c', 'a\nx\nc\n'],
  ['several chunks', 'a\nb\nc\nd\n', '@@\n-a\n+1\n@@\n-d\n+4', '1\nb\nc\n4\n'],
  ['a header', 'f\n x\ng\n x\n', '@@ g\n- x\n+ y', 'f\n x\ng\n y\n'],
  ['the header as the first context line', 'f\nx\ng\nx\n', '@@ g\n g\n-x\n+y', 'f\nx\ng\ny\n'],
  [
    'two headers',
    'class A\n def f\n  x\nclass B\n def f\n  x\n',
    '@@ class B\n@@  def f\n-  x\n+  y',
    'class A\n def f\n  x\nclass B\n def f\n  y\n',
  ],
  ['a header that is not there', 'a\n', '@@ class Z\n-a\n+b', '3: no line after line 0 reads "class Z" (from its @@)'],
  ['two places', 'x\na\nx\n', '-x\n+y', '3: its lines stand in 2 places (lines 1, 3): add more context or an @@ header'],
  ['the end of the file decides', 'x\na\nx\n', '@@\n-x\n+y\n*** End of File', 'x\na\ny\n'],
  [
    'out of order',
    'a\nb\n',
    '@@\n-b\n+2\n@@\n-a\n+1',
    "6: its lines stand in line 1, before the chunk or header above it: put the chunks in the file's order",
  ],
  ['not there', 'a\nb\n', '-c\n+d', '3: its context and "-" lines are not in the file'],
  [
    'only added lines',
    'a\n',
    '+b',
    '3: it only adds lines: give a context line around them, an @@ header before them, or "*** End of File"',
  ],
  ['added at the end', 'a\n', '@@\n+b\n*** End of File', 'a\nb\n'],
  ['added after a header', 'f\ng\n', '@@ f\n+x', 'f\nx\ng\n'],
  ['into an empty file', '', '@@\n+a\n+b', 'a\nb\n'],
  ['everything goes', 'a\nb\n', '-a\n-b', ''],
  ['no last line end stays', 'a\nb', ' a\n-b\n+c', 'a\nc'],
  ['no last line end, line added after', 'a\nb', ' b\n+c', 'a\nb\nc'],
  ['no last line end, last line gone', 'a\nb', ' a\n-b', 'a'],
  ['CRLF', 'a\r\nb\r\n', ' a\n-b\n+c\n+d', 'a\r\nc\r\nd\r\n'],
  ['trailing space stays in context', 'a  \nb\n', ' a\n-b\n+c', 'a  \nc\n'],
  ['indentation follows', '    a\n    b\n', '   a\n-  b\n+  c\n+    d', '    a\n    c\n      d\n'],
  ['quotes stay in context', '“a”\nb\n', ' "a"\n-b\n+c', '“a”\nc\n'],
  ['a blank context line too many', 'a\nb\n', ' a\n-b\n+c\n ', 'a\nc\n'],
  ['blank context without its space', 'a\n\nb\n', ' a\n\n-b\n+c', 'a\n\nc\n'],
  ['exact only: trailing space', 'a  \nb\n', ' a\n-b\n+c', '3: its context and "-" lines are not in the file', true],
  ['exact only: exact', 'a\nb\n', ' a\n-b\n+c', 'a\nc\n', true],
];

test.each(chunks)('applyChunks: %s', (_what, text, body, expected, exact) => {
  expect(applied(text, body, exact)).toBe(expected);
});

test('a chunk that is not there comes with the nearest lines', () => {
  const patch = parsePatch(wrapped('*** Update File: a\n const total = 1;\n-const rate = 2;\n+const rate = 3;'));
  const [update] = 'patch' in patch ? patch.patch : [];
  expect(update?.kind === 'update' && applyChunks('x\nconst total = 1;\nconst rates = 2;\n', update.chunks, {exact: false})).toMatchObject({
    kind: 'failed',
    nearest: {first: 2, last: 3, diff: ['  const total = 1;', '- const rate = 2;', '+ const rates = 2;']},
  });
});
