import type {Token, Tokens} from 'marked';
import {html, joined, type Markup} from './markup.ts';

/** Markdown within a line. */
export const inline = (tokens: readonly Token[]): Markup => joined(tokens.map(span));

function span(token: Token): Markup {
  switch (token.type) {
    case 'strong':
      return html`<strong>${inline(token.tokens ?? [])}</strong>`;
    case 'em':
      return html`<em>${inline(token.tokens ?? [])}</em>`;
    case 'del':
      return html`<del>${inline(token.tokens ?? [])}</del>`;
    case 'codespan':
      return html`<code>${(token as Tokens.Codespan).text}</code>`;
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      return link({...(token as Tokens.Image), tokens: []});
    case 'br':
      return html`<br />`;
    case 'checkbox':
      return html``;
    default:
      return token.type !== 'html' && 'tokens' in token && token.tokens !== undefined ? inline(token.tokens) : plain(token);
  }
}

/** The address stands beside a text that differs from it: a link never leads anywhere that was not read. */
function link({href, text, tokens}: {href: string; text: string; tokens: readonly Token[]}): Markup {
  const inner = tokens.length === 0 ? html`${text}` : inline(tokens);
  const linked = followable.test(href) ? html`<a href="${href}" target="_blank" rel="noopener noreferrer">${inner}</a>` : inner;
  return text === href || `mailto:${text}` === href ? linked : html`${linked} <span class="to">(${href})</span>`;
}

const followable = /^(?:https?|mailto):[!-~]+$/i;

const plain = (token: Token): Markup =>
  html`${token.type === 'html' ? token.raw : decoded('text' in token ? String(token.text) : token.raw)}`;

const decoded = (text: string): string => text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0'};
