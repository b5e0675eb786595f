import {isAbsolute, join, relative, resolve} from 'node:path';
import {unreachable} from '../../core/log/fold.ts';
import {readersOf} from '../../core/policy/read-only-commands.ts';
import type {Place} from '../../core/vocabulary/event.ts';
import type {ParsedCommand} from '../../core/vocabulary/parsed-command.ts';
import type {Files} from '../../ports/files.ts';
import type {ShellSyntax} from '../../ports/shell-syntax.ts';
import type {Subject} from '../tool.ts';
import {leadsOutside} from './leads-outside.ts';

export type JudgedSubject = {subject: string; parsed: ParsedCommand | null; also?: readonly string[]; outside?: boolean};

type Around = {syntax: ShellSyntax; files: Files; place: Place; roots: readonly string[]};

/**
 * What rules are matched against. A path goes by two names: as it is shown, with its links resolved (`src/../x` and a link to `x` are the same
 * file), and as it was written. A command that would count as reading is looked at on the disk, where its words may be links.
 */
export async function asJudged({kind, text}: Subject, {syntax, files, place, roots}: Around): Promise<JudgedSubject> {
  switch (kind) {
    case 'command': {
      const parsed = await syntax.parse(text);
      const readers = readersOf(parsed, roots);
      return {subject: text, parsed, outside: readers.length > 0 && (await leadsOutside(readers, parsed, files))};
    }
    case 'path': {
      const resolved = await files.resolve(text);
      const also = [asWritten(text, place)];
      return {subject: 'failure' in resolved ? text : resolved.shown, parsed: null, also};
    }
    case 'name':
      return {subject: text, parsed: nothingToRun};
    default:
      return unreachable(kind);
  }
}

const nothingToRun: ParsedCommand = {commands: [], certain: true};

/** Relative to the worktree's root where it lies in it, no link resolved. */
function asWritten(path: string, {root, cwd}: Place): string {
  const absolute = resolve(join(root, cwd), path);
  const way = relative(root, absolute);
  return way === '..' || way.startsWith('../') || isAbsolute(way) ? absolute : way === '' ? '.' : way;
}
