import type {Line, WrittenCommand} from './line.ts';

/**
 * Reads command lines of plain and simply quoted words, `;`, `&&`, `||`, `|`, newlines and redirections to nowhere. Null for everything else,
 * which the grammar reads: on what this accepts, both say the same.
 */
export function plainLine(text: string): Line | null {
  const commands: WrittenCommand[] = [];
  let current = empty();
  let owed = false;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (found === null) return null;
    const {word, redirect, separator} = found.groups as {word?: string; redirect?: string; separator?: string};
    if (word !== undefined) addWord(current, word);
    else if (redirect !== undefined) {
      if (current.words.length === 0) return null;
      if (!redirect.endsWith('&1') && !redirect.endsWith('&2')) current.writes.push('/dev/null');
    } else if (separator !== undefined) {
      if (separator === '\n' && current.words.length === 0 && !owed) continue;
      if (current.words.length === 0) return null;
      commands.push(current);
      current = empty();
      owed = /[&|]/u.test(separator);
    }
  }
  if (current.words.length > 0) commands.push(current);
  else if (owed) return null;
  return commands.length > 0 && commands.every(isPlain) ? {commands, why: null} : null;
}

const CHUNK = String.raw`(?:[\w@%+=:,./-]|'[^'\n]*'|"[^"\n$\x60\\!]*")`;
const TOKEN = new RegExp(
  String.raw`[ \t]*(?:(?<redirect>(?<![^ \t])(?:2>&1|1>&2|>&2|[12]?>>?[ \t]*/dev/null)(?![^ \t\n;|&]))|(?<word>${CHUNK}+)(?![^ \t\n;|&])|(?<separator>&&|\|\||\|(?!&)|;(?!;)|\n)|$)`,
  'uy',
);

function empty(): WrittenCommand {
  return {words: [], texts: [], sets: [], writes: [], reads: [], stdin: null};
}

function addWord(command: WrittenCommand, text: string): void {
  command.words.push(text.replaceAll(/'([^']*)'|"([^"]*)"/gu, (_, single?: string, double?: string) => single ?? double ?? ''));
  command.texts.push(text);
}

/** Words that begin a construct, an assignment or an evaluation are the grammar's business. */
function isPlain({texts}: WrittenCommand): boolean {
  const name = texts[0] ?? '';
  return NAME.test(name) && !RESERVED.test(name);
}

const NAME = /^[A-Za-z_./][\w./+-]*$/u;
const RESERVED =
  /^(if|then|else|elif|fi|do|done|case|esac|while|until|for|select|function|in|time|coproc|let|test|declare|typeset|local|export|readonly|unset|unsetenv|printf|read|mapfile|readarray)$/u;
