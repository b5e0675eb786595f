import type {ParsedCommand} from '../../core/vocabulary/parsed-command.ts';
import type {ShellSyntax} from '../../ports/shell-syntax.ts';
import {plainLine} from './plain-line.ts';
import type {Line} from './line.ts';
import {unwrapped} from './unwrap.ts';

/** Commands of plain words are read by a small reader; the bash grammar (17 MB of memory, 20 ms) is loaded for the first that is more. */
export function shellSyntax(): ShellSyntax {
  return {parse};
}

async function parse(command: string): Promise<ParsedCommand> {
  const {commands, why} = await unwrapped(await lineOf(command), lineOf, 0);
  return why === null ? {commands, certain: true} : {commands, certain: false, why};
}

async function lineOf(text: string): Promise<Line> {
  if (text.length > LONGEST) return uncertain(`the command is longer than ${LONGEST} characters`);
  // Some shells end a line or a word at these and others do not.
  if (UNCLEAR.test(text)) return uncertain('it holds control characters');
  return plainLine(text) ?? (await parsedLine(text));
}

async function parsedLine(text: string): Promise<Line> {
  try {
    const {bashTree} = await import('./bash-tree.ts');
    const {walk} = await import('./walk.ts');
    return await bashTree(text, walk);
  } catch (error) {
    return uncertain(`the shell grammar could not read it: ${String(error)}`);
  }
}

const LONGEST = 65_536;
// oxlint-disable-next-line no-control-regex
const UNCLEAR = /[\0-\u0008\u000B-\u001F\u007F]/u;

function uncertain(why: string): Line {
  return {commands: [], why};
}
