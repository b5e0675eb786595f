import {visible} from '../../../core/text/visible.ts';
import type {Dialog, Ui} from '../state.ts';
import {rewindChoices} from '../update/rewinding.ts';
import {span, type Line} from './line.ts';
import {wrap} from './wrap.ts';

type RewindDialog = Extract<Dialog, {kind: 'rewind' | 'rewind-what' | 'rewind-over'}>;

/** Where to go back to, what to take back, and what that would overwrite. */
export function rewindLines({session}: Ui, dialog: RewindDialog, {width, height}: {width: number; height: number}): readonly Line[] {
  const choices = rewindChoices(session);
  switch (dialog.kind) {
    case 'rewind': {
      const room = Math.max(1, height - 2);
      const from = Math.max(0, Math.min(dialog.at - Math.floor(room / 2), choices.length - room));
      const rows = choices.slice(from, from + room).map(({prompt, step}, index): Line => {
        const at = from + index === dialog.at;
        return [span(at ? '❯ ' : '  ', 'accent'), span(oneLine(prompt), {bold: at}), span(`  after step ${step}`, 'muted')];
      });
      return [[span('Go back to before which prompt?', {bold: true})], ...rows, [span('↑ ↓ choose · Enter · Esc leave', 'muted')]];
    }
    case 'rewind-what':
      return [
        ...wrap([span(`Go back to before: ${oneLine(choices[dialog.at]?.prompt ?? '')}`, {bold: true})], width).slice(0, 2),
        [span('  b', {tone: 'accent', bold: true}), span('  conversation and files (Enter)')],
        [span('  c', {tone: 'accent', bold: true}), span('  the conversation only')],
        [span('  f', {tone: 'accent', bold: true}), span('  the files only')],
        [span('  Esc: choose another', 'muted')],
      ];
    case 'rewind-over':
      return [
        ...wrap([span('! ', 'warning'), span('Changed since the last step, and not by the agent:', {bold: true})], width, {indent: '  '}),
        ...dialog.files.slice(0, Math.max(1, height - 4)).map((path): Line => [span(`    ${visible(path)}`)]),
        [
          span('  y', {tone: 'accent', bold: true}),
          span(dialog.request.to === 'undo' ? '  overwrite them; a checkpoint keeps them' : '  overwrite them; /redo brings them back'),
        ],
        [span('  any other key: leave everything as it is', 'muted')],
      ];
  }
}

const oneLine = (prompt: string): string => visible(prompt.trim().split('\n')[0] ?? '');
