/**
 * A line without what changes from run to run. Places (`a.ts:3:5`) keep their file's name and numbers, since files that did not change have
 * their errors where they were; the values of an assertion, error codes and line numbers stay too. Other numbers are counters.
 */
export function normalLine(line: string): string {
  const keep = VALUES.test(line);
  return line
    .replace(STAMP, '')
    .replaceAll(PIECES, (piece, ...groups) => replaced(piece, groups.at(-1) as Groups, keep))
    .replace(DECORATION, '')
    .replace(/,$/, '')
    .replace(/(?<=:\d+) - (?=error\b)/, ': ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The kind of an error: without its place and without what is quoted in it. */
export function coarseLine(normal: string): string {
  return normal
    .replaceAll(/["'`‘“][^"'`’”]*["'`’”]/g, '<quoted>')
    .replaceAll(/[\w.@-]+\.\w+(?:[:(]\d+(?:[:,]\d+)?\)?)?:?/g, '<place>')
    .replaceAll(/\d+/g, '#');
}

type Groups = {
  file?: string;
  place?: string;
  url?: string;
  temp?: string;
  path?: string;
  random?: string;
  time?: string;
  code?: string;
  number?: string;
};

/** One pass, so that what one rule leaves is not taken by the next. The first that fits counts. */
const PIECES = new RegExp(
  [
    String.raw`(?<url>\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>)\]]+)`,
    String.raw`(?<temp>(?:\/private)?(?:\/var\/folders\/|\/(?:var\/)?tmp\/)[^\s'":;,()<>]*)`,
    String.raw`(?<path>(?:[A-Za-z]:)?(?:~|\.{1,2})?(?:[\w.@+-]*[\\/])+)(?=[\w.@+-])`,
    String.raw`(?<place>\b[\w@+-][\w.@+-]*\.[A-Za-z]\w*(?::\d+(?::\d+)?|\(\d+(?:,\s?\d+)?\)))(?![\w.]*\d{3})`,
    String.raw`(?<random>\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b|\b(?=\w*\d\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{16,}\b)`,
    String.raw`(?<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[AaPp][Mm])?\b(?!:)|\b\d+(?:[.,]\d+)?\s?(?:ms|µs|us|ns|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b(?:\s\d+(?:\.\d+)?\s?(?:s|ms)\b)*|\b\d+(?:[.,]\d+)?\s?(?:[kKMGT]i?B|B|bytes)\b|\b\d+(?:\.\d+)?\s?%)`,
    String.raw`(?<code>\b(?:line|code|status|errno|exit|signal|http(?:\/\d(?:\.\d)?)?)\b\W{0,3}\d+)`,
    String.raw`(?<number>(?<![\w.])[+-]?\d[\d_,]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w]))`,
  ].join('|'),
  'gi',
);

function replaced(piece: string, {url, temp, path, place, random, time, code}: Groups, keep: boolean): string {
  if (url !== undefined) return url.replace(/:\d+(?=\/|$)/, ':<port>').replaceAll(/\d{4,}/g, '#');
  if (temp !== undefined) return STEADY.exec(temp)?.[1] ?? '<temp>';
  if (path !== undefined) return '';
  if (place !== undefined) return place.replaceAll(/[(,]\s?/g, ':').replace(')', '');
  if (random !== undefined) return '<random>';
  if (time !== undefined) return '<amount>';
  if (code !== undefined) return code;
  return keep && piece.length <= longestValue && !/\.\d{3}/.test(piece) ? piece : '#';
}

/** A name that nobody made up for one run. */
const STEADY = /\/((?!tmp)[A-Za-z_-]+(?:\.[a-z]{1,5})+)$/;

/** A longer number is a time, a size or an identifier. */
const longestValue = 6;

/** Two values stand against each other: then the numbers are what is wrong. */
const VALUES =
  /expect|received|actual|assert|should|equal|[!=]==?|\bto be\b|\bwant\b|\bgot\b|\bleft\b|\bright\b|mismatch|[<>]=?\s*\d|^[+-] /i;

/** A clock, a level and a counter that a logger puts before a line. */
const STAMP = /^(?:\[[^\]]{0,40}\d[^\]]{0,40}\]\s*|\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s*|\d\d:\d\d:\d\d(?:[.,]\d+)?\s+)+/;

const DECORATION = /^(?:[│|>❯●✗✖×✕❌*•→⎯─═#E-]\s+)+|\s*[⎯─═]+$/u;
