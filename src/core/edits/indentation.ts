/** How the indentation of a written text becomes the file's. `shift` gives null for an indentation that it cannot place. */
export type Shift = {words: string; shift: (indent: string) => string | null};

/** The one change of indentation that turns every written line into the file's line, where there is one. The lines are equal but for it. */
export function uniformShift(written: readonly string[], actual: readonly string[]): Shift | null {
  const pairs = written.flatMap((line, index): Pair[] => {
    const other = actual[index] ?? '';
    return line.trim() === '' ? [] : [{from: indentOf(line), to: indentOf(other)}];
  });
  const [first] = pairs;
  if (first === undefined) return null;
  return candidates(first, pairs).find(({shift}) => pairs.every(({from, to}) => shift(from) === to)) ?? null;
}

/** Every line of a text with its indentation shifted; blank lines stay. Null where a line cannot be placed. */
export function shiftLines(lines: readonly string[], {shift}: Shift): string[] | null {
  const shifted = lines.map(line => {
    if (line.trim() === '') return line;
    const indent = indentOf(line);
    const to = shift(indent);
    return to === null ? null : to + line.slice(indent.length);
  });
  return shifted.every(line => line !== null) ? shifted : null;
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

type Pair = {from: string; to: string};

function candidates({from, to}: Pair, pairs: readonly Pair[]): Shift[] {
  const found: Shift[] = [];
  if (to.endsWith(from)) found.push(added(to.slice(0, to.length - from.length)));
  if (from.endsWith(to)) found.push(removed(from.slice(0, from.length - to.length)));
  if (pairs.every(pair => isSpaces(pair.from) && pair.to.includes('\t') === pair.to.length > 0))
    found.push(...widths(pairs).map(width => toTabs(width, from, to)));
  if (pairs.every(pair => isSpaces(pair.to) && !pair.from.includes(' ')))
    found.push(...widths(pairs).map(width => toSpaces(width, from, to)));
  return found;
}

function added(prefix: string): Shift {
  return {words: prefix === '' ? 'none' : `${named(prefix)} added`, shift: indent => prefix + indent};
}

function removed(prefix: string): Shift {
  return {words: `${named(prefix)} taken off`, shift: indent => (indent.startsWith(prefix) ? indent.slice(prefix.length) : null)};
}

function toTabs(width: number, from: string, to: string): Shift {
  const deeper = tabsOf(to) - Math.floor(from.length / width);
  const shift = (indent: string): string | null => {
    const level = Math.floor(indent.length / width) + deeper;
    return isSpaces(indent) && level >= 0 ? '\t'.repeat(level) + ' '.repeat(indent.length % width) : null;
  };
  return {words: `${width} spaces to a tab`, shift};
}

function toSpaces(width: number, from: string, to: string): Shift {
  const deeper = Math.floor(to.length / width) - tabsOf(from);
  const shift = (indent: string): string | null => {
    const level = tabsOf(indent) + deeper;
    return !indent.includes(' ') && level >= 0 ? ' '.repeat(level * width + (to.length % width)) : null;
  };
  return {words: `a tab to ${width} spaces`, shift};
}

/** Widths at which no level is added come first: one line alone fits many. */
function widths(pairs: readonly Pair[]): number[] {
  const exact = pairs.flatMap(({from, to}) => {
    const [spaces, tabs] = isSpaces(from) ? [from.length, tabsOf(to)] : [to.length, tabsOf(from)];
    return tabs > 0 && spaces % tabs === 0 ? [spaces / tabs] : [];
  });
  return [...new Set([...exact.filter(width => width <= 8), 4, 2, 8, 3])];
}

function isSpaces(indent: string): boolean {
  return !indent.includes('\t');
}

function tabsOf(indent: string): number {
  return indent.length - indent.replaceAll('\t', '').length;
}

function named(prefix: string): string {
  const tabs = tabsOf(prefix);
  const spaces = prefix.length - tabs;
  const words = [
    ...(tabs > 0 ? [`${tabs} tab${tabs === 1 ? '' : 's'}`] : []),
    ...(spaces > 0 ? [`${spaces} space${spaces === 1 ? '' : 's'}`] : []),
  ];
  return words.join(' and ');
}
