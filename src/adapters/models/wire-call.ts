import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import {wellFormed} from './well-formed.ts';

/** A call's id on every wire. Ours and not the provider's, since local servers reuse or omit theirs; of letters that every provider takes. */
export function wireId(call: CallId): string {
  return `call_${call.replaceAll(/[^a-zA-Z0-9_-]/g, '_')}`;
}

/** Models now and then call a tool by a name that the provider would refuse to read back. */
export function wireName(tool: string): string {
  return tool.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

/** The arguments as strict providers want them: always a JSON object, even where the model's own were not. */
export function wireInput(call: ToolCall): object {
  const {input, malformed} = call;
  if (malformed !== undefined) return wellFormed({malformed_arguments: malformed});
  if (isObject(input)) return wellFormed(input);
  return wellFormed({malformed_arguments: JSON.stringify(input) ?? ''});
}

/** What the model wrote as arguments. Nothing at all is an empty object: tools without parameters are called so. */
export function parseInput(raw: string): {input: unknown; malformed?: string} {
  if (raw.trim() === '') return {input: {}};
  const input = parsed(raw);
  return isObject(input) ? {input} : {input: null, malformed: raw};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
