/** A text as a fenced block of Markdown. No line of the text can end it: the fence is longer than any run of backticks in it. */
export function fence(text: string, language = ''): string {
  const longest = longestOf(text.matchAll(/`{3,}/g), 2);
  const line = '`'.repeat(longest + 1);
  return `${line}${language}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${line}\n`;
}

/** A text as a span of code in a line. */
export function codeSpan(text: string): string {
  const longest = longestOf(text.matchAll(/`+/g), 0);
  const mark = '`'.repeat(longest + 1);
  return /^[`\s]|[`\s]$/.test(text) ? `${mark} ${text} ${mark}` : `${mark}${text}${mark}`;
}

/** Not `Math.max` of all: there may be more than a function takes. */
function longestOf(runs: Iterable<RegExpExecArray>, least: number): number {
  let longest = least;
  for (const [run] of runs) longest = Math.max(longest, run.length);
  return longest;
}

/** A text in which nothing is Markdown, on one line. */
export const plainSpan = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`);
