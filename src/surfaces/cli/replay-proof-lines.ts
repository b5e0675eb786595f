import type {Apart} from '../../agent/replay/prompts-apart.ts';
import type {Divergence, ReplayProof} from '../../agent/replay/replay-proof.ts';
import type {Unproven} from '../../core/audit/fault.ts';
import {grouped} from '../../core/projections/call-title.ts';
import {visibleLines} from '../../core/text/visible.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Paint} from './paint.ts';
import {unifiedDiff} from './unified-diff.ts';

type Shown = {version: string; paint: Paint};

/** What `agent replay --verify` prints: one line where all came out the same; else the first difference in full, and the next ones by their place and reason. */
export function replayLines(proof: ReplayProof, {version, paint}: Shown): readonly string[] {
  const {session, divergences, not_recomputed} = proof;
  const [first, ...rest] = divergences;
  const doubts = not_recomputed.map(doubtLine);
  if (first === undefined)
    return [
      doubts.length === 0
        ? `Session ${session}: ${counts(proof)}: ${paint('green', 'all equal')}.`
        : `Session ${session}: ${counts(proof)}: equal, but ${paint('yellow', 'not all could be made again')}.`,
      ...doubts,
    ];
  return [
    `Session ${session}: ${paint('red', first.step === null ? 'DIFFERS' : `DIFFERS at step ${first.step}`)}. ${counts(proof)}.`,
    ...doubts,
    ...firstLines(first, {version, paint}),
    ...(rest.length === 0 ? [] : ['Then:']),
    ...rest.slice(0, mostShown).map(one => `  ${place(one)}: ${oneLine(one.why)}`),
    ...(rest.length > mostShown
      ? [`  … and ${grouped(rest.length - mostShown)} more: agent replay ${session} --verify --json has them all`]
      : []),
  ];
}

/** The proof for programs: the two prompts of the first difference as one unified diff. */
export function replayJson(proof: ReplayProof): object {
  const divergences = proof.divergences.map(({apart, ...one}) => ({
    ...one,
    part: apart?.part ?? null,
    message: apart?.message ?? null,
    against: apart?.against ?? null,
    diff: apart === null ? null : [...diffLines(apart)].join(''),
  }));
  return {v: 1, ...proof, divergences};
}

const mostShown = 9;

function counts({requests, views, moves}: ReplayProof): string {
  const {same, different, hash_only, unproven} = requests;
  return [
    `${plural(same, 'request')} reassembled`,
    ...(different === 0 ? [] : [`${grouped(different)} not the same`]),
    ...(hash_only === 0 ? [] : [`${grouped(hash_only)} by the hash only`]),
    ...(unproven === 0 ? [] : [`${grouped(unproven)} not made again`]),
    `${plural(views.same, 'view')} cut again`,
    `${plural(moves, 'move')} of the loop in order`,
  ].join(', ');
}

const doubtLine = ({why, count}: Unproven): string =>
  `  ? not recomputed: ${oneLine(why)}${count === 1 ? '' : ` (${grouped(count)} times)`}`;

function firstLines(first: Divergence, {version, paint}: Shown): readonly string[] {
  const {apart, why, next} = first;
  return [
    'The first difference:',
    `  ${place(first)}: ${oneLine(why)}`,
    ...(apart === null ? [] : apartLines(apart, {version, paint})),
    `  ${oneLine(next)}`,
  ];
}

function apartLines(apart: Apart, {version, paint}: Shown): readonly string[] {
  const lines = [...diffLines(apart)].map(line => shortened(visibleLines(line.replace(/\n$/, ''))));
  const shown = lines.slice(0, mostLines);
  return [
    ...(apart.against === 'recorded'
      ? [`  In ${apart.part}:`, paint('bold', '--- as it was sent'), paint('bold', `+++ as version ${oneLine(version)} makes it`)]
      : [
          `  What was sent cannot be shown: this version does not come to its hash. What is new since the request before, which came out the same, from ${apart.part} on:`,
          paint('bold', '--- the request before'),
          paint('bold', `+++ as version ${oneLine(version)} makes this one`),
        ]),
    ...shown.map(line => painted(line, paint)),
    ...(lines.length > shown.length ? [`… ${plural(lines.length - shown.length, 'more line')} of it: --json has them all`] : []),
  ];
}

const mostLines = 80;
const longestLine = 2_000;

const shortened = (line: string): string =>
  line.length <= longestLine
    ? line
    : `${line.slice(0, longestLine).toWellFormed()}… ${plural(line.length - longestLine, 'more character')}: --json has them`;

const diffLines = ({before, after}: Apart): Iterable<string> =>
  unifiedDiff({before: before.map(line => `${line}\n`), after: after.map(line => `${line}\n`)}).lines;

function painted(line: string, paint: Paint): string {
  if (line.startsWith('-')) return paint('red', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('@') ? paint('cyan', line) : line;
}

function place({file, line, seq, step}: Divergence): string {
  const where = [
    ...(line === null ? [] : [`line ${line}`]),
    ...(seq === null ? [] : [`record ${seq}`]),
    ...(step === null ? [] : [`step ${step}`]),
  ].join(', ');
  return `${oneLine(file)}${where === '' ? '' : `, ${where}`}`;
}
