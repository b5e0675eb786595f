import {outcomeTitle} from '../../../../core/projections/call-title.ts';
import {filesOfStep} from '../../../../core/projections/step-files.ts';
import type {PlayerKey} from '../keys.ts';
import {callAt, selectedCall} from '../selection.ts';
import {ask, only, type Overlay, type Player, type Updated} from '../state.ts';
import {overlayHeight, overlayRows} from '../view/overlay.ts';
import {outputWidth} from '../view/output.ts';
import {visible} from '../../../../core/text/visible.ts';
import {callTitle} from '../../../../core/projections/call-title.ts';

/** The whole output of the selected call, as it was before anything was cut. */
export function openOutput(player: Player): Updated {
  const item = selectedCall(player);
  const card = item === null ? null : callAt(player, item);
  if (card === null) return only({...player, hint: 'There is no call in sight whose output could be opened.'});
  const {call, outcome} = card;
  const shown = 'shown' in outcome ? outcome.shown : undefined;
  if (shown === undefined || shown.total.bytes === 0)
    return only({...player, hint: `Call ${visible(call.id)} has no output: ${outcomeTitle(outcome)}.`});
  const {total, blob} = shown;
  const overlay: Overlay = {
    kind: 'output',
    title: `${visible(call.id)} ${callTitle(call)}`,
    call: call.id,
    ref: blob,
    lines: total.lines,
    bytes: total.bytes,
    top: 1,
    left: 0,
    page: {is: 'coming'},
  };
  return withPage({...player, playing: null}, overlay);
}

export function openContext(player: Player): Updated {
  const context = player.contexts.at(player.at);
  if (context === null) return only({...player, hint: 'Nothing was sent to the model yet.'});
  return only({...player, playing: null, overlay: {kind: 'context', top: 0, context}});
}

export function openDiff(player: Player): Updated {
  const {tape, at} = player;
  const step = tape.asked[at] ?? 0;
  const {place} = tape.files;
  const files = filesOfStep(tape.files, step);
  if (step === 0) return only({...player, hint: 'No step was made yet.'});
  if (files === null || place === null) return only({...player, hint: `Step ${step} changed no file that a checkpoint holds.`});
  const overlay: Overlay = {kind: 'diff', top: 0, step, text: {is: 'coming'}};
  return only({...player, playing: null, overlay}, {do: 'read-diff', step, place, ...files});
}

export const openHelp = (player: Player): Updated => only({...player, playing: null, overlay: {kind: 'help', top: 0}});

/** A key while something stands in place of the transcript. */
export function onOverlayKey(player: Player, overlay: Overlay, key: PlayerKey): Updated {
  const name = key.type === 'press' ? key.key : key.type === 'char' ? key.char : '';
  if (name === 'escape' || name === 'q' || (name === 'enter' && overlay.kind !== 'output')) return only({...player, overlay: null});
  const page = overlayHeight(player) - 1;
  const rows = {up: -1, down: 1, k: -1, j: 1, enter: 1, 'page-up': -page, 'page-down': page, ' ': page, b: -page}[name];
  if (rows !== undefined) return scrolledTo(player, overlay, overlay.top + rows);
  if (name === 'line-start') return scrolledTo(player, overlay, 0);
  if (name === 'line-end') return scrolledTo(player, overlay, Infinity);
  if (overlay.kind !== 'output') return only(player);
  if (name === 'g') return only(ask(player, 'line'));
  const columns = Math.max(1, Math.floor(outputWidth(player, overlay) / 2));
  if (name === 'right') return withPage(player, {...overlay, left: Math.min(overlay.left + columns, Math.max(0, overlay.bytes - 1))});
  if (name === 'left') return withPage(player, {...overlay, left: Math.max(0, overlay.left - columns)});
  return only(player);
}

export function goToLine(player: Player, text: string): Updated {
  const {overlay} = player;
  if (overlay?.kind !== 'output') return only(player);
  const line = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (line < 1 || line > overlay.lines) return only({...player, hint: `There is no line ${text}. The lines are 1 to ${overlay.lines}.`});
  return scrolledTo(player, overlay, line);
}

/** After the screen became larger or smaller: the page that is wanted now. */
export function fitted(player: Player): Updated {
  const {overlay} = player;
  return overlay === null ? only(player) : scrolledTo(player, overlay, overlay.top);
}

function scrolledTo(player: Player, overlay: Overlay, to: number): Updated {
  const height = overlayHeight(player);
  if (overlay.kind === 'output') {
    const top = Math.max(1, Math.min(to, overlay.lines - height + 1));
    return withPage(player, {...overlay, top});
  }
  const top = Math.max(0, Math.min(to, overlayRows(player, overlay).length - height));
  return only({...player, overlay: {...overlay, top}});
}

function withPage(player: Player, overlay: Extract<Overlay, {kind: 'output'}>): Updated {
  const {call, ref, lines, bytes, top, left} = overlay;
  return only(
    {...player, overlay},
    {do: 'read-page', of: {call, ref, lines, bytes, top, left}, rows: overlayHeight(player), columns: outputWidth(player, overlay)},
  );
}
