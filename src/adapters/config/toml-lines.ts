/**
 * Where the keys of a TOML text stand, found without understanding their values: tables, dotted and quoted keys, values over several lines.
 * The text is one that the TOML parser accepted, or is about to refuse.
 */
export function statementsOf(text: string): readonly Statement[] {
  const found: Statement[] = [];
  let table: readonly string[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = lineAt(text, at);
    const header = /^[ \t]*\[\[?([^\]]*)\]\]?/u.exec(rest);
    if (/^[ \t]*(#|\r?$)/u.test(rest)) at += rest.length + 1;
    else if (header !== null) {
      table = keyParts(header[1] as string);
      found.push({kind: 'table', path: table, start: at, valueStart: at, valueEnd: at + rest.length, line: lineNumber(text, at)});
      at += rest.length + 1;
    } else {
      const statement = keyValue(text, at, table);
      if (statement !== null) found.push(statement);
      at = lineEnd(text, statement?.valueEnd ?? at) + 1;
    }
  }
  return found;
}

/** `start` is where its line begins, `valueStart` to `valueEnd` the value (for a table: the header). `line` from 1. */
export type Statement = {
  kind: 'table' | 'value';
  path: readonly string[];
  start: number;
  valueStart: number;
  valueEnd: number;
  line: number;
};

/** The line of a key, or of the nearest thing around it that has one. */
export function lineOf(statements: readonly Statement[], path: readonly string[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const found = statements.find(statement => samePath(statement.path, path.slice(0, length)));
    if (found !== undefined) return found.line;
  }
  return statements.find(({path: longer}) => samePath(longer.slice(0, path.length), path))?.line ?? null;
}

export function samePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A dotted key in its parts, quotes removed: `prices."a/b".input`. */
export function keyParts(key: string): readonly string[] {
  return [...key.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/gu)].map(([, basic, literal, bare]) => basic ?? literal ?? bare ?? '');
}

function lineAt(text: string, at: number): string {
  return text.slice(at, lineEnd(text, at));
}

function lineNumber(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function keyValue(text: string, at: number, table: readonly string[]): Statement | null {
  const key = /^[ \t]*((?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+|[ \t]*\.[ \t]*)+)[ \t]*=[ \t]*/u.exec(lineAt(text, at));
  if (key === null) return null;
  const valueStart = at + key[0].length;
  return {
    kind: 'value',
    path: [...table, ...keyParts(key[1] as string)],
    start: at,
    valueStart,
    valueEnd: endOfValue(text, valueStart),
    line: lineNumber(text, at),
  };
}

/** Strings, comments inside lists, and brackets are skipped over; a value ends with its line once no bracket is open. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let end = start;
  const token = /"""(?:[^\\]|\\[^])*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[{]|[\]}]|\n|[ \t\r]+|[^\s"'#[\]{}]+|[^]/gu;
  token.lastIndex = start;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const part = found[0];
    if (part === '\n' || part.startsWith('#')) {
      if (depth === 0) return end;
      continue;
    }
    if (part === '[' || part === '{') depth++;
    if (part === ']' || part === '}') depth--;
    if (/\S/u.test(part)) end = token.lastIndex;
  }
  return end;
}
