import type {Rule, Verdict} from '../vocabulary/verdict.ts';
import type {GateRequest} from './gate-request.ts';
import {named} from './rules.ts';

/** What a mode says where no rule decided. `plan` is final: no rule opens it, and an asking rule still asks. */
export function byMode(request: GateRequest, readOnly: boolean, asking: Rule | null, ask: (rule: string) => Verdict): Verdict {
  const {mode, risk, parsed, traits} = request;
  const allow: Verdict = {kind: 'allow', rule: readOnly || harmless(request) ? 'it only reads' : `mode ${mode}`};
  switch (mode) {
    case 'plan':
      if (asking !== null && (readOnly || harmless(request))) return ask(named(asking));
      if (readOnly || harmless(request)) return allow;
      if (parsed === null && traits.readOnly && risk === 'network') return ask('mode plan: it reads from the network');
      return {kind: 'deny', reason: planReason(request), needs_approval: false};
    case 'ask':
      return readOnly || harmless(request) ? allow : ask('mode ask');
    case 'accept-edits':
      if (readOnly || harmless(request)) return allow;
      return parsed === null && risk === 'writes-worktree' && !traits.destructive ? allow : ask('mode accept-edits');
    case 'full':
      return allow;
    default:
      return unreachable(mode);
  }
}

/** A tool of our own that touches nothing but the session, like the to-do list. */
function harmless({parsed, risk, traits}: GateRequest): boolean {
  return parsed === null && risk === 'reads' && !traits.destructive;
}

function planReason({parsed}: GateRequest): string {
  const what =
    parsed === null
      ? 'This tool changes something'
      : `This command is not provably read-only${parsed.why === undefined ? '' : ` (${parsed.why})`}`;
  return `${what}, and the session is in plan mode, which only reads. Look at what you need with read-only tools, then propose a plan; the user changes the mode when it is good.`;
}

function unreachable(mode: never): never {
  throw new Error(`unknown mode: ${String(mode)}`);
}
