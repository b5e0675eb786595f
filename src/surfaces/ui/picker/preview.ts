import type {PickRow} from '../../../agent/picking.ts';
import {kindWord, type FoundText} from '../../../core/projections/found-text.ts';
import {unreachable} from '../../../core/log/fold.ts';
import {cut} from '../view/cut.ts';
import {span, type Line, type Span} from '../view/line.ts';
import {safeLine} from '../view/safe-text.ts';
import {wrap} from '../view/wrap.ts';
import {queryOf, type Picker} from './state.ts';

/** The session that the cursor is on: what it is, what was asked, what was found in it or answered last, what it changed. */
export function previewLines(picker: Picker, row: PickRow, {width, height}: {width: number; height: number}): readonly Line[] {
  const {first, answer, files, repo} = row.row;
  const found = picker.found?.query === queryOf(picker) ? (picker.found.texts.get(row.id) ?? []) : [];
  // The first prompt stands above already.
  const said = found.filter(({kind, text}) => kind !== 'title' && text !== first).slice(0, mostFound);
  const inner = width - 2;
  const end = [
    ...(files.length === 0 ? [] : [[span(filesWords(files), 'muted')]]),
    [span(workWords(row), 'muted')],
    ...(picker.all && repo !== null ? [[span(safeLine(repo), 'muted')]] : []),
  ];
  const begin: readonly Line[] = [
    cut([span(row.id, {bold: true}), span(` · ${headWords(row)}`, 'muted')], inner),
    ...(row.damaged === null ? [] : [cut([span(safeLine(row.damaged), 'bad')], inner)]),
    ...(first === '' ? [] : wrap([span('› ', 'accent'), span(safeLine(first))], inner, {indent: '  '}).slice(0, mostOfPrompt)),
  ];
  const middle =
    said.length > 0 ? said.map(text => cut(foundLine(text), inner)) : answer === '' ? [] : wrap([span(safeLine(answer))], inner);
  // Where it is low, what was found is worth more than what was changed.
  const room = Math.max(said.length > 0 ? 1 : 0, height - begin.length - end.length);
  return [...begin, ...middle.slice(0, room), ...end.map(line => cut(line, inner))].slice(0, height).map(line => [span('  '), ...line]);
}

const mostFound = 4;
const mostOfPrompt = 2;

function headWords({row: {model, steps, mode}, age, state}: PickRow): string {
  return [safeLine(model), mode, steps === 1 ? '1 step' : `${steps} steps`, age, state].filter(part => part !== '').join(' · ');
}

function foundLine({kind, step, text, marks}: FoundText): Line {
  const spans: Span[] = [span(`${kindWord(kind)}, step ${step}: `, 'muted')];
  let at = 0;
  for (const {start, end} of marks) {
    spans.push(span(inLine(text.slice(at, start))), span(inLine(text.slice(start, end)), 'warning'));
    at = end;
  }
  return [...spans, span(inLine(text.slice(at)))];
}

/** Spaces at its ends are those between it and its neighbours. */
const inLine = (text: string): string => safeLine(text);

const namedFiles = 3;

function filesWords(files: readonly string[]): string {
  const named = files.slice(0, namedFiles).map(safeLine).join(', ');
  const more = files.length > namedFiles ? ` and ${files.length - namedFiles} more` : '';
  return `${files.length === 1 ? '1 file' : `${files.length} files`} changed: ${named}${more}`;
}

function workWords({row: {work}, is_there: isThere}: PickRow): string {
  if (work.place?.kind === 'in-place') return 'works in the checkout itself';
  const gone =
    isThere || work.state === 'new' || work.state === 'discarded' ? '' : '; the worktree is gone, and is made again when it is resumed';
  switch (work.state) {
    case 'new':
      return 'no worktree yet';
    case 'discarded':
      return 'worktree discarded; it is made again when it is resumed';
    case 'nothing':
      return `nothing to apply${gone}`;
    case 'applied':
      return `all changes applied${gone}`;
    case 'not-applied':
      return `changes not applied${gone}`;
    default:
      return unreachable(work.state);
  }
}
