import type {GateRequest} from './gate-request.ts';
import type {Rule, Verdict} from '../vocabulary/verdict.ts';
import {suggestGrant} from './grant.ts';
import {byMode} from './modes.ts';
import {BadPattern} from './pattern.ts';
import {provablyReadOnly} from './read-only-commands.ts';
import {riskOf, sharedGit} from './risk.ts';
import {covering, matching, named, possiblyDenied} from './rules.ts';
import {visible} from '../text/visible.ts';

/** Whether a call may run. Fails closed: an unknown tool, a rule that cannot be read, or anything unforeseen is `deny`. */
export function judge(request: GateRequest): Judged {
  try {
    const whole = asCommand(request);
    const read_only = readsOnly(whole);
    const verdict = judgeKnown(whole, read_only);
    return {verdict: readable(verdict.kind === 'ask' ? asked(verdict, whole) : verdict), read_only};
  } catch (error) {
    const why =
      error instanceof BadPattern ? `a permission rule cannot be read: ${error.message}` : `judging the call failed: ${String(error)}`;
    return {verdict: readable(deny(`Refused: ${why}.`)), read_only: false};
  }
}

export type Judged = {verdict: Verdict; read_only: boolean};

/** A call of `shell` that was not parsed is not certain; one that is certain to run nothing (it reads a background command) is no command. */
function asCommand(request: GateRequest): GateRequest {
  const {parsed, tool, risk, traits} = request;
  if (parsed === null) return tool === 'shell' ? {...request, parsed: {commands: [], certain: false, why: 'it was not parsed'}} : request;
  if (!parsed.certain || parsed.commands.length > 0) return request;
  return {...request, parsed: null, traits: {...traits, destructive: traits.destructive && risk !== 'reads'}};
}

function readsOnly({parsed, traits, risk, roots, outside}: GateRequest): boolean {
  return parsed === null
    ? traits.readOnly && !traits.destructive && risk === 'reads'
    : outside !== true && provablyReadOnly(parsed, roots ?? []);
}

/** Strictest first: what is denied, what always asks, what the user granted, what asks, what is allowed, and then the mode. */
function judgeKnown(request: GateRequest, readOnly: boolean): Verdict {
  const {rules, grants, mode} = request;
  if (!request.known) return deny(`There is no tool named ${JSON.stringify(request.tool)}. Use one of the tools that were listed.`);
  const denied = matching([...rules, ...grants], 'deny', request);
  if (denied !== null) return deny(`Refused by the user's rule: ${named(denied)}. Do not try to get round it; say what you needed it for.`);
  const ask = (rule: string): Verdict => ({kind: 'ask', rule, risk: riskOf(request, readOnly)});
  if (mode === 'plan') return byMode(request, readOnly, matching(rules, 'ask', request), ask);
  const granted = covering(grants, request);
  if (granted !== null) return {kind: 'allow', rule: `granted: ${granted.map(named).join(', ')}`};
  const asked = matching(rules, 'ask', request);
  if (asked !== null) return ask(named(asked));
  const allowed = covering([...rules, ...grants], request);
  if (allowed !== null) return {kind: 'allow', rule: allowed.map(named).join(', ')};
  const [shared] = sharedGit(request);
  if (shared !== undefined) return ask(shared.why);
  const possible = possiblyDenied(rules, request);
  if (possible !== null) return ask(`it may turn out to be what a rule denies: ${named(possible)}`);
  return byMode(request, readOnly, null, ask);
}

type Ask = Extract<Verdict, {kind: 'ask'}>;

function asked(verdict: Ask, request: GateRequest): Verdict {
  const grant = suggestGrant(request);
  if (request.headless) return nobodyToAsk(verdict, grant, request);
  return grant === null ? verdict : {...verdict, grant};
}

function nobodyToAsk(verdict: Ask, rule: Rule | null, request: GateRequest): Verdict {
  const ways = [
    ...(verdict.risk === 'writes-worktree' ? ['--mode accept-edits'] : []),
    ...(modeWouldAllow(request) ? ['--mode full'] : []),
    ...(rule === null
      ? []
      : [
          `the rule allow = [${JSON.stringify(`${rule.tool}${rule.pattern === undefined ? '' : ` ${rule.pattern}`}`)}] under [rules] in the configuration`,
        ]),
  ];
  const how = ways.length === 0 ? 'Only an interactive session can allow it.' : `The user can allow it with ${ways.join(' or ')}.`;
  const reason = `This needs the user's approval (${verdict.rule}), and nobody can be asked in this run. Do not try it again; go on without it, or say what is left to do. ${how}`;
  return {kind: 'deny', reason, needs_approval: true};
}

function modeWouldAllow(request: GateRequest): boolean {
  return request.mode !== 'full' && judge({...request, mode: 'full', headless: false}).verdict.kind === 'allow';
}

/** Words of the call stand in the reasons, and are shown in a terminal. The grant is what rules are made of: it stays as it is. */
function readable(verdict: Verdict): Verdict {
  return verdict.kind === 'deny' ? {...verdict, reason: visible(verdict.reason)} : {...verdict, rule: visible(verdict.rule)};
}

function deny(reason: string): Verdict {
  return {kind: 'deny', reason, needs_approval: false};
}
