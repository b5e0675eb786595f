/**
 * The same value with every string fit for any provider: JSON can carry lone surrogates and NUL, but servers that decode to UTF-8 or store
 * text answer 400 to them. Values without such strings are returned as they are.
 */
export function wellFormed<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]));
}

function cleanText(text: string): string {
  return UNSOUND.test(text) ? text.replaceAll(UNSOUND_ALL, '\uFFFD') : text;
}

/** With the flag `u` a surrogate in a class stands only for one without its pair. */
const UNSOUND = /[\0\uD800-\uDFFF]/u;
const UNSOUND_ALL = /[\0\uD800-\uDFFF]/gu;
