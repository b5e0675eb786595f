import type {Token, Tokens} from 'marked';
import {span, type Line, type Span, type Style} from './line.ts';

/** Inline Markdown as lines: a hard or soft break in the source ends one. */
export function inline(tokens: readonly Token[], style: Style = {}): readonly Line[] {
  const lines: Span[][] = [[]];
  for (const part of spans(tokens, style)) {
    const [first = '', ...rest] = part.text.split('\n');
    if (first !== '') lines.at(-1)?.push({...part, text: first});
    for (const text of rest) lines.push(text === '' ? [] : [{...part, text}]);
  }
  return lines;
}

const spans = (tokens: readonly Token[], style: Style): readonly Span[] => tokens.flatMap(token => inlineSpans(token, style));

function inlineSpans(token: Token, style: Style): readonly Span[] {
  switch (token.type) {
    case 'strong':
      return spans(token.tokens ?? [], {...style, bold: true});
    case 'em':
      return spans(token.tokens ?? [], {...style, italic: true});
    case 'del':
      return spans(token.tokens ?? [], {...style, strike: true});
    case 'codespan':
      return [span((token as Tokens.Codespan).text, {...style, tone: 'code'})];
    case 'link':
      return linkSpans(token as Tokens.Link, style);
    case 'image':
      return linkSpans({...(token as Tokens.Image), tokens: []}, style);
    case 'br':
      return [span('\n')];
    default:
      return 'tokens' in token && token.tokens !== undefined
        ? spans(token.tokens, style)
        : [span(decoded('text' in token ? String(token.text) : token.raw), style)];
  }
}

/** The address is shown beside a text that differs from it: a link never leads anywhere that was not read. */
function linkSpans({href, text, tokens}: {href: string; text: string; tokens: readonly Token[]}, style: Style): readonly Span[] {
  const target = followable(href);
  const linked: Style = {...style, underline: true, ...(target === null ? {} : {link: target})};
  const inner = tokens.length === 0 ? [span(text, linked)] : spans(tokens, linked);
  const shown = inner.map(part => part.text).join('');
  return shown === href || `mailto:${shown}` === href ? inner : [...inner, span(` (${href})`, {...style, tone: 'muted'})];
}

function followable(href: string): string | null {
  return /^(https?|mailto):[!-~]+$/i.test(href) ? href : null;
}

const decoded = (text: string): string => text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' '};
