import {shown} from './layer.ts';
import {lineEnd, samePath, statementsOf, type Statement} from './toml-lines.ts';

/** The text with a key set to a TOML value, or taken out; every other byte stays, comments and order with them. */
export function edited(text: string, path: readonly string[], value: string | null): string {
  const statements = statementsOf(text);
  const there = statements.find(statement => statement.kind === 'value' && samePath(statement.path, path));
  if (value === null) return there === undefined ? text : text.slice(0, there.start) + text.slice(lineEnd(text, there.valueEnd) + 1);
  if (there !== undefined) return text.slice(0, there.valueStart) + value + text.slice(there.valueEnd);
  return added(text, statements, path, value);
}

/** At the end of the key's table where the text has it, else in a new one; a key of no table before the first. */
function added(text: string, statements: readonly Statement[], path: readonly string[], value: string): string {
  const parent = path.slice(0, -1);
  const line = `${shown(path.slice(-1))} = ${value}\n`;
  const header = statements.findIndex(statement => statement.kind === 'table' && samePath(statement.path, parent));
  if (parent.length === 0) return insert(text, endOfSection(text, statements, -1), line);
  if (header >= 0) return insert(text, endOfSection(text, statements, header), line);
  const gap = text === '' || text.endsWith('\n\n') ? '' : '\n';
  return `${ended(text)}${gap}[${shown(parent)}]\n${line}`;
}

/** After the last statement that follows the header before the next one. */
function endOfSection(text: string, statements: readonly Statement[], header: number): number {
  const next = statements.findIndex((statement, at) => at > header && statement.kind === 'table');
  const last = statements[(next < 0 ? statements.length : next) - 1];
  return last === undefined || (header < 0 && next === 0) ? firstPlace(text, statements) : lineEnd(text, last.valueEnd) + 1;
}

/** No key stands before the first table: after the comments at the top that a blank line ends, else at the very beginning. */
function firstPlace(text: string, statements: readonly Statement[]): number {
  if (statements.length === 0) return text.length;
  const comments = /^(?:#[^\n]*\n)+\n/u.exec(text);
  return comments === null ? 0 : comments[0].length;
}

function insert(text: string, at: number, line: string): string {
  const before = ended(text.slice(0, at));
  const after = text.slice(at);
  return before + line + (at === 0 && after !== '' ? '\n' : '') + after;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
