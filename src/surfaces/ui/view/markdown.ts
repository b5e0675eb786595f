import {Lexer, type Token, type Tokens} from 'marked';
import {inline} from './markdown-inline.ts';
import {tableLines} from './markdown-table.ts';
import {span, type Line} from './line.ts';
import {safeText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** A model's Markdown as rows of at most `width` columns. */
export const markdownLines = (text: string, width: number): readonly Line[] => blocks(lex(safeText(text)), width);

/**
 * Splits text that is still coming in where its last block begins: what stands before it never changes again. A blank line ends a block, but
 * not a list, a quote or indented code, which may go on behind it.
 */
export function settledPart(text: string): {settled: string; open: string} {
  const tokens = lex(text);
  const last = tokens.length - 1;
  const isEnded = tokens[last]?.type === 'space';
  const from = !isEnded ? last : continues.has(tokens[last - 1]?.type ?? '') ? last - 1 : last + 1;
  const length = tokens.slice(Math.max(0, from)).reduce((sum, {raw}) => sum + raw.length, 0);
  return {settled: text.slice(0, text.length - length), open: text.slice(text.length - length)};
}

const continues = new Set(['list', 'blockquote', 'code']);

const lex = (text: string): readonly Token[] => new Lexer({gfm: true}).lex(text);

function blocks(tokens: readonly Token[], width: number): readonly Line[] {
  const parts = tokens.filter(({type}) => type !== 'space' && type !== 'def').map(token => block(token, width));
  return parts.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

function block(token: Token, width: number): readonly Line[] {
  switch (token.type) {
    case 'heading':
      return paragraph(token, width).map(line => line.map(part => ({...part, bold: true})));
    case 'code':
      return codeLines(token as Tokens.Code, width);
    case 'list':
      return listLines(token as Tokens.List, width);
    case 'blockquote':
      return blocks(token.tokens ?? [], width - 2).map(line => [span('│ ', 'muted'), ...line]);
    case 'table':
      return tableLines(token as Tokens.Table, width);
    case 'hr':
      return [[span('─'.repeat(Math.min(width, 20)), 'muted')]];
    case 'html':
      return rawLines(token.raw, width);
    default:
      return paragraph(token, width);
  }
}

const paragraph = (token: Token, width: number): readonly Line[] =>
  inline('tokens' in token && token.tokens !== undefined ? token.tokens : [token]).flatMap(line => wrap(line, width));

const rawLines = (raw: string, width: number): readonly Line[] =>
  raw
    .trimEnd()
    .split('\n')
    .flatMap(text => wrap([span(text)], width));

const codeLines = ({text}: Tokens.Code, width: number): readonly Line[] =>
  text.split('\n').flatMap(line => wrap([span(line, 'code')], width - 2, {words: false}).map(row => [span('  '), ...row]));

function listLines({items, ordered, start, loose}: Tokens.List, width: number): readonly Line[] {
  const first = start === '' ? 1 : start;
  const marks = items.map((item, index) => (ordered ? `${first + index}. ` : item.task ? (item.checked === true ? '☑ ' : '☐ ') : '• '));
  const indent = Math.max(...marks.map(mark => mark.length));
  return items.flatMap((item, index) => {
    const inner = itemLines(item, Math.max(1, width - indent), loose);
    const lines = (inner.length === 0 ? [[]] : inner).map((line, row) => [
      row === 0 ? span((marks[index] ?? '').padEnd(indent), 'accent') : span(' '.repeat(indent)),
      ...line,
    ]);
    return loose && index > 0 ? [[], ...lines] : lines;
  });
}

function itemLines(item: Tokens.ListItem, width: number, loose: boolean): readonly Line[] {
  const tokens = item.tokens.filter(({type}) => type !== 'checkbox');
  return loose ? blocks(tokens, width) : tokens.filter(({type}) => type !== 'space').flatMap(token => block(token, width));
}
