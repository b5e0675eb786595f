import {grouped, size} from '../../core/projections/call-title.ts';
import type {Audit, AuditTotal, Shortened} from '../../core/projections/shortened.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {salientLines} from './audit-csv.ts';
import {plural, tokens} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import {table, type Column} from './format/table.ts';
import {fit, widthOf, wrapped} from './format/width.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';

/** The receipts of a session as a table, as much of each as the terminal is wide, and what they come to. */
export function auditTable({id, outputs, total, storms}: Audited, io: Io): readonly string[] {
  const width = io.tty.stdout ? io.columns : Infinity;
  const paint = painter(io.color.stdout);
  const columns = fitting(outputs, width);
  const closing = (text: string) => wrapped(text, width);
  const rows = outputs.map(output => columns.map(({of}) => of(output)));
  return [
    ...(outputs.length === 0 ? [] : [...table(columns, rows, {width, head: text => paint('bold', text)}), '']),
    ...closing([...summary(total), plural(storms, 'retry storm')].join(' · ')),
    ...(outputs.length === 0
      ? []
      : closing(`See the whole of one: agent audit show ${outputs[0]?.call ?? 'prompt'} ${id} (what was not shown: --dropped)`)),
    ...(storms === 0 ? [] : closing(`What came back again and again: agent audit postmortem ${id}`)),
  ];
}

/** `storms`: failures that came back again and again. */
type Audited = Audit & {id: SessionId; storms: number};

type Shown = Column & {of: (output: Shortened) => string};

const left = (title: string, of: Shown['of']): Shown => ({title, of});
const right = (title: string, of: Shown['of']): Shown => ({title, of, align: 'right'});

const call = left('call', output => output.call ?? 'prompt');
const tool: Shown = {title: 'tool', grow: true, of: ({title}) => fit(oneLine(title), 60)};
const bytes = right('bytes', ({excerpt}) => size(excerpt.total.bytes));
const lines = right('lines', ({excerpt}) => grouped(excerpt.total.lines));
const head = right('head', ({excerpt}) => grouped(excerpt.kept_head_lines));
const salient = right('salient', ({excerpt}) => grouped(salientLines(excerpt)));
const tail = right('tail', ({excerpt}) => grouped(excerpt.kept_tail_lines));
const kept = right('head+mid+tail', output => [head, salient, tail].map(({of}) => of(output)).join('+'));
const dropped = right('dropped', ({excerpt}) => grouped(excerpt.truncated_lines_count));
const saved = right('saved', output => tokens(output.saved));
const repeats = right('repeats', output => grouped(output.repeats));
const masked = right('masked', ({excerpt}) => grouped(excerpt.redactions));
const sha256 = left('sha256', ({excerpt}) => excerpt.stdout_sha256.slice(0, 12));
const shortSha256 = left('sha256', ({excerpt}) => excerpt.stdout_sha256.slice(0, 8));

/** From wide to narrow. What is left out still stands in the JSON. */
const layouts: readonly (readonly Shown[])[] = [
  [call, tool, bytes, lines, head, salient, tail, dropped, saved, repeats, masked, sha256],
  [call, tool, bytes, lines, kept, dropped, saved, repeats, masked, sha256],
  [call, tool, bytes, lines, kept, dropped, saved, repeats, masked, shortSha256],
  [call, tool, lines, kept, dropped, saved, masked, shortSha256],
  [call, tool, lines, dropped, saved, masked, shortSha256],
  [call, tool, lines, dropped, shortSha256],
  [call, tool, lines, dropped],
];

const leastTool = 14;

function fitting(outputs: readonly Shortened[], width: number): readonly Shown[] {
  const anyMasked = outputs.some(({excerpt}) => excerpt.redactions > 0);
  const possible = layouts.map(layout => layout.filter(column => column !== masked || anyMasked));
  const takes = (column: Shown): number =>
    column === tool ? leastTool : Math.max(column.title.length, ...outputs.map(output => widthOf(column.of(output))));
  const fits = (layout: readonly Shown[]) => layout.reduce((sum, column) => sum + takes(column) + 2, -2) <= width;
  return possible.find(fits) ?? possible.at(-1) ?? [];
}

function summary({outputs, shortened, bytes: stored, shown, ...total}: AuditTotal): readonly string[] {
  return [
    `${shortened} of ${plural(outputs, 'output')} shortened`,
    `${size(stored)} in, ${size(shown)} shown`,
    `${plural(total.dropped_lines, 'line')} dropped`,
    `about ${plural(total.saved, 'token')} saved`,
    plural(total.repeats, 'repeat'),
    ...(total.redactions > 0 ? [`${plural(total.redactions, 'secret')} masked`] : []),
  ];
}
