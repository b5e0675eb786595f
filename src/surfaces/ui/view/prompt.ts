import {layoutNear} from '../input/layout.ts';
import {isBusy, type Ui} from '../state.ts';
import {suggestions} from '../update/commands.ts';
import {cut} from './cut.ts';
import {span, type Line} from './line.ts';

/** Where the user types, with what the keys can do right now below it: a third of the height at most for the text, and the rest for the other. */
export function promptPart(
  ui: Ui,
  {width, height}: {width: number; height: number},
): {lines: readonly Line[]; cursor: {x: number; y: number}} {
  const editor = ui.dialog?.kind === 'reason' ? ui.dialog.editor : ui.editor;
  const {rows, x, y} = layoutNear(editor, {width: width - mark.length, height: Math.max(1, Math.floor(height / 3))});
  const typed = editor.text === '' ? [[span(placeholder(ui), 'muted')]] : rows;
  const lines = typed.map((row, index) => cut([span(index === 0 ? mark : ' '.repeat(mark.length), 'accent'), ...row], width));
  return {lines: [...lines, ...below(ui, width)].slice(0, height), cursor: {x: mark.length + x, y}};
}

const mark = '› ';

function placeholder(ui: Ui): string {
  if (ui.dialog?.kind === 'reason') return 'why not? Enter sends it, Esc goes back';
  if (ui.dialog !== null) return '';
  return isBusy(ui) ? 'Enter queues a message, Ctrl+S steers' : 'Ask for something, or /help';
}

const shownCommands = 8;

function below(ui: Ui, width: number): readonly Line[] {
  const commands = suggestions(ui.editor.text).slice(0, shownCommands);
  const lines = commands.map(({usage, about}) => cut([span('  '), span(usage, 'accent'), span(`  ${about}`, 'muted')], width));
  return ui.hint === null ? lines : [...lines, cut([span(`  ${ui.hint.text}`, 'warning')], width)];
}
