import {findPlaceholder} from '../../core/redaction/placeholder.ts';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Tool} from '../tool.ts';

/**
 * What changes something takes no placeholder: written to a file it would destroy the secret that it stands for, and in a command it is not
 * the secret but other text. Null where there is none, or where the tool only reads.
 */
export function placeholderRefused({name, readOnly}: Pick<Tool, 'name' | 'readOnly'>, input: unknown): Failure | null {
  const found = readOnly ? null : placeholderIn(input);
  if (found === null) return null;
  return {
    code: 'placeholder',
    message: `The arguments of ${name} hold ${found}. It stands for a secret that you were not shown: ${why[name] ?? 'the real text is another one'}. Nothing was done.`,
    retryable: false,
    hint: hints[name] ?? 'Call it again without the placeholder.',
  };
}

const why: Readonly<Record<string, string>> = {
  write: 'written to the file, it would destroy the secret',
  edit: 'as old it matches nothing in the file, and as new it would destroy the secret',
  apply_patch: 'as a line of the file it matches nothing, and as a new one it would destroy the secret',
  shell: 'the command would run with the placeholder in its place',
};

const hints: Readonly<Record<string, string>> = {
  write: 'Change only the other lines, with edit; the line of the secret stays as it is.',
  edit: 'Choose old and new without the part that is masked: the lines around it, or the part of the line before or after it.',
  apply_patch: 'Leave the masked line out of the chunk, also as a context line.',
  shell: 'Let the command take the secret from where it is: its environment variable ("$NAME") or its file.',
};

function placeholderIn(value: unknown): string | null {
  if (typeof value === 'string') return findPlaceholder(value);
  if (typeof value !== 'object' || value === null) return null;
  for (const inner of Object.values(value)) {
    const found = placeholderIn(inner);
    if (found !== null) return found;
  }
  return null;
}
