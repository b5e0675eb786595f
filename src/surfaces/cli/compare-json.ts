import {answerIn, callsIn, type StepRow} from '../../core/compare/step-rows.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';

/** A step as `agent replay --compare --json` prints it. */
export function rowJson(row: StepRow): object {
  const {step, said, outcomes, files, usage, notes} = row;
  const calls = callsIn(row).map(({id, tool, input}) => ({call: id, tool, input, ...endJson(outcomes.get(id))}));
  return {step, said, answer: answerIn(row), calls, files, usage, notes};
}

function endJson(outcome: Outcome | undefined): object {
  if (outcome === undefined) return {outcome: null};
  const {kind} = outcome;
  const shown = 'shown' in outcome ? outcome.shown : undefined;
  return {
    outcome: kind,
    ...(kind === 'ran' ? {exit: outcome.exit} : {}),
    ...(shown === undefined ? {} : {sha256: shown.stdout_sha256, bytes: shown.total.bytes}),
  };
}
