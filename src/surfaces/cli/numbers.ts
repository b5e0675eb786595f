/** Values of options. Each answers a value, or what was expected, in the user's words. */
export type Parsed<T> = {value: T} | {expected: string};

export function wholeNumber(text: string): Parsed<number> {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return value >= 1 ? {value} : {expected: 'a whole number, 1 or more'};
}

export function countOrZero(text: string): Parsed<number> {
  return /^\d{1,15}$/.test(text) ? {value: Number(text)} : {expected: 'a whole number, 0 or more'};
}

/** How fast a session is shown again. */
export function speedFactor(text: string): Parsed<number> {
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1_000 ? {value} : {expected: 'a factor from 0 to 1000, such as 1, 4 or 0.5'};
}

/** `7000-7400`, or one line. */
export function lineRange(text: string): Parsed<{first: number; last: number}> {
  const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  return first >= 1 && last >= first ? {value: {first, last}} : {expected: 'lines from 1, such as 7000-7400 or 12'};
}

export function dollars(text: string): Parsed<number> {
  const value = /^\d{0,9}(\.\d{1,9})?$/.test(text) && text !== '' ? Number(text) : 0;
  return value > 0 ? {value} : {expected: 'US dollars above 0, such as 0.50 or 2'};
}

const units: Readonly<Record<string, number>> = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** Milliseconds of `30s`, `10m`, `1h`, `1h30m`. A timer holds at most 2^31 - 1 of them. */
export function duration(text: string): Parsed<number> {
  const parts = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text) ? text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g) : [];
  let value = 0;
  for (const [, count, unit] of parts) value += Number(count) * (units[unit ?? ''] ?? 0);
  return value >= 1 && value < 2 ** 31 ? {value: Math.round(value)} : {expected: 'a duration such as 30s, 10m or 1h, at most 24d'};
}

/** The earliest moment that counts, as ISO 8601: a span before `now` (`7d`, `12h`), or a day (`2026-01-31`). */
export function since(text: string, now: number): Parsed<string> {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(day)) return {value: new Date(day).toISOString()};
  const span = /^(\d{1,5})(h|d|w)$/.exec(text);
  if (span === null) return {expected: 'a span such as 12h, 7d or 4w, or a day such as 2026-01-31'};
  const ms = Number(span[1]) * (span[2] === 'w' ? 7 * 86_400_000 : (units[span[2] ?? ''] ?? 0));
  return {value: new Date(Math.max(0, now - ms)).toISOString()};
}
