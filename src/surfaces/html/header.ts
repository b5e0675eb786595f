import {visible} from '../../core/text/visible.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Outline} from '../export/outline.ts';
import {readable} from '../export/readable.ts';
import {counted, moment, titleOf, used} from '../export/words.ts';
import {markup, type Markup} from './markup.ts';

/** What the session is, and its turns as links. */
export function header(outline: Outline, session: SessionId): Markup {
  const {card, usage} = outline;
  const rows: readonly (readonly [string, string])[] = [
    ['session', session],
    ...(card.parent === null ? [] : [['forked from', `${card.parent.session} after step ${card.parent.step}`] as const]),
    ['opened', moment(card.opened)],
    ['changed', moment(card.newest)],
    ['repository', visible(card.repo ?? '(none)')],
    ['model', visible(card.model)],
    ['work', `${counted(card.prompts, 'prompt')}, ${counted(card.steps, 'step')}`],
    ['used', used(usage)],
  ];
  return markup`<a class="skip" href="#transcript">Skip to the transcript</a>
<header>
<h1 dir="auto">${titleOf(card)}</h1>
<button type="button" id="theme" hidden>Theme</button>
<dl class="facts">${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${turnsOf(outline)}</header>
`;
}

function turnsOf({turns}: Outline): Markup | null {
  if (turns.length < 2) return null;
  const links = turns.map(({turn, moment, prompt}) => markup`<li value="${turn}"><a href="#m${moment}">${readable(prompt)}</a></li>\n`);
  return markup`<nav aria-label="Turns"><details><summary>${counted(turns.length, 'turn')}</summary><ol>
${links}</ol></details></nav>
`;
}
