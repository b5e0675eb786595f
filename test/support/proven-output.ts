import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, inject} from 'vitest';
import type {Excerpt} from '../../src/core/vocabulary/excerpt.ts';
import type {Outcome} from '../../src/core/vocabulary/outcome.ts';
import {ofType, type Journey} from './journey.ts';
import {measured, measuredBlob, type Measured} from './measured.ts';

/** The outcome of one call, as the log of the only session has it. */
export function outcomeOf(at: Journey, call: string): Outcome {
  const ended = ofType(at.events(), 'tool.finished').find(finished => finished.call === call);
  if (ended === undefined) throw new Error(`${call} has not ended`);
  return ended.outcome;
}

/**
 * Holds the receipt of a call against the bytes that are really stored, counted by hand: totals, pipes, windows, the arithmetic, the view and
 * its budget, what `audit show` prints; and `audit verify` has nothing to say. Returns the receipt and the text that the model was shown.
 */
export async function proven(at: Journey, call = '1.1'): Promise<Excerpt & {text: string}> {
  const outcome = outcomeOf(at, call);
  const receipt = 'shown' in outcome ? outcome.shown : undefined;
  if (receipt === undefined) throw new Error(`${call} has no receipt: ${JSON.stringify(outcome)}`);
  const stored = await measuredBlob(at.home, receipt.blob, [...receipt.windows, wholeView]);
  expect({sha256: receipt.stdout_sha256, ...receipt.total}).toEqual({sha256: stored.sha256, bytes: stored.bytes, lines: stored.lines});
  expect(receipt.blob).toBe(stored.sha256);
  const {stdout, stderr} = receipt.streams;
  expect(stdout.bytes + stderr.bytes).toBe(receipt.total.bytes);
  if (stderr.bytes === 0) expect(stdout).toEqual({bytes: stored.bytes, lines: stored.lines, sha256: stored.sha256});
  const text = await shownText(at, receipt);
  checkArithmetic(receipt, text);
  checkWindows(receipt, stored, text);
  const [show, verify] = await Promise.all([printed(at, ['audit', 'show', call, '--last']), at.run(['audit', 'verify', '--last'])]);
  expect(show).toMatchObject({code: 0, sha256: stored.sha256, bytes: stored.bytes});
  expect(verify.code, verify.stdout + verify.stderr).toBe(0);
  return {...receipt, text};
}

/** The view as it is stored; nothing of it is over the budget. */
async function shownText(at: Journey, {view, shown, policy}: Excerpt): Promise<string> {
  const kept = await measuredBlob(at.home, view, [wholeView]);
  expect(policy).toMatch(/^lines\/\d+$/);
  expect(shown).toEqual({bytes: kept.bytes, lines: kept.lines, tokens: Math.ceil(kept.bytes / 4)});
  expect(shown.tokens).toBeLessThanOrEqual(budget);
  return kept.parts[0]?.content.toString('utf8') ?? '';
}

/** Head, tail and salient lines and the dropped ones are all lines; the markers in the text account for every line that was dropped. */
function checkArithmetic(receipt: Excerpt, text: string): void {
  const lines = (why?: string) =>
    receipt.windows.filter(window => why === undefined || window.why === why).reduce((sum, {first, last}) => sum + last - first + 1, 0);
  expect([receipt.kept_head_lines, receipt.kept_tail_lines]).toEqual([lines('head'), lines('tail')]);
  expect(receipt.truncated_lines_count).toBe(receipt.total.lines - lines());
  expect(receipt.truncated).toBe(receipt.truncated_lines_count > 0);
  const marked = [
    ...text.matchAll(/⟨(?:… ([\d,]+) (?:similar )?lines? (?:not shown|cut)|[^⟨⟩…]*, not shown: [\d,]+ bytes in ([\d,]+) lines?)/g),
  ];
  const sum = marked.reduce((all, [, dropped, binary]) => all + Number((dropped ?? binary ?? '').replaceAll(',', '')), 0);
  expect(sum).toBe(receipt.truncated_lines_count);
}

/** Each is the whole lines that it says it is, the next begins behind it, and what is plain text of it stands in the view as it is. */
function checkWindows({windows, total}: Excerpt, stored: Measured, text: string): void {
  for (const [at, {start, end, first, last}] of windows.entries()) {
    const {content, newlinesBefore, before} = stored.parts[at]!;
    expect(start).toBeGreaterThanOrEqual(windows[at - 1]?.end ?? 0);
    expect(end).toBeGreaterThan(start);
    expect([before, newlinesBefore + 1]).toEqual([0x0a, first]);
    const newlines = content.filter(byte => byte === 0x0a).length;
    const isOpen = content.at(-1) !== 0x0a;
    expect(newlines + (isOpen ? 1 : 0)).toBe(last - first + 1);
    if (isOpen) expect([end, last]).toEqual([total.bytes, total.lines]);
    const plain = content.toString('utf8');
    if (!/[^\n\t -~\u{a0}-\u{d7ff}\u{e000}-\u{fffc}\u{10000}-\u{10ffff}]/u.test(plain)) expect(text).toContain(plain);
  }
}

/** What the program prints to stdout, of any size. */
function printed(at: Journey, args: readonly string[]): Promise<Measured & {code: number | null}> {
  return piped(process.execPath, [inject('program'), ...args], at).then(({stdout, code}) => ({...stdout, code}));
}

/** What a command prints where nobody stands in between, each pipe by itself. */
export function bare(at: Journey, command: string): Promise<{stdout: Measured; stderr: Measured; code: number | null}> {
  return piped('bash', ['-c', command], at);
}

async function piped(file: string, args: readonly string[], at: Journey) {
  const child = spawn(file, args, {cwd: at.repo, env: at.env, stdio: ['ignore', 'pipe', 'pipe']});
  const [stdout, stderr, [code]] = await Promise.all([measured(child.stdout), measured(child.stderr), once(child, 'exit')]);
  return {stdout, stderr, code: code as number | null};
}

/** No view is larger. */
const wholeView = {start: 0, end: 1 << 20};
const budget = 2_000;
