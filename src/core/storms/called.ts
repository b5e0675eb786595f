import {inKeyOrder} from '../log/key-order.ts';
import {compilePattern, matches, BadPattern} from '../policy/pattern.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {StormExemption} from '../vocabulary/storm.ts';

/** A call as storms see it. `key` is equal for equal calls, in whichever order a model writes the arguments. */
export type Called = {
  key: string;
  /** For the model and for people, shortened. */
  title: string;
  exempt: boolean;
  /** Waiting for a background command is what its calls are for: that nothing is new is no repetition. */
  waits: boolean;
};

export function calledAs(call: ToolCall, exempt: readonly StormExemption[]): Called {
  const {tool, input} = call;
  return {
    key: JSON.stringify([tool, call.malformed ?? inKeyOrder(input)]),
    title: titleOf(call),
    exempt: exempt.some(one => fits(one, call)),
    waits: tool === 'shell' && fieldOf(input, 'read') !== null,
  };
}

const longestTitle = 160;

function titleOf({tool, input, malformed}: ToolCall): string {
  const command = tool === 'shell' ? fieldOf(input, 'command') : null;
  const text = (command ?? `${tool} ${malformed ?? JSON.stringify(input)}`).replaceAll(/\s*\n\s*/g, ' ⏎ ').trim();
  return text.length <= longestTitle ? text : `${text.slice(0, longestTitle).toWellFormed()}…`;
}

/** A pattern that cannot be read exempts nothing. */
function fits({tool, pattern}: StormExemption, call: ToolCall): boolean {
  if (tool !== '*' && tool !== call.tool) return false;
  if (pattern === undefined) return true;
  try {
    const compiled = compilePattern(pattern);
    return subjectsOf(call).some(subject => matches(compiled, subject));
  } catch (error) {
    if (error instanceof BadPattern) return false;
    throw error;
  }
}

/** A command line as a whole, and each of its parts between the signs that join commands. */
function subjectsOf({input}: ToolCall): readonly string[] {
  const command = fieldOf(input, 'command');
  if (command !== null) return [command.trim(), ...command.split(/\n|;|&&?|\|\|?/).map(part => part.replace(LEAD, '').trim())];
  return ['path', 'pattern', 'output'].map(name => fieldOf(input, name)).filter(text => text !== null);
}

const LEAD = /^\s*(?:(?:do|then|else|until|while|if|!|\()\s+)*/;

function fieldOf(input: unknown, name: string): string | null {
  if (typeof input !== 'object' || input === null || !(name in input)) return null;
  const value = (input as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
