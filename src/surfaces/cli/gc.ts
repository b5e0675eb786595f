import type {Amount, Freed, Useless} from '../../agent/gc/gc.ts';
import type {Unread} from '../../agent/gc/marks.ts';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import {confirmed} from './confirm.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';

export type GcOptions = {dryRun: boolean; yes: boolean; json: boolean};

/** `agent gc`: shows what nothing names any more and how much it takes, and takes it away when that is confirmed. */
export async function gc({dryRun, yes, json}: GcOptions, program: Program, io: Io): Promise<ExitCode> {
  const gc = await program.gc();
  const useless = await gc.look();
  if ('unread' in useless) throw new Stop(1, unreadText(useless.unread));
  const would = amountsOf(useless);
  const known = unreadable(useless);
  if (json && (dryRun || isNothing(useless))) return asJson({...would, dry_run: dryRun, problems: known}, useless, io);
  if (!json) for (const row of shown(useless, would)) io.print(row);
  for (const problem of known) io.progress(problem);
  if (dryRun || isNothing(useless)) return known.length > 0 ? 1 : 0;
  if (!(await confirmed(`Take ${size(sum(would))} away for good?`, {yes, io}))) {
    io.progress('Nothing was taken away.');
    return 1;
  }
  const freed = await gc.collect(useless);
  if (json) return asJson({...freed, dry_run: false}, useless, io);
  io.progress(`Freed ${size(sum(freed))}.`);
  for (const problem of freed.problems.filter(one => !known.includes(one))) io.progress(problem);
  return freed.problems.length > 0 ? 1 : 0;
}

type Amounts = Omit<Freed, 'problems'>;

function amountsOf({blobs, stores, leftovers}: Useless): Amounts {
  const total = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);
  return {
    blobs: {count: blobs.length, bytes: total(blobs.map(({stored}) => stored))},
    checkpoints: {count: total(stores.map(({trees}) => trees)), bytes: total(stores.map(({bytes}) => bytes))},
    leftovers: {count: leftovers.length, bytes: total(leftovers.map(({bytes}) => bytes))},
  };
}

const sum = ({blobs, checkpoints, leftovers}: Amounts): number => blobs.bytes + checkpoints.bytes + leftovers.bytes;

const isNothing = ({blobs, stores, leftovers}: Useless): boolean =>
  blobs.length === 0 && leftovers.length === 0 && stores.every(({trees, bytes}) => trees === 0 && bytes === 0);

function shown(useless: Useless, {blobs, checkpoints, leftovers}: Amounts): readonly string[] {
  const {young, live, stores} = useless;
  const busy = stores.filter(({state}) => state.kind === 'in-use').length;
  const rows = [
    line(blobs, 'output', 'that no session names'),
    line(checkpoints, 'checkpoint', 'that no session names'),
    line(leftovers, 'file', 'that a program was writing when it died'),
  ].filter(row => row !== null);
  return [
    rows.length === 0 ? 'Nothing to free.' : `${size(sum({blobs, checkpoints, leftovers}))} can be freed:`,
    ...rows,
    ...(young.count > 0
      ? [
          `Left: ${plural(young.count, 'output')} (${size(young.bytes)}) that no session names, and that ${young.count === 1 ? 'is' : 'are'} not a day old.`,
        ]
      : []),
    ...(live.length > 0 ? [`Left: what belongs to open sessions (${live.join(', ')}).`] : []),
    ...(busy > 0 ? [`Left: the checkpoints of ${plural(busy, 'repository', 'repositories')} in which a session is open.`] : []),
  ];
}

function line({count, bytes}: Amount, what: string, why: string): string | null {
  return count === 0 && bytes === 0 ? null : `  ${size(bytes).padStart(9)}  ${plural(count, what)} ${why}`;
}

const unreadable = ({stores}: Useless): readonly string[] =>
  stores.flatMap(({store, state}) => (state.kind === 'unreadable' ? [`${store} could not be looked at: ${state.why}`] : []));

type Told = Amounts & {dry_run: boolean; problems: readonly string[]};

function asJson({dry_run, blobs, checkpoints, leftovers, problems}: Told, {young, live}: Useless, io: Io): ExitCode {
  const bytes = sum({blobs, checkpoints, leftovers});
  io.print(JSON.stringify({v: 1, dry_run, bytes, blobs, checkpoints, leftovers, kept: {young, live}, problems}));
  return problems.length > 0 ? 1 : 0;
}

function unreadText(unread: readonly Unread[]): string {
  const lines = unread.slice(0, most).map(({file, why}) => `  ${oneLine(file)}: ${oneLine(why)}`);
  const more = unread.length > most ? [`  and ${unread.length - most} more`] : [];
  const session = unread.find(one => one.session !== null && one.refused !== true)?.session;
  const next =
    session === undefined || session === null
      ? 'Mend what is named, or give yourself the right to it, then type it again.'
      : `Mend it with agent sessions repair ${session}, put it back from a backup, or give it up with agent sessions rm ${session}. Then type it again.`;
  return [
    'Nothing was taken away: what is named here cannot be read wholly, so it is not known what it needs.',
    ...lines,
    ...more,
    next,
  ].join('\n');
}

const most = 10;
