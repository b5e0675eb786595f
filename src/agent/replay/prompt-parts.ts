import type {Block} from '../../core/vocabulary/block.ts';
import type {Message, Prompt, ToolResult} from '../../core/vocabulary/prompt.ts';

/** A piece of a prompt, with every word that its hash is over. `message` is its number from 1. */
export type Part = {name: string; message: number | null; lines: readonly string[]};

/** A prompt as a person reads it: two prompts that differ in a byte differ in a line. */
export function promptParts({step, system, tools, messages, max_output}: Prompt): readonly Part[] {
  return [
    {name: 'request', message: null, lines: [`step ${step}, at most ${max_output} tokens of reply`]},
    {name: 'system text', message: null, lines: linesOf(system)},
    {name: 'tools', message: null, lines: tools.map(tool => JSON.stringify(tool))},
    ...messages.map((message, index) => ({
      name: `message ${index + 1} (${message.role})`,
      message: index + 1,
      lines: messageLines(message),
    })),
  ];
}

/** The first part in which two prompts differ, by its place in the longer one; null where they do not. */
export function firstDifferent(before: readonly Part[], after: readonly Part[]): Part | null {
  const at = before.findIndex((part, index) => JSON.stringify(part) !== JSON.stringify(after[index]));
  return at === -1 ? (after[before.length] ?? null) : (before[at] ?? null);
}

/** All parts in one text, each under its name. */
export const promptLines = (parts: readonly Part[]): readonly string[] => parts.flatMap(({name, lines}) => [`── ${name}`, ...lines]);

function messageLines(message: Message): readonly string[] {
  switch (message.role) {
    case 'user':
      return linesOf(message.text);
    case 'assistant':
      return message.content.flatMap(blockLines);
    case 'results':
      return message.results.flatMap(resultLines);
  }
}

function blockLines(block: Block): readonly string[] {
  return block.type === 'text' && Object.keys(block).length === 2 ? ['text:', ...linesOf(block.text)] : [JSON.stringify(block)];
}

const resultLines = ({call, text, failed}: ToolResult): readonly string[] => [
  `result of ${call}${failed ? ' (failed)' : ''}:`,
  ...linesOf(text),
];

const linesOf = (text: string): readonly string[] => text.split('\n');
