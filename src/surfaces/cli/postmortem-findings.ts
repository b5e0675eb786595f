import {hasFailed} from '../../core/context/result-text.ts';
import type {Finding} from '../../core/postmortem/finding.ts';
import {no} from '../../core/postmortem/finding.ts';
import {happened, type EndedCall, type Happened} from '../../core/postmortem/happened.ts';
import {hiddenErrors, judgeCameBack, judgeDropped, type Later} from '../../core/postmortem/judge-dropped.ts';
import {judgeOverflows} from '../../core/postmortem/judge-overflow.ts';
import {judgeStorms} from '../../core/postmortem/judge-storms.ts';
import {judgeTimeout, noTimeouts, timedOut} from '../../core/postmortem/judge-timeout.ts';
import {storms} from '../../core/storms/storms.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {blobEvidence, withSignatures, type BlobEvidence} from './postmortem-evidence.ts';

/** Every question of a postmortem, answered at least once. */
export async function findings(records: AsyncIterable<Recorded>, blobs: Blobs): Promise<readonly Finding[]> {
  const evidence = blobEvidence(blobs);
  let what = happened.initial;
  let repeated = storms.initial;
  for await (const record of withSignatures(records, evidence)) {
    what = happened.apply(what, record);
    repeated = storms.apply(repeated, record);
  }
  const outputs = new Map(
    [...what.ended].flatMap(({call, outcome}) =>
      'shown' in outcome && outcome.shown !== undefined ? [[call.id, outcome.shown.stdout_sha256] as const] : [],
    ),
  );
  const spent = {spent: what.spent, outputs};
  return [
    ...(await timeouts(what, evidence)),
    ...judgeOverflows(what.overflows),
    ...(await dropped(what, evidence)),
    ...judgeStorms(repeated, 'failure', spent),
    ...judgeStorms(repeated, 'repeat', spent),
  ];
}

async function timeouts({ended}: Happened, evidence: BlobEvidence): Promise<readonly Finding[]> {
  const calls = timedOut(ended);
  if (calls.length === 0) return [noTimeouts];
  return Promise.all(calls.map(async call => judgeTimeout(call, await evidence.ending(call.outcome.shown))));
}

async function dropped({ended, spent}: Happened, evidence: BlobEvidence): Promise<readonly Finding[]> {
  const all = [...ended];
  const found: Finding[] = [];
  for (const [index, {call, outcome}] of all.entries()) {
    const excerpt = 'shown' in outcome ? outcome.shown : undefined;
    if (excerpt === undefined || !excerpt.truncated) continue;
    const view = await evidence.view(excerpt);
    const lines = await evidence.dropped(excerpt);
    const shortened = {call, failed: hasFailed(outcome), excerpt, view: view ?? ''};
    const hidden = lines === null || view === null ? null : hiddenErrors(lines, view);
    const finding = judgeDropped(shortened, hidden);
    found.push(finding);
    if (finding.verdict !== 'yes' || hidden === null) continue;
    found.push(
      judgeCameBack(shortened, hidden, {later: await laterThan(all.slice(index + 1), shortened.call.id, {excerpt, evidence}), spent}),
    );
  }
  if (found.length === 0) found.push(no('dropped-error', 'No output was shortened.'));
  if (!found.some(({question}) => question === 'came-back')) found.push(no('came-back', 'There was no dropped error to come back for.'));
  return found;
}

type Of = {excerpt: {stdout_sha256: string}; evidence: BlobEvidence};

async function laterThan(calls: readonly EndedCall[], of: string, {excerpt, evidence}: Of): Promise<readonly Later[]> {
  const later: Later[] = [];
  for (const {call, outcome} of calls) {
    const shown = 'shown' in outcome ? outcome.shown : undefined;
    const view = shown === undefined ? null : await evidence.view(shown);
    if (view !== null) later.push({call: call.id, reads: reads(call.input, of, excerpt.stdout_sha256), view});
  }
  return later;
}

function reads(input: unknown, call: string, sha256: string): boolean {
  if (typeof input !== 'object' || input === null || !('output' in input) || typeof input.output !== 'string') return false;
  return input.output === call || (input.output.length >= 8 && sha256.startsWith(input.output));
}
