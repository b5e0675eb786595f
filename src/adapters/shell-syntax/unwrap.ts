import type {SimpleCommand} from '../../core/vocabulary/parsed-command.ts';
import type {Line, WrittenCommand} from './line.ts';
import {evaluatesText} from './evaluated.ts';
import {opened, type Opened} from './wrappers.ts';

/** Opens what runs other commands: `timeout 5 x` becomes `x`, and `bash -c '…'` the commands of its text, up to a depth. */
export async function unwrapped(line: Line, read: (text: string) => Promise<Line>, depth: number): Promise<Unwrapped> {
  const commands: SimpleCommand[] = [];
  let why = line.why;
  for (const written of line.commands) {
    const inner = depth >= DEEPEST ? {...KEPT, why: 'it is nested too deeply'} : opened(written);
    why ??= inner.why;
    why ??= evaluatesText(written.words);
    if (inner.keep) commands.push(simple(written));
    for (const found of await insides(inner, written, read, depth)) {
      commands.push(...found.commands);
      why ??= found.why;
    }
  }
  return {commands, why};
}

type Unwrapped = {commands: readonly SimpleCommand[]; why: string | null};

async function insides(
  inner: Opened,
  outer: WrittenCommand,
  read: (text: string) => Promise<Line>,
  depth: number,
): Promise<readonly Unwrapped[]> {
  const found: Unwrapped[] = [];
  for (const command of inner.commands) found.push(await unwrapped({commands: [command], why: null}, read, depth + 1));
  for (const text of inner.texts) found.push(await unwrapped(await read(text), read, depth + 1));
  return found.map(({commands, why}) => ({commands: commands.map(command => inherit(command, outer)), why}));
}

/** What is assigned or redirected around a nested command counts for each command in it. */
function inherit(command: SimpleCommand, outer: WrittenCommand): SimpleCommand {
  return {
    ...command,
    sets: [...new Set([...outer.sets, ...command.sets])],
    writes: [...new Set([...outer.writes, ...command.writes])],
    reads: [...new Set([...outer.reads, ...(command.reads ?? [])])],
  };
}

const DEEPEST = 6;
const KEPT: Opened = {keep: true, commands: [], texts: [], why: null};

function simple({words, texts, sets, writes, reads}: WrittenCommand): SimpleCommand {
  return {words, texts, sets, writes, reads};
}
