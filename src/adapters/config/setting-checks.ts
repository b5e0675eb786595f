/** What a value must be, in code and in the user's words. `tighter` says whether a repository may make this change without being trusted. */
export type Check = {accepts: (value: unknown) => boolean; expected: string; tighter: (value: unknown, before: unknown) => boolean};

export function text(expected: string, shape = /\S/u): Check {
  return {accepts: value => typeof value === 'string' && shape.test(value), expected, tighter: never};
}

export function oneOf(words: readonly string[]): Check {
  const quoted = words.map(word => `"${word}"`);
  const tighter = (value: unknown, before: unknown) => words.indexOf(String(value)) <= words.indexOf(String(before));
  return {accepts: value => words.includes(value as string), expected: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`, tighter};
}

export function whole(unit: string, least: number, most: number): Check {
  return number(`a whole number of ${unit}, ${least} to ${most}`, value => Number.isSafeInteger(value) && value >= least && value <= most);
}

export function number(expected: string, holds: (value: number) => boolean): Check {
  return {accepts: value => typeof value === 'number' && Number.isFinite(value) && holds(value), expected, tighter: lower};
}

export function price(): Check {
  return {...number('US dollars per million tokens, 0 to 100,000', value => value >= 0 && value <= 100_000), tighter: never};
}

export function truth(): Check {
  return {accepts: value => typeof value === 'boolean', expected: 'true or false', tighter: value => value === false};
}

export function list(what: string, shape: RegExp): Check {
  return {
    accepts: value => Array.isArray(value) && value.every(item => typeof item === 'string' && shape.test(item)),
    expected: `a list of ${what}`,
    tighter: never,
  };
}

export function rules(): Check {
  return list(`rules, each a tool's name and a pattern, like ["shell npm test *", "read"]`, /^(\*|[\w.-]+)( \S(.*\S)?)?$/u);
}

export function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//u.test(value) && URL.canParse(value);
}

export function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(item => typeof item === 'string')
  );
}

function lower(value: unknown, before: unknown): boolean {
  return before === null || Number(value) <= Number(before);
}

export function higher(value: unknown, before: unknown): boolean {
  return Number(value) >= Number(before);
}

/** 0 is never. */
export function sooner(value: unknown, before: unknown): boolean {
  return Number(value) > 0 && (Number(before) === 0 || lower(value, before));
}

export function never(): boolean {
  return false;
}

export function always(): boolean {
  return true;
}
