import {unreachable} from '../../core/log/fold.ts';
import {visibleLines} from '../../core/text/visible.ts';
import type {Moment, Piece} from '../export/moments.ts';
import {readable} from '../export/readable.ts';
import type {FileChange} from '../export/source.ts';
import {moment as timeOf} from '../export/words.ts';
import {answer} from './answer.ts';
import {card, output, result, type Showing} from './card.ts';
import {fileChanges} from './file-changes.ts';
import {markup, type Markup} from './markup.ts';

/** `number` from 1 through the whole page; `opens` where it is the first of its turn. */
export type Placed = {moment: Moment; number: number; opens: boolean; files: readonly FileChange[]};

/** One moment as a part of the page that the slider can hide. */
export async function momentHtml({moment, number, opens, files}: Placed, showing: Showing): Promise<Markup> {
  const pieces: Markup[] = [];
  for (const piece of moment.pieces) pieces.push(await pieceHtml(piece, showing));
  const changed = moment.step === null || files.length === 0 ? null : await fileChanges(files, moment.step, showing);
  return markup`<article class="moment" id="m${number}" data-label="${label(moment)}"${opens ? markup` data-opens=""` : null}>
${heading(moment, opens)}${pieces}${changed}</article>
`;
}

/** What the slider says of it. */
function label({turn, step, at, pieces: [first]}: Moment): string {
  const what = step !== null ? `Step ${step}` : first?.kind === 'prompt' ? 'Prompt' : 'Note';
  return [what, ...(turn === 0 ? [] : [`turn ${turn}`]), timeOf(at)].join(' · ');
}

function heading({turn, step, at}: Moment, opens: boolean): Markup {
  const time = markup`<time datetime="${at}">${timeOf(at)}</time>`;
  const title = opens ? markup`<h2 id="t${turn}">${turn === 0 ? 'Before the first prompt' : `Turn ${turn}`} ${time}</h2>\n` : null;
  return markup`${title}${step === null ? null : markup`<h3>Step ${step} ${time}</h3>\n`}`;
}

async function pieceHtml(piece: Piece, showing: Showing): Promise<Markup> {
  switch (piece.kind) {
    case 'prompt':
      return prompt(piece, showing);
    case 'answer':
      return markup`<div class="answer" dir="auto">${answer(piece.text)}</div>\n`;
    case 'thought':
      return markup`<details class="thought"><summary>Thought</summary><p class="as-typed">${readable(piece.text)}</p></details>\n`;
    case 'call':
      return card(piece.card, showing);
    case 'replaced':
      return markup`<div class="note warning"><p>The result of call ${piece.call} was replaced by hand. From here on the model sees this:</p>${await result(piece.outcome, piece.call, showing)}</div>\n`;
    case 'failure':
      return failure(piece);
    case 'note':
      return markup`<p class="note ${piece.level}">${visibleLines(piece.text)}</p>\n`;
    default:
      return unreachable(piece);
  }
}

async function prompt({text, steering, whole}: Extract<Piece, {kind: 'prompt'}>, showing: Showing): Promise<Markup> {
  const rest =
    whole === null
      ? null
      : markup`<details><summary>Shown in part: its receipt</summary>${await output(whole, 'prompt', showing)}</details>`;
  return markup`<div class="prompt" role="group" aria-label="${steering ? 'The user, meanwhile' : 'The user'}"><p class="as-typed" dir="auto">${readable(text)}</p>${rest}</div>\n`;
}

function failure({error, retry_in_ms, attempt}: Extract<Piece, {kind: 'failure'}>): Markup {
  const next = retry_in_ms === null ? '' : ` Tried again (attempt ${attempt + 1}).`;
  const words = [`${error.message}${next}`, ...(error.hint === undefined ? [] : [error.hint])].join('\n');
  return markup`<p class="note ${retry_in_ms === null ? 'error' : 'warning'} as-typed">${visibleLines(words)}</p>\n`;
}
