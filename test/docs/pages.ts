import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Every page that a reader of the repository meets. */
export const pages: readonly {file: string; text: string}[] = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], {cwd: root})
  .toSorted()
  .map(file => ({file, text: read(file)}));

/** The rows of all tables of a page, as trimmed cells, without heads and rules. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const isRule = (line: string | undefined) => line !== undefined && /^\|( ?-+ ?\|)+$/.test(line);
  return lines
    .filter((line, at) => line.startsWith('| ') && !isRule(line) && !isRule(lines[at + 1]))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim()),
    );
}

export const codeIn = (text: string): readonly string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(match => match[1]!);

/** The lines of every fenced block of one language. */
export const fenced = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].flatMap(match => match[1]!.trimEnd().split('\n'));
