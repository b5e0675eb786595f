/** The text with typographic quotes, dashes and spaces as their ASCII look-alikes. One code unit for one, so that positions stay the same. */
export function foldLookAlikes(text: string): string {
  return text.replace(FOLDED, found => ASCII.get(found) ?? found);
}

/**
 * What the file's own characters say about a text that was written with ASCII ones: where every occurrence of a character in `written`
 * stands for the same other character in `actual`, that one. Both have the same length.
 */
export function lookAlikesUsed(written: string, actual: string): ReadonlyMap<string, string> {
  const used = new Map<string, string | null>();
  for (let index = 0; index < written.length; index++) {
    const [from, to] = [written.charAt(index), actual.charAt(index)];
    used.set(from, used.has(from) && used.get(from) !== to ? null : to);
  }
  return new Map([...used].filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== pair[0]));
}

const GROUPS: readonly [ascii: string, others: string][] = [
  ["'", '\u2018\u2019\u201a\u201b\u2032\u00b4'],
  ['"', '\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb'],
  ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212'],
  [' ', '\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'],
];
const ASCII: ReadonlyMap<string, string> = new Map(GROUPS.flatMap(([ascii, others]) => [...others].map(other => [other, ascii] as const)));
const FOLDED = new RegExp(`[${GROUPS.map(([, others]) => others).join('')}]`, 'g');
