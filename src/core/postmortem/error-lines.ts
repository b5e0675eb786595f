import {errorTier, mayTellError, type Tier} from '../storms/error-tier.ts';
import {coarseLine, normalLine} from '../storms/normal-line.ts';

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
    const found = errorLine(text, this.#line);
    if (found === null) return;
    const known = this.#kinds.get(found.kind);
    if (known !== undefined) known.times++;
    else if (this.#kinds.size < mostKinds) this.#kinds.set(found.kind, {...found, times: 1});
    else this.#more++;
  }
}

const longest = 1_000;
const mostKinds = 40;

export function errorLine(written: string, line: number): ErrorLine | null {
  // eslint-disable-next-line no-control-regex
  const text = written.replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').replace(/\r$/, '').split('\r').at(-1)!.trim().slice(0, 600);
  const tier = errorTier(text);
  if (tier === null) return null;
  const form = normalLine(text);
  return {line, text, tier, form, kind: coarseLine(form)};
}
