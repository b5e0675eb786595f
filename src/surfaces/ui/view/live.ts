import type {Ui} from '../state.ts';
import {finishedCall, openCall} from './call-card.ts';
import {span, type Line} from './line.ts';
import {markdownLines} from './markdown.ts';

/** What is coming in: the end of the answer, and the calls that have not ended. */
export function liveLines(ui: Ui, {width, height}: {width: number; height: number}): readonly Line[] {
  if (height <= 0) return [];
  const calls = callLines(ui, width);
  const shown = calls.length > height ? [...calls.slice(0, height - 1), [span(`… ${calls.length - height + 1} more`, 'muted')]] : calls;
  return [
    ...textLines(ui.live.text, {width, height: height - shown.length - (shown.length > 0 ? 1 : 0), before: shown.length > 0}),
    ...shown,
  ];
}

function callLines(ui: Ui, width: number): readonly Line[] {
  return ui.transcript.open.flatMap(card => {
    if (card.outcome !== null) return finishedCall({...card, outcome: card.outcome}, [], width).slice(0, 1);
    return openCall(card, {output: ui.live.outputs.get(card.call.id), now: ui.now, width});
  });
}

/** The newest rows of what is being said; the whole goes to the scroll-back when it is complete. */
function textLines(text: string, {width, height, before}: {width: number; height: number; before: boolean}): readonly Line[] {
  if (height <= 0 || text.trim() === '') return [];
  const lines = markdownLines(text, width).slice(-height);
  return before ? [...lines, []] : lines;
}
