import type {SimpleCommand} from '../vocabulary/parsed-command.ts';
import type {Rule} from '../vocabulary/verdict.ts';
import type {GateRequest} from './gate-request.ts';
import {gitIn} from './git-verbs.ts';
import {compilePattern, couldMatch, matches, UNKNOWN, type Pattern} from './pattern.ts';
import {clean, everySuffix} from './paths.ts';
import {readsInside} from './read-only-commands.ts';
import {sharedGit} from './risk.ts';
import {canonical, spellings} from './shell-words.ts';

/** The first rule with this effect that matches the call, generously: what denies or asks is not got round by spelling. Throws `BadPattern`. */
export function matching(rules: readonly Rule[], effect: 'deny' | 'ask', request: GateRequest): Rule | null {
  return rules.find(rule => rule.effect === effect && concerns(rule, request) && forbids(rule, request)) ?? null;
}

/**
 * The allowing rules that let the whole call through, strictly: a command line must be certain, redirect into no file, and have every simple
 * command either matched by a rule or provably read-only. Null where anything is left over. Throws `BadPattern`.
 */
export function covering(rules: readonly Rule[], request: GateRequest): readonly Rule[] | null {
  const allowing = rules.filter(rule => rule.effect === 'allow' && concerns(rule, request));
  const {parsed, subject} = request;
  const whole = allowing.find(rule =>
    parsed === null ? [subject, ...(request.also ?? [])].every(path => allowsPath(rule, path)) : allowsWhole(rule, request),
  );
  if (whole !== undefined) return [whole];
  if (parsed === null || !parsed.certain || sharedGit(request).some(cause => cause.kind !== 'verb')) return null;
  const used = new Set<Rule>();
  for (const command of parsed.commands) {
    const rule = allowing.find(each => allowsCommand(each, command));
    if (rule !== undefined) used.add(rule);
    else if (request.outside === true || !readsInside(command, parsed, request.roots ?? [])) return null;
  }
  return used.size === 0 ? null : [...used];
}

/** Whether the rules keep the content of a file from the model, so that a search leaves it out: they deny `read` or `grep` of its path. */
export function keptFromSearch(rules: readonly Rule[], path: string): boolean {
  return rules.some(
    ({effect, tool, pattern}) => effect === 'deny' && SEARCHES.has(tool) && pattern !== undefined && forbidsPath(pattern, path),
  );
}

const SEARCHES = new Set(['read', 'grep', '*']);

/** A denying rule that would match if what is not known yet turned out that way. */
export function possiblyDenied(rules: readonly Rule[], request: GateRequest): Rule | null {
  const {parsed} = request;
  if (parsed === null) return null;
  return (
    rules.find(rule => {
      if (rule.effect !== 'deny' || rule.pattern === undefined || !concerns(rule, request)) return false;
      const pattern = compilePattern(rule.pattern);
      return parsed.commands.some(command => texts(command).some(text => text.includes(UNKNOWN) && couldMatch(pattern, text)));
    }) ?? null
  );
}

/** A rule as a person writes it: `allow shell 'npm test *'`. */
export function named(rule: Rule): string {
  return `${rule.effect} ${rule.tool}${rule.pattern === undefined ? '' : ` '${rule.pattern}'`}`;
}

function concerns(rule: Rule, request: GateRequest): boolean {
  return rule.tool === '*' || rule.tool === request.tool;
}

/** Generous: any part of a command line, in any spelling; a path in any case and from any folder above. */
function forbids(rule: Rule, request: GateRequest): boolean {
  if (rule.pattern === undefined) return true;
  const pattern = compilePattern(rule.pattern);
  if (matches(pattern, request.subject) || matches(pattern, request.subject.trim())) return true;
  if (request.parsed !== null) return request.parsed.commands.some(command => texts(command).some(text => matches(pattern, text)));
  return [request.subject, ...(request.also ?? [])].some(path => forbidsPath(rule.pattern as string, path));
}

function forbidsPath(written: string, subject: string): boolean {
  const [pattern, folded] = [compilePattern(written), compilePattern(written.toLowerCase())];
  return everySuffix(clean(subject)).some(path => matches(pattern, path) || matches(folded, path.toLowerCase()));
}

function texts(command: SimpleCommand): readonly string[] {
  return spellings(command, gitIn(command)?.words ?? null);
}

function allowsPath(rule: Rule, subject: string): boolean {
  return rule.pattern === undefined || matches(compilePattern(rule.pattern), clean(subject));
}

/** A rule for every command (git's shared verbs are never meant by it), or one that spells out this very command line. */
function allowsWhole(rule: Rule, request: GateRequest): boolean {
  const {parsed, subject} = request;
  if (parsed === null || !parsed.certain || parsed.commands.length === 0) return false;
  if (rule.pattern === undefined) return sharedGit(request).length === 0;
  const pattern = compilePattern(rule.pattern);
  return !pattern.open && matches(pattern, subject.trim());
}

function allowsCommand(rule: Rule, command: SimpleCommand): boolean {
  if (rule.pattern === undefined || command.words.length === 0 || command.sets.length > 0) return false;
  const pattern = compilePattern(rule.pattern);
  return matches(pattern, canonical(command)) && namesSharedVerb(command, pattern) && writesNoFile(command);
}

function writesNoFile(command: SimpleCommand): boolean {
  return command.writes.every(target => target === '/dev/null');
}

/** A git verb that writes shared state is allowed only by a rule that spells it out before its first `*`. */
function namesSharedVerb(command: SimpleCommand, pattern: Pattern): boolean {
  const git = gitIn(command);
  if (git === null || git.effect !== 'shared') return true;
  if (git.verb === null) return false;
  const start = `git ${git.verb}`;
  return pattern.literal === start || pattern.literal.startsWith(`${start} `);
}
