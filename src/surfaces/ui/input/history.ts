/**
 * Going through what was sent before. `at` equals the number of entries where the draft stands. What was changed in passing is kept in
 * `changed` until something is sent, so that moving through the history never loses a word.
 */
export type History = {entries: readonly string[]; at: number; changed: ReadonlyMap<number, string>};

export const historyOf = (entries: readonly string[]): History => ({entries, at: entries.length, changed: new Map()});

/** The text one entry up or down, or null where the history ends. `text` is what stands in the editor now. */
export function recall(history: History, by: -1 | 1, text: string): {history: History; text: string} | null {
  const at = history.at + by;
  if (at < 0 || at > history.entries.length) return null;
  const changed = new Map(history.changed).set(history.at, text);
  return {history: {...history, at, changed}, text: changed.get(at) ?? history.entries[at] ?? ''};
}

/** After `text` was sent: it is the newest entry, and the draft that was left for an older one comes back. */
export function sent(history: History, text: string): {history: History; draft: string} {
  const draft = history.at === history.entries.length ? '' : (history.changed.get(history.entries.length) ?? '');
  return {history: historyOf(withEntry(history.entries, text)), draft};
}

/** Entries that were read late, from the file: what was sent meanwhile comes after them. */
export function withEarlier(history: History, earlier: readonly string[]): History {
  const shift = (index: number) => index + earlier.length;
  return {
    entries: [...earlier, ...history.entries],
    at: shift(history.at),
    changed: new Map([...history.changed].map(([at, text]) => [shift(at), text])),
  };
}

const withEntry = (entries: readonly string[], text: string): readonly string[] => (entries.at(-1) === text ? entries : [...entries, text]);
