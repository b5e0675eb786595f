import fc from 'fast-check';
import {Lexer, type Token} from 'marked';
import {describe, expect, test} from 'vitest';
import {codeSpan, fence, plainSpan} from '../../../src/surfaces/export/fence.ts';
import {inert} from '../../../src/surfaces/export/inert.ts';
import {markdownExport} from '../../../src/surfaces/export/markdown.ts';
import {everything, Told} from './told.ts';

const lex = (text: string) => new Lexer({gfm: true}).lex(text);

/** Every token of a text, those within others too. */
function flat(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap(token => {
    const {items = [], header = [], rows = []} = token as {items?: Token[]; header?: {tokens: Token[]}[]; rows?: {tokens: Token[]}[][]};
    const cells = [...header, ...rows.flat()].flatMap(cell => cell.tokens);
    return [token, ...flat('tokens' in token ? (token.tokens ?? []) : []), ...flat(items), ...flat(cells)];
  });
}

const bits = [
  '```',
  '~~~',
  '````js\n',
  '\n',
  '\n\n',
  '    ',
  '- ',
  '> ',
  '1. ',
  '`',
  '``',
  '<!--',
  '<script>',
  '</script>',
  '<b a="',
  '">',
  '<?',
  '<![CDATA[',
  '![',
  '](',
  ')',
  'x',
  ' ',
  '\\',
  '| a | b |\n| - | - |\n',
  '# ',
  '[a]: ',
  '<https://example.org>',
  '&lt;',
  '\t',
  '***',
];
const markdown = fc.array(fc.oneof(fc.constantFrom(...bits), fc.string({maxLength: 4})), {maxLength: 30}).map(parts => parts.join(''));

describe('an answer in a Markdown document', () => {
  test('holds no raw HTML and no picture, whatever it was', () => {
    fc.assert(
      fc.property(markdown, text => {
        const types = flat(lex(inert(text))).map(({type}) => type);
        expect(types).not.toContain('html');
        expect(types).not.toContain('image');
      }),
      {numRuns: 1_000},
    );
  });

  test('ends where it ends: what follows is read as if it stood alone', () => {
    fc.assert(
      fc.property(markdown, text => {
        const after = lex(`${inert(text)}\n## Next\n\nwords\n`).filter(({type}) => type !== 'space');
        expect(after.slice(-2).map(({type, raw}) => [type, raw.trim()])).toEqual([
          ['heading', '## Next'],
          ['paragraph', 'words'],
        ]);
      }),
      {numRuns: 1_000},
    );
  });

  test('stays as it is where nothing of it is dangerous', () => {
    for (const text of [
      'It is **so**: `a < b`.\n',
      '- a\n- b\n\n  ```html\n  <b>\n  ```\n',
      '```html\n<b>\n```\n',
      'See <https://example.org>.\n',
    ])
      expect(inert(text)).toBe(text);
    expect(inert('    <b>indented\n\nend')).toContain('<b>indented');
  });

  test('nested thousands deep, it is shown as it was typed', () => {
    const deep = `${'>'.repeat(20_000)}a`;
    expect(inert(deep)).toBe(fence(deep));
  });
});

test('a text of hundreds of thousands of fences is fenced', () => {
  const text = '```\n'.repeat(300_000);
  expect(fence(text)).toBe(`\`\`\`\`\n${text}\`\`\`\`\n`);
  expect(codeSpan('` '.repeat(300_000)).startsWith('`` ')).toBe(true);
});

describe('any text', () => {
  test('in a fence is the text of that block', () => {
    fc.assert(
      fc.property(markdown, text => {
        const [block, ...rest] = lex(fence(text, 'sh'));
        expect(rest.filter(({type}) => type !== 'space')).toEqual([]);
        expect(block).toMatchObject({type: 'code', lang: 'sh'});
        // The parser is of two minds about empty lines at the end.
        expect(String((block as {text?: string}).text).replace(/\n+$/, '')).toBe(text.replace(/\n+$/, ''));
      }),
    );
  });

  test('in a plain span is a paragraph of text alone', () => {
    fc.assert(
      fc.property(markdown, text => {
        const found = flat(lex(`*a ${plainSpan(text)} b*`));
        expect(found.filter(({type}) => !['paragraph', 'em', 'text', 'escape', 'link'].includes(type))).toEqual([]);
        expect(found.filter(token => token.type === 'link' && !('autolink' in token))).toEqual([]);
      }),
    );
  });

  test('without a line end in a code span is that code', () => {
    fc.assert(
      fc.property(
        fc.string({minLength: 1}).filter(text => text.trim() !== '' && !/\s{2}|^\s|\s$/.test(text)),
        text => {
          expect(flat(lex(`a ${codeSpan(text)} b`)).find(({type}) => type === 'codespan')).toMatchObject({text});
        },
      ),
    );
  });
});

describe('a session as Markdown', () => {
  test('has its prompts, answers and calls, with command, end, receipt and output', async () => {
    const text = await everything().written(markdownExport);
    expect(text).toMatch(/^# Mend the test\.\n\n- session: `session000`\n/);
    expect(text).toContain('> Mend the test.  \n> And \\`say\\` how \\*it\\* went \\<b\\>now\\</b\\>.\n');
    expect(text).toContain('### 1.1 shell · exit 1 · 1.0 s\n\n```sh\nnpm test\n```\n');
    expect(text).toContain('```\nfailed but plain\n```\n\n*1 line · 51 B · sha256 ');
    expect(text).toMatch(/\*2 lines · 8 B · sha256 [0-9a-f]{64}\*\n/);
    expect(text).toContain('**The result of call 3.1 was replaced by hand.**');
    expect(text).toContain("```ts\nconst open = '<!--';\n```\n\n## Turn 2");
    expect(text).not.toContain('\u001b');
  });

  test('keeps its parts apart, whatever prompts, answers, commands and outputs hold', async () => {
    const any = fc.oneof(markdown, fc.string({unit: 'binary'}));
    await fc.assert(
      fc.asyncProperty(any, any, any, any, async (prompt, answer, command, output) => {
        const told = new Told()
          .prompt(prompt)
          .step(answer, [{input: {command, more: answer}, output}])
          .prompt('the end');
        const tokens = lex(await told.written(markdownExport));
        const headings = tokens.filter(({type}) => type === 'heading').map(token => ('text' in token ? String(token.text) : ''));
        expect(headings.filter(text => /^(?:Turn \d|1\.1 shell)/.test(text)).map(text => text.split(' ·')[0])).toEqual([
          'Turn 1',
          '1.1 shell',
          'Turn 2',
        ]);
        expect(flat(tokens).map(({type}) => type)).not.toContain('html');
        expect(tokens.filter(({type}) => type !== 'space').at(-1)).toMatchObject({type: 'blockquote', text: 'the end'});
      }),
      {numRuns: 300},
    );
  });

  test('an output that is gone is said in its place', async () => {
    const told = everything();
    told.views.clear();
    expect(await told.written(markdownExport)).toContain('**It is gone.**');
  });
});
