import type {CallAlike} from '../../agent/rerun/compare-calls.ts';
import type {Difference} from '../../agent/rerun/compare-outputs.ts';
import type {TreesAlike} from '../../agent/rerun/compare-trees.ts';
import type {Rerun} from '../../agent/rerun/rerun.ts';
import {visible} from '../../core/text/visible.ts';
import {fileLine} from './file-line.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import {table, type Cell} from './format/table.ts';
import type {Paint} from './paint.ts';
import {unifiedDiff} from './unified-diff.ts';

type Look = {paint: Paint; width: number};

/** What came of running a session again, for people: a table of calls and files, then each difference, then the verdict. */
export function rerunLines(rerun: Rerun, {paint, width}: Look): readonly string[] {
  const rows = rowsOf(rerun, paint);
  const columns = [{title: 'step'}, {title: 'what', grow: true}, {title: 'was'}, {title: 'now'}, {title: 'result'}];
  return [
    ...(rows.length === 0 ? ['The session called no tool.'] : table(columns, rows, {width, head: text => paint('dim', text)})),
    ...rerun.calls.flatMap(call => callDifference(call, paint)),
    ...treeDifferences(rerun.trees, paint),
    ...rerun.notes.map(note => `! ${visible(note)}`),
    ...(rerun.stuck === null ? [] : ['', paint('red', `It came no further: ${visible(rerun.stuck)}.`)]),
    '',
    verdict(rerun, paint),
    ...(rerun.rerun === null ? [] : keptLines(rerun)),
  ];
}

const words = {same: 'same', volatile: 'same but for volatile parts', different: 'DIFFERENT', 'not-compared': 'not compared'} as const;
const colours = {same: 'green', volatile: 'green', different: 'red', 'not-compared': 'yellow'} as const;

const word = (likeness: CallAlike['likeness'], paint: Paint): Cell => ({
  text: words[likeness],
  paint: text => paint(colours[likeness], text),
});

function rowsOf({calls, trees}: Rerun, paint: Paint): Cell[][] {
  const steps = [...new Set([...calls, ...trees].map(({step}) => step))].toSorted((a, b) => a - b);
  return steps.flatMap(step => [
    ...calls
      .filter(call => call.step === step)
      .map(({call, title, was, now, likeness}) => [call, oneLine(title), ending(was), ending(now), word(likeness, paint)]),
    ...trees
      .filter(tree => tree.step === step)
      .map(({likeness, files}) => [
        String(step),
        files.length === 0 ? 'files' : `files: ${plural(files.length, 'differs', 'differ')}`,
        '',
        '',
        word(likeness, paint),
      ]),
  ]);
}

/** Why one failed or was refused stands below, where it is another reason than then. */
const ending = (text: string): string => oneLine(text.replace(/^(failed|refused): .*/s, '$1'));

function callDifference({call, title, why, likeness, difference}: CallAlike, paint: Paint): readonly string[] {
  if (likeness === 'same' || likeness === 'volatile') return [];
  const head = `${call} ${oneLine(title)}${why === null ? '' : `: ${visible(why)}`}`;
  return [
    '',
    difference === null ? head : `${head}${why === null ? ': ' : '; '}its output differs from line ${difference.line} on`,
    ...(difference === null ? [] : diffLines(difference, paint)),
  ];
}

/** The hunk's numbers are those of the whole output. */
function diffLines({line, before, was, now}: Difference, paint: Paint): readonly string[] {
  const side = (own: readonly string[]) => [...before, ...own].map(text => `${visible(text)}\n`);
  const offset = line - before.length - 1;
  return [...unifiedDiff({before: side(was), after: side(now)}).lines].map(text => {
    const written = text
      .trimEnd()
      .replace(/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/, (_, a, n, b, m) => `@@ -${Number(a) + offset},${n} +${Number(b) + offset},${m} @@`);
    return `  ${written.startsWith('-') ? paint('red', written) : written.startsWith('+') ? paint('green', written) : paint('dim', written)}`;
  });
}

/** Files stay different in the steps behind: each is named where it first is. */
function treeDifferences(trees: readonly TreesAlike[], paint: Paint): readonly string[] {
  const seen = new Set<string>();
  return trees.flatMap(({step, files}) => {
    const fresh = files.filter(({path, likeness}) => likeness === 'different' && !seen.has(path));
    for (const {path} of fresh) seen.add(path);
    return fresh.length === 0
      ? []
      : ['', `Files that differ after step ${step}, from then to now:`, ...fresh.map(file => `  ${fileLine(file, paint)}`)];
  });
}

function verdict({likeness, calls, trees}: Rerun, paint: Paint): string {
  const count = (wanted: string) => calls.filter(call => call.likeness === wanted).length;
  const files = trees.filter(tree => tree.likeness === 'different').length;
  const parts = [
    `${count('same')} same`,
    `${count('volatile')} same but for volatile parts`,
    `${count('different')} different`,
    ...(count('not-compared') === 0 ? [] : [`${count('not-compared')} not compared`]),
  ];
  const end = likeness === 'different' ? paint('red', 'different') : paint('green', words[likeness]);
  return `${end}: of ${plural(calls.length, 'call')} ${parts.join(', ')}; files differ after ${files} of ${plural(trees.length, 'step')}`;
}

const keptLines = ({session, rerun}: Rerun): readonly string[] => [
  `What was run again is session ${rerun}, with its worktree. Side by side: agent replay --compare ${session} ${rerun}`,
  `Its files: agent diff ${rerun} --all   Take it away: agent sessions rm ${rerun}`,
];
