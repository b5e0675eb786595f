import {callTitle, grouped} from '../projections/call-title.ts';
import {stepOf} from '../storms/run.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {CallId} from '../vocabulary/ids.ts';
import {errorLine, type ErrorLine, type ErrorLines} from './error-lines.ts';
import {free, type Evidence, type Finding} from './finding.ts';

/** An output that was shortened: what it was, and what its view says. */
export type Shortened = {call: ToolCall; failed: boolean; excerpt: Excerpt; view: string};

/** A later call: whether it read in this output, and what the model saw of it. */
export type Later = {call: CallId; reads: boolean; view: string};

export type Dropped = ErrorLines['kinds'][number];

/**
 * Which of the lines that were not shown whole look like errors of a kind that the view has none of. Weak words count only where the view
 * has nothing better.
 */
export function hiddenErrors({kinds}: ErrorLines, view: string): readonly Dropped[] {
  const seen = view.split('\n').flatMap(line => errorLine(line, 0) ?? []);
  const known = new Set(seen.flatMap(({form, kind}) => [form, kind]));
  const best = Math.min(weakest, ...seen.map(({tier}) => tier));
  const begun = view.split('\n').filter(line => line.includes('⟨'));
  const isShown = ({form, kind, text}: ErrorLine) =>
    known.has(form) || known.has(kind) || begun.some(line => line.trim().startsWith(text.slice(0, startLength)));
  return kinds.filter(one => !isShown(one) && (one.tier < weakest || best === weakest) && one.tier !== 2);
}

const weakest = 4;
const startLength = 40;

export function judgeDropped({call, failed, excerpt}: Shortened, hidden: readonly Dropped[] | null): Finding {
  const about = `Call ${call.id} (${callTitle(call)})`;
  const dropped = `${grouped(excerpt.truncated_lines_count)} of ${grouped(excerpt.total.lines)} lines`;
  const found = (verdict: Finding['verdict'], says: string, next: string): Finding => ({
    question: 'dropped-error',
    verdict,
    says,
    next,
    evidence: evidenceOf(call.id, excerpt, hidden ?? []),
    cost: free,
  });

  if (hidden === null) {
    const says = `${about}: its original cannot be read, or its receipt contradicts itself, so nobody can say what its ${dropped} were.`;
    return found('unknown', says, 'Check them: agent audit verify');
  }
  const [first] = hidden;
  if (first === undefined)
    return found('no', `${about}: ${dropped} were not shown, and none of them looks like an error that the view does not have.`, '');
  const {line, text} = first;
  const what = `${dropped} were not shown, among them line ${grouped(line)}: ${text.slice(0, shown).toWellFormed()}`;
  const see = `agent audit show ${call.id} --lines`;
  if (failed) return found('yes', `${about} failed: ${what}`, `See it: ${see} ${Math.max(1, line - 3)}-${line + 3}`);
  return found('unknown', `${about} succeeded, and yet ${what}`, `Look whether it matters: ${see} ${line}-${line}`);
}

/** Whether a later result shows one of the lines that were hidden: by paging there, or by a command that prints it. */
export function judgeCameBack(
  {call, excerpt}: Shortened,
  hidden: readonly Dropped[],
  {later, spent}: {later: readonly Later[]; spent: ReadonlyMap<number, number>},
): Finding {
  const back = later.find(({view}) => hidden.some(({text}) => view.includes(text.slice(0, shown))));
  const until = back === undefined ? Infinity : stepOf(back.call);
  const requests = [...spent].reduce((sum, [step, tokens]) => (step > stepOf(call.id) && step <= until ? sum + tokens : sum), 0);
  const finding = {question: 'came-back' as const, evidence: evidenceOf(call.id, excerpt, hidden), cost: {results: 0, requests}};
  if (back !== undefined) {
    const seen = {call: back.call, sha256: null, lines: [], text: ''};
    return {
      ...finding,
      verdict: 'yes',
      evidence: [...finding.evidence, seen],
      says: `The model saw what call ${call.id} had hidden in call ${back.call}.`,
      next: '',
    };
  }
  const looked = later.filter(({reads}) => reads).map(each => each.call);
  const where = looked.length === 0 ? 'never came back for' : `read on in it (${looked.join(', ')}) and not`;
  return {
    ...finding,
    verdict: 'no',
    says: `The model ${where} what call ${call.id} had hidden.`,
    next: `Tell it: read_output {"output":"${call.id}","from":${hidden[0]?.line ?? 1}}`,
  };
}

const shown = 160;
const mostLines = 10;

const evidenceOf = (call: CallId, {stdout_sha256}: Excerpt, hidden: readonly Dropped[]): readonly Evidence[] => [
  {
    call,
    sha256: stdout_sha256,
    lines: hidden.slice(0, mostLines).map(({line}) => ({first: line, last: line})),
    text: hidden[0]?.text.slice(0, shown) ?? '',
  },
];
