import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {openedIn} from '../../core/projections/session-row.ts';
import {LogDamaged, type Catalogue} from '../../ports/catalogue.ts';
import {bounded} from './bounded.ts';
import {money, plural, share, span, tokens} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import {table, type Cell, type Column} from './format/table.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';
import {isKnown, rootOf} from './session-list.ts';
import {noFigures, statsFold, sum, type Figures} from './stats-fold.ts';

export type StatsOptions = {by: 'day' | 'session' | 'model'; since: string | null; all: boolean; json: boolean};

/** `agent stats`. As JSON: `{v: 1, by, since, rows: [{key, …Figures}, …], total}`; `usd` counts what is priced, `unpriced` the steps that are not. */
export async function stats({by, since, all, json}: StatsOptions, program: Program, io: Io): Promise<ExitCode> {
  const [catalogue, root] = await Promise.all([program.catalogue(), all ? null : rootOf(program.cwd, program)]);
  const listed = (await catalogue.list()).filter(({changed}) => since === null || changed >= Date.parse(since));
  const rows = new Map<string, Figures>();
  let total = noFigures;
  for await (const found of bounded(listed, 8, ({id}) => figuresOf(id, {by, since, root, catalogue}))) {
    if (found.damaged !== null) io.progress(`Counted only up to the damage: ${found.damaged.message}`);
    for (const [group, figures] of found.groups) rows.set(group, sum(rows.get(group) ?? noFigures, figures));
    total = sum(total, whole(found.groups.values()));
  }
  const keys = [...rows.keys()].toSorted((a, b) => (by === 'day' ? order(b, a) : (rows.get(b)?.input ?? 0) - (rows.get(a)?.input ?? 0)));
  const sorted = keys.map(key => ({key, ...(rows.get(key) ?? noFigures)}));
  if (json) io.print(JSON.stringify({v: 1, by, since, rows: sorted, total}, null, 2));
  else if (sorted.length === 0) io.progress('No session of this time and place worked. All repositories: agent stats --all');
  else io.print(lines(by, sorted, total, io).join('\n'));
  return 0;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A session that worked on two days is still one. */
const whole = (groups: Iterable<Figures>): Figures => {
  const all = [...groups].reduce(sum, noFigures);
  return {...all, sessions: Math.min(1, all.sessions)};
};

type Asked = {by: StatsOptions['by']; since: string | null; root: string | null; catalogue: Catalogue};
type Found = {groups: ReadonlyMap<string, Figures>; damaged: LogDamaged | null};

async function figuresOf(id: SessionId, {by, since, root, catalogue}: Asked): Promise<Found> {
  const fold = statsFold(by, since);
  let state = fold.initial;
  const end = (damaged: LogDamaged | null): Found => ({
    damaged,
    groups: by === 'session' ? new Map([...state.groups].map(([, figures]) => [id, figures])) : state.groups,
  });
  try {
    for await (const record of catalogue.read(id)) {
      if (!isKnown(record)) continue;
      if (isElsewhere(record, root)) return {groups: new Map(), damaged: null};
      state = fold.apply(state, record);
    }
    return end(null);
  } catch (error) {
    if (error instanceof LogDamaged) return end(error);
    throw error;
  }
}

const isElsewhere = ({event}: Recorded, root: string | null): boolean =>
  root !== null && event.type === 'session.opened' && openedIn(event) !== root;

const figureTitles = ['sessions', 'steps', 'calls', 'in', 'cached', 'out', 'cost', 'saved', 'model', 'tools'];

function lines(by: string, rows: readonly ({key: string} & Figures)[], total: Figures, io: Io): string[] {
  const paint = painter(io.color.stdout);
  const columns: Column[] = [{title: by === 'day' ? 'day (UTC)' : by}, ...figureTitles.map((title): Column => ({title, align: 'right'}))];
  const bold = (text: string): Cell => ({text, paint: shown => paint('bold', shown)});
  const cells = rows.map(({key, ...figures}): Cell[] => [oneLine(key), ...figureCells(figures)]);
  const rowsOf = table(columns, [...cells, ['total', ...figureCells(total)].map(bold)], {
    width: Infinity,
    head: text => paint('dim', text),
  });
  return [...rowsOf, '', savings(total)];
}

const savings = ({saved, shortened}: Figures): string =>
  shortened === 0
    ? 'No output had to be shortened.'
    : `About ${plural(saved, 'token')} saved by truncation, of ${plural(shortened, 'shortened output')}. Which ones: agent audit`;

function figureCells({sessions, steps, calls, input, output, cached, saved, model_ms, tool_ms, ...price}: Figures): string[] {
  return [
    String(sessions),
    String(steps),
    String(calls),
    tokens(input),
    share(cached, input),
    tokens(output),
    cost(price, steps),
    tokens(saved),
    span(model_ms),
    span(tool_ms),
  ];
}

/** A sum with a part unknown never looks like a whole one. */
function cost({usd, unpriced}: Pick<Figures, 'usd' | 'unpriced'>, steps: number): string {
  if (unpriced === 0) return money(usd);
  return unpriced === steps ? money(null) : `${money(usd)} + unknown`;
}
