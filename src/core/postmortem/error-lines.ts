import {errorTier, mayTellError, type Tier} from '../storms/error-tier.ts';
import {coarseLine, normalLine} from '../storms/normal-line.ts';
import {withoutSequences} from '../text/terminal-sequences.ts';

/** A line that looks like an error. `form` is without what changes from line to line, `kind` without place and quotes too. */
export type ErrorLine = {line: number; text: string; tier: Tier; form: string; kind: string};

/** The first line of each kind, how often the kind came, and how many kinds were left out. */
export type ErrorLines = {kinds: readonly (ErrorLine & {times: number})[]; more: number};

/**
 * Finds the lines of a stream that look like errors, a piece at a time and in constant memory: of a long line only its beginning is held,
 * and of many kinds only the first ones.
 */
export class ErrorScan {
  readonly #kinds = new Map<string, ErrorLine & {times: number}>();
  /** Lines without their numbers, and the kind that each is of: '' where it is no error. */
  readonly #alike = new Map<string, string>();
  #more = 0;
  #held = '';
  #line = 1;
  #decoder = new TextDecoder();

  /** What follows begins a line with this number. */
  startAt(line: number): void {
    this.#endLine();
    this.#held = '';
    this.#line = line;
    this.#decoder = new TextDecoder();
  }

  push(bytes: Uint8Array): void {
    const parts = this.#decoder.decode(bytes, {stream: true}).split('\n');
    for (const [index, part] of parts.entries()) {
      if (this.#held.length < longest) this.#held += part.slice(0, longest - this.#held.length);
      if (index === parts.length - 1) break;
      this.#endLine();
      this.#line++;
    }
  }

  finish(): ErrorLines {
    this.#endLine();
    return {kinds: [...this.#kinds.values()], more: this.#more};
  }

  #endLine(): void {
    const text = this.#held;
    this.#held = '';
    if (!mayTellError(text)) return;
    // A flood of one error is told by its numbers alone: what is known already is not looked at again.
    const alike = text.replaceAll(/\d+/g, digits => (digits === '0' ? digits : '#'));
    let kind = this.#alike.get(alike);
    const found = kind === undefined ? errorLine(text, this.#line) : null;
    kind ??= found?.kind ?? '';
    if (this.#alike.size < mostAlike) this.#alike.set(alike, kind);
    this.#count(kind, found);
  }

  #count(kind: string, found: ErrorLine | null): void {
    const known = this.#kinds.get(kind);
    if (known !== undefined) known.times++;
    else if (found !== null && this.#kinds.size < mostKinds) this.#kinds.set(kind, {...found, times: 1});
    else if (kind !== '') this.#more++;
  }
}

const longest = 1_000;
const mostKinds = 40;
const mostAlike = 1_000;

export function errorLine(written: string, line: number): ErrorLine | null {
  const text = withoutSequences(written).replace(/\r$/, '').split('\r').at(-1)!.trim().slice(0, 600);
  const tier = errorTier(text);
  if (tier === null) return null;
  const form = normalLine(text);
  return {line, text, tier, form, kind: coarseLine(form)};
}
