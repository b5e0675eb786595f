/**
 * The value with every `{{match:REGEX}}` in its strings replaced by the first group (or the whole) of the newest match in the request's
 * text. So a script can use what it cannot know beforehand: a hash, a call's id.
 */
export function filled(value: unknown, text: string): {value: unknown} | {problem: string} {
  const missing: string[] = [];
  const fill = (inner: unknown): unknown => {
    if (typeof inner === 'string') return inner.replaceAll(TEMPLATE, (_, regex: string) => newest(regex, text) ?? lack(regex, missing));
    if (Array.isArray(inner)) return inner.map(fill);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, fill(each)]));
  };
  const result = fill(value);
  return missing.length === 0
    ? {value: result}
    : {problem: `nothing in the request matches /${missing.join('/ and /')}/; it ends in ${JSON.stringify(text.slice(-240))}`};
}

const TEMPLATE = /\{\{match:(.+?)\}\}/g;

function newest(regex: string, text: string): string | null {
  const match = [...text.matchAll(new RegExp(regex, 'g'))].at(-1);
  return match === undefined ? null : (match[1] ?? match[0]);
}

function lack(regex: string, missing: string[]): string {
  missing.push(regex);
  return '';
}
