/** A text as a fenced block of Markdown. No line of the text can end it: the fence is longer than any run of backticks in it. */
export function fence(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const line = '`'.repeat(longest + 1);
  return `${line}${language}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${line}\n`;
}

/** A text as a span of code in a line. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return /^[`\s]|[`\s]$/.test(text) ? `${mark} ${text} ${mark}` : `${mark}${text}${mark}`;
}

/** A text in which nothing is Markdown, on one line. */
export const plainSpan = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`);
