import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {isHomeEvent} from '../../core/log/event-types.ts';
import {homeGrants} from '../../core/projections/home-grants.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Rule} from '../../core/vocabulary/verdict.ts';
import {oneLine} from './format/one-line.ts';
import {table} from './format/table.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';
import {rootOf} from './session-list.ts';

type Granted = {number: number; repo: string; rule: Rule};

/** `agent config grants`. As JSON: `{v: 1, grants: [{number, repo, rule}, …]}`. */
export async function listGrants({json, all}: {json: boolean; all: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const grants = await grantsOf(all, program);
  if (json) io.print(JSON.stringify({v: 1, grants}, null, 2));
  else if (grants.length === 0)
    io.progress(
      `Nothing is granted for always in ${all ? 'any repository' : `this repository (${oneLine(await rootOf(program.cwd, program))})`}.`,
    );
  else {
    const paint = painter(io.color.stdout);
    const columns = [{title: '', align: 'right' as const}, {title: 'granted'}, ...(all ? [{title: 'in'}] : [])];
    const rows = grants.map(({number, repo, rule}) => [String(number), oneLine(written(rule)), ...(all ? [oneLine(repo)] : [])]);
    io.print(table(columns, rows, {width: Infinity, head: text => paint('dim', text)}).join('\n'));
    io.progress(`Take one back: agent config revoke ${all ? '--all ' : ''}<number>`);
  }
  return 0;
}

/** `agent config revoke`: by number, or every grant of that rule. */
export async function revokeGrant({grant, all}: {grant: string; all: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const found = (await grantsOf(all, program)).filter(({number, rule}) => String(number) === grant || written(rule) === grant);
  if (found.length === 0) throw new Stop(2, `There is no grant ${oneLine(grant)}.\nSee them: agent config grants${all ? ' --all' : ''}`);
  const catalogue = await program.catalogue();
  for (const {repo, rule} of found) {
    await catalogue.note({type: 'rule.revoked', repo, rule});
    io.progress(`No longer granted in ${oneLine(repo)}: ${oneLine(written(rule))}`);
  }
  return 0;
}

async function grantsOf(all: boolean, program: Program): Promise<readonly Granted[]> {
  const root = all ? null : await rootOf(program.cwd, program);
  let state = homeGrants.initial;
  for await (const recorded of (await program.catalogue()).home())
    if (isHomeEvent(recorded.event)) state = homeGrants.apply(state, recorded as Recorded<HomeEvent>);
  return [...state.rules]
    .filter(([repo]) => root === null || repo === root)
    .flatMap(([repo, rules]) => rules.map(rule => ({repo, rule})))
    .map((granted, at) => ({number: at + 1, ...granted}));
}

/** As it stands in a configuration; a grant that does not allow says so. */
function written({effect, tool, pattern}: Rule): string {
  return `${effect === 'allow' ? '' : `${effect} `}${tool}${pattern === undefined ? '' : ` ${pattern}`}`;
}
