import {sha256} from '../log/chain.ts';
import {withoutSequences} from '../text/terminal-sequences.ts';
import type {FailureSignature} from '../vocabulary/outcome.ts';
import {errorTier, type Tier} from './error-tier.ts';
import {normalLine, coarseLine} from './normal-line.ts';

/**
 * What failed, whichever command showed it. Of the lines that look most like errors each is brought into a form without what changes from
 * run to run (times, pids, addresses, temporary paths, counters, colours); the signature is of the set of them, so order and repetition
 * do not matter, nor does what else a more talkative command prints. `how` is how it ended; it and `call` count only where the text says
 * too little to stand for itself.
 */
export function failureSignature({text, how, call}: {text: string; how: string; call: string}): FailureSignature {
  const lines = plainLines(text);
  const found = mostTelling(lines);
  if (found !== null) return {id: signatureId(['error', ...distinct(found.lines)]), line: shortened(found.lines[0]!)};
  const last = lines.slice(-lastLines);
  // How far a command had come when it was ended says nothing about why.
  if (last.length === 0 || !how.startsWith('exit')) return {id: signatureId([how, call]), line: shortened(last.at(-1) ?? '')};
  return {id: signatureId([how, ...last.map(normalLine)]), line: shortened(last.at(-1)!)};
}

/** Names the rules of this folder: signatures of different rules are never equal. */
export const signatureRules = 's2';

export const signatureId = (parts: readonly string[]): string => `${signatureRules}:${sha256(JSON.stringify(parts)).slice(0, 16)}`;

const lastLines = 20;
const mostLines = 12;
const longestLine = 200;

/** Lines as a person reads them: no colours, only the last state of a line that was redrawn, no notices of the cutter, no source. */
function plainLines(text: string): readonly string[] {
  return withoutSequences(text)
    .split('\n')
    .map(line => line.replace(/\r$/, '').split(/[\r␍]/).at(-1)!.trim())
    .filter((line, index, all) => line !== '' && !line.startsWith('⟨') && !isSource(line, all[index - 1], all[index + 1]))
    .map(bounded);
}

/** A line of the program that failed, as runtimes and compilers show it: under the name of its place, or over the marks of where in it. */
function isSource(line: string, above = '', below = ''): boolean {
  return (MARKS.test(below) && !LOCATED.test(line)) || (FRAME.test(above) && !FRAME.test(line)) || /^>\s{2,}\S/.test(line);
}

const MARKS = /^[~^][~^\s]*$/;
/** Python's; its frames may follow one another without their source. */
const FRAME = /^File ".*", line \d+/;
/** A message of its own, though marks stand right below it. */
const LOCATED = /^\S+?:\d+(?::\d+)?: (?:fatal )?(?:error|warning)\b/i;

const longestKept = 600;

/** What stands further on in a line says no more of what failed, and the patterns are not made for it. */
const bounded = (line: string): string => (line.length <= longestKept ? line : line.slice(0, longestKept));

/** The lines of the best tier that any line is of, in order. */
function mostTelling(lines: readonly string[]): {tier: Tier; lines: readonly string[]} | null {
  const tiers = new Map<Tier, string[]>();
  for (const [index, line] of lines.entries()) {
    const tier = errorTier(line);
    if (tier === null) continue;
    const own = tiers.get(tier) ?? [];
    tiers.set(tier, own);
    own.push(line, ...(tier === 1 ? valuesBehind(lines, index) : []));
  }
  const best = [...tiers.keys()].toSorted((a, b) => a - b)[0];
  return best === undefined ? null : {tier: best, lines: tiers.get(best)!};
}

const valuesWithin = 12;

/** An assertion names its values in the lines below it: `+ 3`, `Received: 4`, `3 !== 4`. */
function valuesBehind(lines: readonly string[], index: number): readonly string[] {
  const below = lines.slice(index + 1, index + 1 + valuesWithin);
  const next = below.findIndex(line => errorTier(line) === 1);
  return (next < 0 ? below : below.slice(0, next)).filter(line => VALUES.test(line));
}

const VALUES = /^(?:[+-] \S|(?:expected|received|actual|got|want|left|right)\b\s*[:=]|.{1,60} (?:!==?|===?|<>) .{1,60}$)/i;

/** Where there are very many, a command shows now these of them and now those: then only their kinds count. */
function distinct(lines: readonly string[]): readonly string[] {
  const exact = [...new Set(lines.map(line => normalLine(line).replace(KIND, '')))];
  // A talkative reporter says the same a second time, with more or less around it.
  const longest = exact.length <= mostLines ? exact.filter(line => !exact.some(other => other !== line && other.includes(line))) : exact;
  const kinds = exact.length <= mostLines ? longest : new Set(exact.map(coarseLine));
  return [...kinds].toSorted().slice(0, mostLines);
}

/** The class of an exception: some reporters name it and some do not. */
const KIND = /^(?:\w+\.)*\w*(?:Error|Exception)(?:\s\[\w+\])?: (?=\S)|^Error: (?=\S)/;

const shortened = (line: string): string => (line.length <= longestLine ? line : `${line.slice(0, longestLine).toWellFormed()}…`);
