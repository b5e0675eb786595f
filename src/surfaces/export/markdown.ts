import {unreachable} from '../../core/log/fold.ts';
import {outcomeTitle} from '../../core/projections/call-title.ts';
import type {CallCard} from '../../core/projections/transcript.ts';
import {visible, visibleLines} from '../../core/text/visible.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import {codeSpan, fence, plainSpan} from './fence.ts';
import {inert} from './inert.ts';
import {moments, type Piece} from './moments.ts';
import {outlined, type Outline} from './outline.ts';
import {portion} from './portion.ts';
import {readable} from './readable.ts';
import type {Source} from './source.ts';
import {counted, leftOut, moment as timeOf, titleOf, took, used, wholeReceipt} from './words.ts';

/** A session as Markdown: prompts, answers, and for each call its command, how it ended, its receipt and what the model saw. What the model thought is left out. */
export async function* markdownExport(outline: Outline, source: Source): AsyncGenerator<string> {
  yield head(outline, source);
  let turn = 0;
  for await (const moment of moments(outlined(outline, source))) {
    if (moment.turn !== turn) yield `\n## Turn ${moment.turn} · ${timeOf(moment.at)}\n`;
    turn = moment.turn;
    for (const piece of moment.pieces) yield* pieceOf(piece, source);
  }
  if (outline.damaged !== null) yield `\n**The log is damaged here: ${plainSpan(visible(outline.damaged.message))}**\n`;
}

function head({card, usage}: Outline, {session}: Source): string {
  const rows = [
    ['session', codeSpan(session)],
    ...(card.parent === null ? [] : [['forked from', `${codeSpan(card.parent.session)} after step ${card.parent.step}`]]),
    ['opened', timeOf(card.opened)],
    ['changed', timeOf(card.newest)],
    ['model', codeSpan(visible(card.model))],
    ['work', `${counted(card.prompts, 'prompt')}, ${counted(card.steps, 'step')}`],
    ['used', used(usage)],
  ];
  return `# ${plainSpan(titleOf(card))}\n\n${rows.map(([name, value]) => `- ${name}: ${value}`).join('\n')}\n`;
}

async function* pieceOf(piece: Piece, source: Source): AsyncGenerator<string> {
  switch (piece.kind) {
    case 'prompt':
      yield `\n${piece.steering ? '**You, meanwhile:**\n\n' : ''}${quoted(piece.text)}`;
      if (piece.whole !== null) yield `\n*Shown in part: ${wholeReceipt(piece.whole)}*\n`;
      return;
    case 'answer':
      yield `\n${inert(readable(piece.text))}`;
      return;
    case 'thought':
      return;
    case 'call':
      yield* card(piece.card, source);
      return;
    case 'replaced':
      yield `\n**The result of call ${piece.call} was replaced by hand.** The model sees this in its place:\n`;
      yield* outputOf(piece.outcome, piece.call, source);
      return;
    case 'failure':
      yield `\n**Step ${piece.step} failed:** ${plainSpan(visible(piece.error.message))}${piece.retry_in_ms === null ? '' : ' (tried again)'}\n`;
      return;
    case 'note':
      yield `\n*${plainSpan(visible(piece.text))}*\n`;
      return;
    default:
      unreachable(piece);
  }
}

/** The user's words are no Markdown: they stand as they were typed. */
const quoted = (text: string): string =>
  readable(text)
    .trimEnd()
    .split('\n')
    .map(line =>
      `> ${line
        .trim()
        .replaceAll(/[\\`*_<>&[\]#~|!]/g, String.raw`\$&`)
        .replace(/^([-+=]|\d+(?=[.)]))/, escapeStart)}`.trimEnd(),
    )
    .join('  \n')
    .concat('\n');

// A number cannot be escaped, but the point behind it can.
const escapeStart = (start: string): string => (/\d/.test(start) ? `${start}\\` : `\\${start}`);

async function* card(call: CallCard, source: Source): AsyncGenerator<string> {
  const {id, tool} = call.call;
  const end = call.outcome === null ? 'never ended' : outcomeTitle(call.outcome);
  yield `\n### ${id} ${plainSpan(visible(tool))} · ${plainSpan(end)}${took(call) === '' ? '' : ` · ${took(call)}`}\n`;
  yield `\n${request(call)}`;
  if (call.outcome !== null) yield* outputOf(call.outcome, id, source);
}

/** What was asked for: a command as it would be typed, anything else as JSON. */
function request({call: {input, malformed}}: CallCard): string {
  if (malformed !== undefined) return fence(visibleLines(malformed));
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const others = Object.entries(fields).filter(([name]) => name !== 'command');
  const command = typeof fields['command'] === 'string' ? fence(visibleLines(fields['command']), 'sh') : '';
  if (command !== '' && others.length === 0) return command;
  const shown = command === '' ? input : Object.fromEntries(others);
  return command + fence(visibleLines(JSON.stringify(shown, null, 2)), 'json');
}

async function* outputOf(outcome: Outcome, label: string, source: Source): AsyncGenerator<string> {
  if (outcome.kind === 'failed') yield `\n${fence(visibleLines(outcome.error.message))}`;
  if (outcome.kind === 'refused') yield `\n${fence(visibleLines(outcome.reason))}`;
  const shown = 'shown' in outcome ? outcome.shown : undefined;
  if (shown === undefined) return;
  if (shown.total.bytes > 0) {
    const view = await source.view(shown, label);
    yield 'text' in view ? `\n${fence(inPart(readable(view.text)))}` : `\n**${plainSpan(visible(view.missing))}**\n`;
  }
  yield `\n*${wholeReceipt(shown)}*\n`;
}

function inPart(text: string): string {
  const {head, left, tail} = portion(text, 64_000);
  return left === null ? head : `${head}\n⟨${leftOut(left)}⟩\n${tail}`;
}
