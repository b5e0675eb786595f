import type {Token, Tokens} from 'marked';
import {parsedAnswer} from '../export/parsed-answer.ts';
import {readable} from '../export/readable.ts';
import {inline} from './answer-inline.ts';
import {markup, joined, nothing, type Markup} from './markup.ts';

/** A model's Markdown. Raw HTML is shown as text, no picture is loaded, and a link leads only to http, https and mailto. */
export function answer(text: string): Markup {
  const clean = readable(text);
  return parsedAnswer(clean, blocks) ?? markup`<p class="as-typed">${clean}</p>`;
}

const blocks = (tokens: readonly Token[]): Markup => joined(tokens.map(block));

function block(token: Token): Markup {
  switch (token.type) {
    case 'space':
    case 'def':
      return nothing;
    case 'heading':
      return heading(token as Tokens.Heading);
    case 'code':
      return markup`<pre tabindex="0"><code>${(token as Tokens.Code).text}</code></pre>`;
    case 'blockquote':
      return markup`<blockquote>${blocks(token.tokens ?? [])}</blockquote>`;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'hr':
      return markup`<hr>`;
    case 'html':
      return markup`<p class="as-typed">${token.raw.trimEnd()}</p>`;
    case 'checkbox':
      return nothing;
    case 'text':
      return inline(inner(token));
    default:
      return markup`<p>${inline(inner(token))}</p>`;
  }
}

const inner = (token: Token): readonly Token[] => ('tokens' in token && token.tokens !== undefined ? token.tokens : [token]);

/** The page has headings of its own, down to the third level: those of an answer stand below them. */
function heading({depth, tokens}: Tokens.Heading): Markup {
  const text = inline(tokens);
  if (depth <= 1) return markup`<h4>${text}</h4>`;
  return depth === 2 ? markup`<h5>${text}</h5>` : markup`<h6>${text}</h6>`;
}

function list({ordered, start, items}: Tokens.List): Markup {
  const inside = items.map(item);
  if (!ordered) return markup`<ul>${inside}</ul>`;
  return start === '' || start === 1 ? markup`<ol>${inside}</ol>` : markup`<ol start="${start}">${inside}</ol>`;
}

function item({task, checked, tokens}: Tokens.ListItem): Markup {
  const mark = task ? (checked === true ? '☑ ' : '☐ ') : '';
  return markup`<li>${mark}${blocks(tokens)}</li>`;
}

function table({header, rows}: Tokens.Table): Markup {
  const head = header.map(({tokens}) => markup`<th scope="col">${inline(tokens)}</th>`);
  const body = rows.map(row => markup`<tr>${row.map(({tokens}) => markup`<td>${inline(tokens)}</td>`)}</tr>`);
  return markup`<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
