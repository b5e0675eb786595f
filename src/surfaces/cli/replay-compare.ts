import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {parting} from '../../core/compare/parting.ts';
import {stepRows} from '../../core/compare/step-rows.ts';
import {replay} from '../../core/log/fold.ts';
import {sessionState} from '../../core/projections/session-state.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {rowJson} from './compare-json.ts';
import {compareLines} from './compare-lines.ts';
import type {ComparedSession, Comparison} from './comparison.ts';
import {titleLine} from './format/title-line.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {namedSession} from './named-session.ts';
import {painter} from './paint.ts';

/** `plain`: one below the other, also where there is room for two columns. */
export type CompareOptions = {left: string; right: string; dir: string; plain: boolean; json: boolean};

/** `agent replay --compare`: two sessions side by side from where they part. */
export async function compareSessions({left, right, dir, plain, json}: CompareOptions, program: Program, io: Io): Promise<ExitCode> {
  const ids = [await namedSession({session: left, dir}, program), await namedSession({session: right, dir}, program)] as const;
  if (ids[0] === ids[1]) throw new Stop(2, `Both name session ${ids[0]}: there is nothing to compare.\nSee the sessions: agent sessions`);
  const sides = {left: await compared(ids[0], program), right: await compared(ids[1], program)};
  const comparison: Comparison = {...sides, common: parting(sides.left, sides.right), files: await filesBetween(sides, program)};
  if (json) io.print(JSON.stringify(asJson(comparison), null, 2));
  else io.print(compareLines(comparison, {paint: painter(io.color.stdout), width: io.columns, beside: !plain && io.tty.stdout}).join('\n'));
  return 0;
}

async function compared(id: SessionId, program: Program): Promise<ComparedSession> {
  const records = await Array.fromAsync(knownRecords(id, program));
  const state = replay(sessionState, records);
  return {id, title: titleLine(state.card.title), rows: stepRows(records), state, records};
}

async function filesBetween({left, right}: Pick<Comparison, 'left' | 'right'>, program: Program): Promise<Comparison['files']> {
  const [a, b] = [left.state.changes, right.state.changes];
  if (a.tree === null || b.tree === null || a.place === null) return {unknown: 'one of them has no files yet'};
  if ((a.repo ?? a.place.root) !== (b.repo ?? b.place?.root)) return {unknown: 'they are of different repositories'};
  try {
    return await (await program.worktrees()).changed(a.place, a.tree, b.tree);
  } catch (error) {
    if (error instanceof WorktreeRefused || (error instanceof Error && 'code' in error))
      return {unknown: `their checkpoints cannot be read: ${error.message}`};
    throw error;
  }
}

function asJson({left, right, common, files}: Comparison): object {
  const side = ({id, title, rows, state}: ComparedSession) => ({
    session: id,
    title,
    usage: {
      steps: state.usage.steps,
      input: state.usage.input,
      output: state.usage.output,
      cached: state.usage.cached,
      usd: state.usage.usd,
    },
    steps: rows.slice(common.steps).map(rowJson),
  });
  return {
    v: 1,
    common,
    left: side(left),
    right: side(right),
    files: 'unknown' in files ? null : files,
    files_unknown: 'unknown' in files ? files.unknown : null,
  };
}
