import {answerIn, callsIn, type StepRow} from '../../core/compare/step-rows.ts';
import {callTitle, outcomeTitle} from '../../core/projections/call-title.ts';
import {receiptLine} from '../../core/projections/receipt-line.ts';
import {visible} from '../../core/text/visible.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import type {ComparedSession, Comparison} from './comparison.ts';
import {fileLine} from './file-line.ts';
import {money, plural, tokens} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import {fit, widthOf, wrapped} from './format/width.ts';
import type {Paint} from './paint.ts';

type Look = {paint: Paint; width: number; beside: boolean};

/** Two sessions for people: what they share, their steps from there on, their files and what they cost. */
export function compareLines({left, right, common, files}: Comparison, {paint, width, beside}: Look): readonly string[] {
  const half = beside && width >= narrowest ? Math.floor((width - between.length) / 2) : null;
  const rows = [left.rows.slice(common.steps), right.rows.slice(common.steps)] as const;
  const pairs = Array.from({length: Math.max(rows[0].length, rows[1].length)}, (_, index) => [rows[0][index], rows[1][index]] as const);
  const lay = half === null ? below : besides(half);
  return [
    `left   ${titled(left)}`,
    `right  ${titled(right)}`,
    shared(common),
    '',
    ...(pairs.length === 0 ? ['They went the same, step by step.'] : pairs.flatMap(pair => lay(pair, paint))),
    ...fileLines(files, paint),
    '',
    ...lay([totals(left), totals(right)], paint),
  ];
}

/** Columns that two halves need to be read. */
const narrowest = 100;
const between = ' │ ';

const titled = ({id, title}: ComparedSession): string => `${id}  ${title}`;

function shared({steps, records}: Comparison['common']): string {
  const how = records === 0 ? '' : `; they share their first ${plural(records, 'record')}, byte for byte`;
  return `${steps === 0 ? 'They part from the beginning' : `The first ${steps === 1 ? 'step' : `${steps} steps`} went the same`}${how}.`;
}

type Cell = StepRow | readonly string[] | undefined;
type Pair = readonly [Cell, Cell];

/** One below the other, each line marked by its side. */
function below(pair: Pair, paint: Paint): string[] {
  const [a, b] = [linesOf(pair[0]), linesOf(pair[1])];
  const side = (lines: readonly string[], mark: string) =>
    lines.length === 0 ? [] : [`${paint('bold', mark)} ${lines[0]}`, ...lines.slice(1).map(line => `  ${line}`)];
  return [...side(a, '<'), ...side(b, '>'), ''];
}

const besides =
  (half: number) =>
  (pair: Pair): string[] => {
    const [a, b] = pair.map(cell => linesOf(cell).flatMap(line => cutTo(line, half))) as [string[], string[]];
    const rows = Array.from({length: Math.max(a.length, b.length)}, (_, index) => {
      const text = a[index] ?? '';
      return `${text}${' '.repeat(Math.max(0, half - widthOf(text)))}${between}${b[index] ?? ''}`.trimEnd();
    });
    return [...rows, `${' '.repeat(half)}${between}`.trimEnd()];
  };

/** Broken between words; what stands behind the first line is set in as far as that is, or as what follows its mark. */
function cutTo(line: string, half: number): readonly string[] {
  const mark = /^(?:[*>!] | *)/.exec(line)![0];
  const lines = wrapped(line.slice(mark.length), half - mark.length);
  return lines.map((part, index) => fit(`${index === 0 ? mark : ' '.repeat(mark.length)}${part}`, half));
}

function linesOf(cell: Cell): readonly string[] {
  if (cell === undefined) return [];
  return 'content' in cell ? stepLines(cell) : cell;
}

function stepLines(row: StepRow): readonly string[] {
  const {step, said, outcomes, files, usage, notes} = row;
  return [
    step === null ? 'no answer' : `step ${step}`,
    ...said.flatMap(text => textLines(text, '> ')),
    ...textLines(answerIn(row), ''),
    ...callsIn(row).flatMap(call => [`* ${call.id} ${callTitle(call)}`, ...endLines(call.id, outcomes)]),
    ...(files === null || files.length === 0
      ? []
      : [
          `  files ${files.slice(0, mostFiles).map(oneLine).join(', ')}${files.length > mostFiles ? ` and ${files.length - mostFiles} more` : ''}`,
        ]),
    ...(usage === null ? [] : [`  ${tokens(usage.input)} in, ${tokens(usage.output)} out, ${money(usage.usd)}`]),
    ...notes.map(note => `! ${visible(note)}`),
  ];
}

const mostFiles = 8;
const mostLines = 12;

function textLines(text: string, mark: string): readonly string[] {
  const lines = text.trim() === '' ? [] : text.trim().split('\n');
  const shown = lines
    .slice(0, mostLines)
    .map((line, index) => visible(`${index === 0 ? mark : ' '.repeat(mark.length)}${line.replaceAll('\t', '  ')}`));
  return lines.length > mostLines ? [...shown, `… ${lines.length - mostLines} more lines`] : shown;
}

function endLines(call: CallId, outcomes: ReadonlyMap<CallId, Outcome>): readonly string[] {
  const outcome = outcomes.get(call);
  if (outcome === undefined) return ['    not run'];
  const shown =
    'shown' in outcome && outcome.shown !== undefined && outcome.shown.total.bytes > 0 ? ` · ${receiptLine(outcome.shown)}` : '';
  return [`    ${outcomeTitle(outcome)}${shown}`];
}

function fileLines(files: Comparison['files'], paint: Paint): readonly string[] {
  if ('unknown' in files) return [`How their files differ is not known: ${visible(files.unknown)}.`];
  if (files.length === 0) return ['They end with the same files.'];
  const sum = (key: 'added' | 'removed') => files.reduce((total, file) => total + (file[key] ?? 0), 0);
  const shown = files.slice(0, mostDiffering).map(file => `  ${fileLine(file, paint)}`);
  const more = files.length > shown.length ? [`  … and ${plural(files.length - shown.length, 'more file')}`] : [];
  return [
    `They end with files that differ (from left to right): ${plural(files.length, 'file')}, +${sum('added')} -${sum('removed')}`,
    ...shown,
    ...more,
  ];
}

const mostDiffering = 40;

function totals({id, rows, state}: ComparedSession): readonly string[] {
  const {input, output, usd} = state.usage;
  const calls = rows.reduce((sum, row) => sum + callsIn(row).length, 0);
  const steps = rows.filter(({step}) => step !== null).length;
  return [`${id}: ${plural(steps, 'step')}, ${plural(calls, 'call')}`, `${tokens(input)} tokens in, ${tokens(output)} out, ${money(usd)}`];
}
