import type {Token} from 'marked';
import {fence} from './fence.ts';
import {parsedAnswer} from './parsed-answer.ts';

/**
 * A model's Markdown as a part of a larger document: it cannot end or swallow what follows it. Raw HTML is shown as text, a picture becomes a link (a picture
 * tells its server that it was looked at), and a fence that was left open is closed.
 */
export function inert(text: string): string {
  const parts = parsedAnswer(text, tokens => tokens.map(block));
  return parts === null ? fence(text) : `${parts.join('').trim()}\n`;
}

function block(token: Token): string {
  if (token.type !== 'code') return withoutTags(token.raw);
  return 'codeBlockStyle' in token ? token.raw : fence(String('text' in token ? token.text : token.raw), languageOf(token));
}

const languageOf = (token: Token): string => ('lang' in token ? (/^[\w+#.-]*/.exec(String(token.lang))?.[0] ?? '') : '');

/** Spans of code and fenced lines, in lists and quotes too, stay as they are; elsewhere no `<` begins a tag, unless it is a link, and nothing is a picture. */
function withoutTags(raw: string): string {
  return raw
    .split(/(^[ \t>*+\d.)-]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t>]*\2[`~]*[ \t]*$|$(?![\s\S])))/m)
    .map((part, index) => (index % 3 === 0 ? outsideFences(part) : index % 3 === 1 ? part : ''))
    .join('');
}

const outsideFences = (text: string): string =>
  text
    .split(/((?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)\2(?!`))/)
    .map((part, index) => (index % 3 === 0 ? part.replaceAll(tag, '&lt;').replaceAll('![', '&#33;[') : index % 3 === 1 ? part : ''))
    .join('');

const tag = /<(?!(?:https?:\/\/|mailto:)[^<>\s]*>)(?=[A-Za-z/!?])/gi;
