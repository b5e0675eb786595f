/** One word of a text as search knows it, and where it stands. */
export type Word = {word: string; start: number; end: number};

/**
 * The words of a text: runs of letters and digits, in lower case and without accents. The parts of `parseConfig` are words beside the whole, and in scripts
 * that put no spaces between words every character is one.
 */
export function* wordsOf(text: string): Generator<Word> {
  for (const {0: run, index} of text.matchAll(runs)) {
    let whole = 0;
    for (const {0: part, index: at} of run.matchAll(unspaced.test(run) ? pieces : camel)) {
      yield wordAt(part, index + at);
      whole++;
    }
    if (whole > 1 && !unspaced.test(run)) yield wordAt(run, index);
  }
}

/** The words that a query asks for, each once: a text has one where a word of it begins so. */
export const askedWords = (query: string): readonly string[] => [...new Set([...query.matchAll(runs)].flatMap(([run]) => asked(run)))];

/** A stretch of a text in which words were found, with those that it begins with or holds. */
export type Marked = {start: number; end: number; words: readonly string[]};

/** Where words of the text begin like one of these: in order, none over another. */
export function marksIn(text: string, words: readonly string[]): readonly Marked[] {
  const marks: Marked[] = [];
  for (const {word, start, end} of wordsOf(text)) {
    const found = words.filter(one => word.startsWith(one));
    if (found.length > 0) marks.push({start, end, words: found});
  }
  return marks.toSorted((a, b) => a.start - b.start || b.end - a.end).reduce(joined, []);
}

/** `parseConfig` and the `parse` in it are one stretch. */
function joined(apart: Marked[], mark: Marked): Marked[] {
  const last = apart.at(-1);
  if (last === undefined || mark.start >= last.end) apart.push(mark);
  else apart[apart.length - 1] = {...last, words: [...new Set([...last.words, ...mark.words])]};
  return apart;
}

// Longer ones are no words of anybody's: what they begin with is enough to find them by.
const longest = 40;

const asked = (run: string): readonly string[] =>
  (unspaced.test(run) ? [...run.matchAll(pieces)].map(([part]) => part) : [run]).map(folded);

const wordAt = (part: string, start: number): Word => ({word: folded(part), start, end: start + part.length});

function folded(part: string): string {
  const plain = /^[\x20-\x7e]*$/.test(part) ? part : part.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return plain.toLowerCase().slice(0, longest);
}

const runs = /[\p{L}\p{N}\p{M}]+/gu;
const camel = /\p{Lu}+(?!\p{Ll})[\p{N}\p{M}]*|\p{Lu}?[^\p{Lu}]+/gu;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const pieces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
