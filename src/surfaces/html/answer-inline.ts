import type {Token, Tokens} from 'marked';
import {markup, joined, type Markup} from './markup.ts';

/** Markdown within a line. */
export const inline = (tokens: readonly Token[]): Markup => joined(tokens.map(span));

function span(token: Token): Markup {
  switch (token.type) {
    case 'strong':
      return markup`<strong>${inline(token.tokens ?? [])}</strong>`;
    case 'em':
      return markup`<em>${inline(token.tokens ?? [])}</em>`;
    case 'del':
      return markup`<del>${inline(token.tokens ?? [])}</del>`;
    case 'codespan':
      return markup`<code>${(token as Tokens.Codespan).text}</code>`;
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      return link({...(token as Tokens.Image), tokens: []});
    case 'br':
      return markup`<br>`;
    case 'checkbox':
      return markup``;
    default:
      return token.type !== 'html' && 'tokens' in token && token.tokens !== undefined ? inline(token.tokens) : plain(token);
  }
}

/** The address stands beside a text that differs from it: a link never leads anywhere that was not read. */
function link({href, text, tokens}: {href: string; text: string; tokens: readonly Token[]}): Markup {
  const inner = tokens.length === 0 ? markup`${text}` : inline(tokens);
  const linked = followable.test(href) ? markup`<a href="${href}" target="_blank" rel="noopener noreferrer">${inner}</a>` : inner;
  return text === href || `mailto:${text}` === href ? linked : markup`${linked} <span class="to">(${href})</span>`;
}

const followable = /^(?:https?|mailto):[!-~]+$/i;

const plain = (token: Token): Markup =>
  markup`${token.type === 'html' ? token.raw : decoded('text' in token ? String(token.text) : token.raw)}`;

const decoded = (text: string): string => text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0'};
