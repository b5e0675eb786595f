import type {Ui} from '../state.ts';
import {unreachable} from '../../../core/log/fold.ts';
import {approvalLines} from './approval.ts';
import {askedCall} from './asked.ts';
import {cut} from './cut.ts';
import {span, type Line} from './line.ts';
import {rewindLines} from './rewind.ts';
import {wrap} from './wrap.ts';
import {callTitle} from '../../../core/projections/call-title.ts';

/** What the user is asked, if anything. */
export function questionLines(ui: Ui, {width, height}: {width: number; height: number}): readonly Line[] {
  return asLines(ui, {width, height}).map(line => cut(line, width));
}

function asLines(ui: Ui, {width, height}: {width: number; height: number}): readonly Line[] {
  const {dialog, session} = ui;
  if (dialog === null) return [];
  switch (dialog.kind) {
    case 'approval': {
      const asked = askedCall(session.turn, dialog.call);
      return asked === null ? [] : approvalLines(asked, {width, height});
    }
    case 'reason': {
      const asked = askedCall(session.turn, dialog.call);
      return asked === null
        ? []
        : wrap([span('✗ ', 'bad'), span(`Refuse ${callTitle(asked.call)}`)], width, {indent: '  '}).slice(0, height);
    }
    case 'confirm-full':
      return [
        ...wrap(
          [span('! ', 'warning'), span('In full mode every tool runs without asking, but for what writes shared git state.', {bold: true})],
          width,
          {indent: '  '},
        ),
        [span('  y', {tone: 'accent', bold: true}), span('  switch to full')],
        [span('  any other key: stay as it is', 'muted')],
      ];
    case 'rewind':
    case 'rewind-what':
    case 'rewind-over':
      return rewindLines(ui, dialog, {width, height});
    default:
      return unreachable(dialog);
  }
}
