/** A text that is another one in each run, and what stands for it: the worktree's own path, the session's id. */
export type Volatile = {text: string; as: string};

/**
 * A line without what changes from run to run though nothing else did: times, dates, durations, addresses, process ids, ports, temporary paths, uuids, object hashes,
 * and these places. Each is replaced by its name in angle brackets. A line that holds none of it stays as it is.
 */
export function maskVolatile(line: string, places: readonly Volatile[] = []): string {
  let masked = line;
  for (const {text, as} of places) masked = masked.includes(text) ? masked.replace(whole(text), as) : masked;
  for (const [pattern, as] of patterns) masked = masked.replace(pattern, as);
  // Columns are padded by the width of what stands in them.
  return masked === line ? line : masked.replaceAll(/[ \t]+/g, ' ').trimEnd();
}

/** Not where a longer name only begins with it. */
function whole(text: string): RegExp {
  return new RegExp(`${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w-])`, 'g');
}

const month =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';
const weekday = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?';
const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?`;
const zone = String.raw`(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{3,4})`;
const amount = String.raw`\d+(?:[.,]\d+)?`;

/** In this order: what stands in a longer one is found with it. Every repetition that could begin anywhere is bounded, so that a long line costs no more than its length. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/(?:\/private)?\/(?:var\/folders\/[\w+]+\/[\w+]+\/T|var\/tmp|tmp)\/[^\s/'"`:,;()<>[\]]+/g, '<tmp>'],
  // 2026-11-20T19:18:42.123Z · 2026-11-20 19:18 +0100 · 2026/11/20
  [/\b\d{4}[-/]\d{2}[-/]\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?\b/g, '<time>'],
  // Fri Nov 20 19:18:42 UTC 2026 · Fri, 20 Nov 2026 19:18:42 GMT · Nov 20 19:18 · Nov 20 2026
  [
    new RegExp(
      String.raw`\b(?:${weekday},? +)?(?:${month} +\d{1,2}(?!\d)|\d{1,2} +${month}(?=,? +\d{4}))(?:,? +${clock})?(?: +${zone})?(?:,? +\d{4}\b)?(?: +${clock})?(?: +${zone}(?![\w-]))?`,
      'g',
    ),
    '<time>',
  ],
  [/(?<![\w.:-])\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?[AP]M)?(?![\w:])/g, '<time>'],
  [/\b1[5-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?\b/g, '<time>'],
  // 1m23.4s · 0m0.012s · 2 min 5 s · 12ms · 3.2 s · 1.5 seconds
  [
    new RegExp(String.raw`(?<![\w.])(?:${amount} ?(?:h|hours?|m|min|minutes?),? ?){1,3}${amount} ?(?:s|sec|secs|seconds?)(?!\w)`, 'g'),
    '<duration>',
  ],
  [
    new RegExp(
      String.raw`(?<![\w.])${amount} ?(?:ns|us|\u00b5s|\u00c2\u00b5s|ms|s|secs?|seconds?|milliseconds?|minutes?|hours?)(?!\w)`,
      'g',
    ),
    '<duration>',
  ],
  [
    new RegExp(String.raw`\b((?:duration|elapsed|took|time)(?:_?m?s)?["']?[ \t]*[:= ][ \t]*["']?)${amount}(?:e-?\d+)?`, 'gi'),
    '$1<duration>',
  ],
  [/\b0x[0-9a-f]{6,16}\b/gi, '<address>'],
  [/\b((?:pid|ppid|pgid|tid|process|thread)(?:[ \t]+id)?["']?[ \t]*[:=#(]?[ \t]*)\d+/gi, '$1<pid>'],
  [/\((node|python|ruby):\d+\)/g, '($1:<pid>)'],
  [/^(\[\d+\][+-]?[ \t]+)\d+(?=[ \t]*$)/g, '$1<pid>'],
  [/==\d+==/g, '==<pid>=='],
  [/\b([\w./-]{1,80})\[\d{2,}\]:/g, '$1[<pid>]:'],
  [/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):\d{2,5}\b/g, '$1:<port>'],
  [/\b(port["']?[ \t]*[:=#]?[ \t]*)\d{2,5}\b/gi, '$1<port>'],
  // [main 1234567] · commit 1234567 · 1234567..89abcde: in such a place a hash may happen to be all digits.
  [/(\[[^[\]\s]{1,200}(?: \([\w-]{1,40}\))? )[0-9a-f]{7,64}(?=\])/g, '$1<hash>'],
  [
    /\b((?:commit|tree|parent|blob|tag|object|HEAD is now at|HEAD detached at|previous HEAD position was)[ \t]+)[0-9a-f]{7,64}\b/gi,
    '$1<hash>',
  ],
  [/\b[0-9a-f]{7,64}(\.{2,3})[0-9a-f]{7,64}\b/g, '<hash>$1<hash>'],
  [/\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,64}\b/g, '<hash>'],
];
