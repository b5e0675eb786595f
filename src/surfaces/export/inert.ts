import type {Token} from 'marked';
import {fence} from './fence.ts';
import {parsedAnswer} from './parsed-answer.ts';

/**
 * A model's Markdown as a part of a larger document: it cannot end or swallow what follows it. Raw HTML is shown as text, a picture becomes a link (a picture
 * tells its server that it was looked at), and a fence that was left open is closed. Where that cannot be made sure of, the whole is shown as it was typed.
 */
export function inert(text: string): string {
  const parts = parsedAnswer(text, tokens => tokens.map(block));
  const made =
    parts === null
      ? null
      : `${parts
          .join('')
          .replace(/^(?:[ \t]*\n)+/, '')
          .trimEnd()}\n`;
  return made !== null && isInert(made) ? made : fence(text);
}

/** Read again with something behind it: there is no HTML and no picture in it, and what follows stands alone. */
function isInert(text: string): boolean {
  const tokens = parsedAnswer(`${text}\n## Next\n\nwords\n`, all => all.filter(({type}) => type !== 'space'));
  if (tokens === null) return false;
  const [next, words] = tokens.slice(-2);
  const standsAlone =
    next?.type === 'heading' && next.raw.trim() === '## Next' && words?.type === 'paragraph' && words.raw.trim() === 'words';
  return standsAlone && everyToken(tokens).every(({type}) => type !== 'html' && type !== 'image');
}

/** Those within others too. */
function everyToken(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap(token => {
    const {items = [], header = [], rows = []} = token as {items?: Token[]; header?: Cell[]; rows?: Cell[][]};
    const cells = [...header, ...rows.flat()].flatMap(cell => cell.tokens);
    return [token, ...everyToken('tokens' in token ? (token.tokens ?? []) : []), ...everyToken(items), ...everyToken(cells)];
  });
}

type Cell = {tokens: Token[]};

function block(token: Token): string {
  if (token.type !== 'code') return withoutTags(token.raw);
  return 'codeBlockStyle' in token ? token.raw : fence(String('text' in token ? token.text : ''), languageOf(token));
}

const languageOf = (token: Token): string => ('lang' in token ? (/^[\w+#.-]*/.exec(String(token.lang))?.[0] ?? '') : '');

/** Fenced lines and spans of code, in lists and quotes too, stay as they are. */
const withoutTags = (raw: string): string => elsewhere(raw, fenced, text => elsewhere(text, code, withoutTagsInText));

const fenced = /^[ \t>*+\d.)-]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t>]*\1[`~]*[ \t]*$|$(?![\s\S]))/m;
const code = /(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)\1(?!`)/;

const withoutTagsInText = (text: string): string => text.replaceAll(tag, '&lt;').replaceAll('![', '&#33;[');

/** What would begin a tag or a comment, and no link. */
const tag = /<(?!(?:https?:\/\/|mailto:)[^<>\s]*>)(?=[A-Za-z/!?])/gi;

/** Changes what the pattern does not match. */
function elsewhere(text: string, {source, flags}: RegExp, change: (part: string) => string): string {
  let [made, end] = ['', 0];
  for (const {index, 0: match} of text.matchAll(new RegExp(source, `${flags}g`))) {
    made += change(text.slice(end, index)) + match;
    end = index + match.length;
  }
  return made + change(text.slice(end));
}
