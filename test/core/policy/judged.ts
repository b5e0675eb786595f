import {shellSyntax} from '../../../src/adapters/shell-syntax/shell-syntax.ts';
import {judge} from '../../../src/core/policy/gate.ts';
import type {GateRequest} from '../../../src/core/policy/gate-request.ts';
import type {Mode, Rule} from '../../../src/core/vocabulary/verdict.ts';

const syntax = shellSyntax();

/** A call of `shell`, parsed for real. Rules are written as in the configuration: `allow shell npm test *`. */
export async function shellRequest(command: string, over: Partial<GateRequest> = {}): Promise<GateRequest> {
  const parsed = await syntax.parse(command);
  return {...BASE, tool: 'shell', risk: 'runs-command', subject: command, parsed, roots: ['/repo'], ...over};
}

export function fileRequest(tool: string, path: string, over: Partial<GateRequest> = {}): GateRequest {
  const reads = tool === 'read';
  return {...BASE, tool, subject: path, risk: reads ? 'reads' : 'writes-worktree', traits: {readOnly: reads, destructive: false}, ...over};
}

const BASE: GateRequest = {
  tool: 'shell',
  known: true,
  traits: {readOnly: false, destructive: false},
  risk: 'runs-command',
  subject: '',
  parsed: null,
  mode: 'ask',
  rules: [],
  grants: [],
  headless: false,
};

const MODES: readonly Mode[] = ['plan', 'ask', 'accept-edits', 'full'];

/** One letter a mode, in the order plan, ask, accept-edits, full: A allow, ? ask, X deny. */
export function letters(request: GateRequest): string {
  return MODES.map(mode => ({allow: 'A', ask: '?', deny: 'X'})[judge({...request, mode}).verdict.kind]).join('');
}

export function rules(...lines: readonly string[]): readonly Rule[] {
  return lines.map(line => {
    const [effect, tool, ...pattern] = line.split(' ');
    const rule = {effect: effect as Rule['effect'], tool: tool as string};
    return pattern.length === 0 ? rule : {...rule, pattern: pattern.join(' ')};
  });
}
