import {grouped} from '../projections/call-title.ts';
import {stepOf, timesOf, tokensAgain, type Run} from '../storms/run.ts';
import {stormsOf, type Storms} from '../storms/storms.ts';
import type {CallId, Sha256} from '../vocabulary/ids.ts';
import type {StormKind} from '../vocabulary/storm.ts';
import {no, type Finding} from './finding.ts';

/** What was fed back again and again, and what that cost: the results after the first one, and the requests that asked for them. */
export function judgeStorms(
  state: Storms,
  kind: StormKind,
  {spent, outputs}: {spent: ReadonlyMap<number, number>; outputs: ReadonlyMap<CallId, Sha256>},
): readonly Finding[] {
  const question = kind === 'failure' ? 'retry-storm' : 'repeat';
  const runs = stormsOf(state, kind);
  if (runs.length === 0)
    return [
      no(
        question,
        kind === 'failure'
          ? 'No failure came back three times with no file changed in between.'
          : 'No call gave the same output five times with no file changed in between.',
      ),
    ];
  return runs.map(run => ({
    question,
    verdict: 'yes',
    says: says(run),
    next:
      kind === 'failure'
        ? 'Tell the model what it cannot know, or change what fails; a poll that you asked for is exempted with storms.exempt.'
        : 'Tell the model to wait in one command, or exempt the call with storms.exempt.',
    evidence: run.entries.map(({call, title}) => ({call, sha256: outputs.get(call) ?? null, lines: [], text: title})),
    cost: {results: tokensAgain(run), requests: requestsOf(run, spent)},
  }));
}

function says(run: Run): string {
  const commands = new Set(run.entries.map(({key}) => key)).size;
  const by = commands === 1 ? 'the same call' : `${commands} different calls`;
  return run.kind === 'failure'
    ? `The same failure was fed back ${grouped(timesOf(run))} times by ${by}, with no file changed in between: ${run.line}`
    : `The same output was fed back ${grouped(timesOf(run))} times by the same call, with no file changed in between: ${run.entries[0]?.title ?? ''}`;
}

const requestsOf = ({entries}: Run, spent: ReadonlyMap<number, number>): number =>
  [...new Set(entries.map(({call}) => stepOf(call)))].slice(1).reduce((sum, step) => sum + (spent.get(step) ?? 0), 0);
