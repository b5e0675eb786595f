import type {ToolCall} from '../../../core/vocabulary/block.ts';
import {cut} from './cut.ts';
import {span, type Line} from './line.ts';
import {shownLines} from './safe-text.ts';

/** What a call changes, as its arguments say it: the first rows of a diff. Empty for calls that change no text. */
export function changeLines({tool, input}: ToolCall, {width, height}: {width: number; height: number}): readonly Line[] {
  const lines = changes(tool, (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>);
  const shown = lines.length > height ? lines.slice(0, Math.max(0, height - 1)) : lines;
  const left = lines.length - shown.length;
  return [
    ...shown.map(line => cut(coloured(line), width)),
    ...(left === 0 ? [] : [[span(`… ${left} more ${left === 1 ? 'line' : 'lines'}`, 'muted')]]),
  ];
}

function changes(tool: string, input: Record<string, unknown>): readonly string[] {
  const text = (name: string): string => (typeof input[name] === 'string' ? shownLines(input[name]) : '');
  if (tool === 'edit') return replacement(linesOf(text('old')), linesOf(text('new')));
  if (tool === 'write') return linesOf(text('content')).map(line => `+ ${line}`);
  if (tool === 'apply_patch')
    return linesOf(text('patch'))
      .filter(line => !/^\*\*\* (Begin|End) /.test(line))
      .map(spaced);
  return [];
}

/** The lines that both have at the ends are context: only what is between them changes. */
function replacement(before: readonly string[], after: readonly string[]): readonly string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [
    ...before.slice(Math.max(0, start - context), start).map(line => `  ${line}`),
    ...before.slice(start, before.length - end).map(line => `- ${line}`),
    ...after.slice(start, after.length - end).map(line => `+ ${line}`),
    ...before.slice(before.length - end, before.length - end + context).map(line => `  ${line}`),
  ];
}

const context = 1;

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

const spaced = (line: string): string => (/^[-+ ]/.test(line) ? `${line[0] ?? ''} ${line.slice(1)}` : line);

function coloured(line: string): Line {
  if (line.startsWith('+ ')) return [span(line, 'good')];
  if (line.startsWith('- ')) return [span(line, 'bad')];
  return [span(line, 'muted')];
}
