import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {unreachable} from '../../core/log/fold.ts';
import {grouped} from '../../core/projections/call-title.ts';
import type {Cost, Evidence, Finding, Question} from '../../core/postmortem/finding.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';
import {findings} from './postmortem-findings.ts';

export type PostmortemOptions = Named & {json: boolean};

/** `agent audit postmortem`: what went wrong in a session, with evidence. As JSON: `{v: 1, session, findings: […]}`. Exit code 0 whatever it finds. */
export async function postmortem({json, ...named}: PostmortemOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const found = await findings(knownRecords(id, program), await program.blobs());
  if (json) io.print(JSON.stringify({v: 1, session: id, findings: found}, null, 2));
  else io.print(page(found, id, io).join('\n'));
  return 0;
}

const questions: readonly Question[] = ['timeout', 'overflow', 'dropped-error', 'came-back', 'retry-storm', 'repeat'];

function asked(question: Question): string {
  switch (question) {
    case 'timeout':
      return 'Was a timeout caused by an explosion of output?';
    case 'overflow':
      return 'Was a request too large because of long outputs?';
    case 'dropped-error':
      return 'Were lines dropped that look like errors?';
    case 'came-back':
      return 'Did the model come back for them?';
    case 'retry-storm':
      return 'Was the same failure fed back again and again?';
    case 'repeat':
      return 'Was the same output fed back again and again?';
    default:
      return unreachable(question);
  }
}

function page(found: readonly Finding[], id: string, io: Io): readonly string[] {
  const paint = painter(io.color.stdout);
  return questions
    .flatMap(question => {
      const answers = found.filter(finding => finding.question === question);
      const told = answers.filter(({verdict}) => verdict !== 'no');
      const shown =
        told.length > 0 || question === 'came-back' || question === 'timeout' || question === 'overflow' ? answers : answers.slice(0, 1);
      const rest = told.length === 0 && shown.length < answers.length ? [`      and ${answers.length - shown.length} more like it`] : [];
      return [paint('bold', asked(question)), ...shown.flatMap(finding => lines(finding, id)), ...rest, ''];
    })
    .slice(0, -1);
}

function lines({verdict, says, next, evidence, cost}: Finding, id: string): readonly string[] {
  const proof = verdict === 'no' ? [] : evidence.slice(0, mostEvidence).map(one => `      ${evidenceLine(one)}`);
  const more = verdict !== 'no' && evidence.length > mostEvidence ? [`      and ${evidence.length - mostEvidence} more`] : [];
  const price = verdict === 'no' ? null : costLine(cost);
  return [
    `  ${verdict.padEnd(7)} ${oneLine(says)}`,
    ...proof,
    ...more,
    ...(price === null ? [] : [`      cost: ${price}`]),
    ...(next === '' ? [] : [`      next: ${oneLine(next.replace(/(agent audit show \S+)/, `$1 ${id}`))}`]),
  ];
}

const mostEvidence = 6;

function evidenceLine({call, sha256, lines: ranges, text}: Evidence): string {
  const where = ranges.map(({first, last}) => (first === last ? grouped(first) : `${grouped(first)}–${grouped(last)}`)).join(', ');
  return [
    call === null ? '' : `call ${call}`,
    sha256 === null ? '' : `sha256 ${sha256.slice(0, 12)}`,
    where === '' ? '' : `lines ${where}`,
    oneLine(text),
  ]
    .filter(part => part !== '')
    .join(' · ');
}

function costLine({results, requests}: Cost): string | null {
  const parts = [
    results === 0 ? '' : `${grouped(results)} tokens of results`,
    requests === 0 ? '' : `${grouped(requests)} tokens of requests and replies`,
  ];
  const said = parts.filter(part => part !== '').join(', ');
  return said === '' ? null : said;
}
