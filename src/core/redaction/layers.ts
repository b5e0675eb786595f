import type {Text} from './match-format.ts';
import {placeholder} from './placeholder.ts';
import {memory, scan, type Scanned} from './scan.ts';
import type {Secrets} from './secrets.ts';
import {countBelow, escape, withoutSequences} from './sequences.ts';
import type {Span} from './span.ts';

/**
 * A text as it came, and what a terminal would show of it, in which the secrets are looked for: the same one where no escape sequence is near.
 * Places are those of the text as it came, unless they are called plain.
 */
export type Layers = {
  plain: Text;
  toPlain: (at: number) => number;
  /** Where a plain byte stands, and where the bytes before it end: sequences may stand between. */
  startOf: (plain: number) => number;
  endOf: (plain: number) => number;
  /** The last place at or before another that is not within a sequence. */
  wholly: (at: number) => number;
  scan: (from: number, secrets: Secrets) => Scanned;
  /** What is to be remembered where the text is passed on up to `at`. */
  behind: (at: number) => Behind;
};

/** The last bytes that were passed on, as they came and plain, and how many bytes of sequences they end with. */
export type Behind = {raw: Buffer; plain: Buffer; run: number};

export function layersOf(raw: Text, behind: Behind): Layers {
  const coloured = behind.raw !== behind.plain || raw.bytes.indexOf(escape, behind.raw.length) >= 0;
  return coloured ? twoLayers(raw, behind) : oneLayer(raw);
}

const same = (at: number): number => at;

function oneLayer(raw: Text): Layers {
  return {
    plain: raw,
    toPlain: same,
    startOf: same,
    endOf: same,
    wholly: same,
    scan: (from, secrets) => scan(raw, from, secrets),
    behind(at) {
      const last = lastOf(raw.bytes, at);
      return {raw: last, plain: last, run: 0};
    },
  };
}

function twoLayers(raw: Text, behind: Behind): Layers {
  const base = behind.raw.length;
  const {
    starts,
    ends,
    places,
    runs,
    unfinished,
    plain: bytes,
  } = withoutSequences(raw.bytes, {from: base, run: behind.run, ended: raw.ended});
  const plainBytes = Buffer.concat([behind.plain, bytes]);
  const plain: Text = {bytes: plainBytes, length: plainBytes.length, ended: raw.ended};
  const shift = base - behind.plain.length;
  const placeOf = (index: number): number => places[index]! + behind.plain.length;
  /** The bytes of the first sequences. */
  const taken = (count: number): number => (count === 0 ? 0 : ends[count - 1]! - placeOf(count - 1) - shift);
  const startOf = (at: number): number => at + shift + taken(countBelow(places, at - behind.plain.length, true));
  const endOf = (at: number): number => at + shift + taken(countBelow(places, at - behind.plain.length, false));
  const toPlain = (at: number): number => at - shift - taken(countBelow(starts, at, false));
  const inRaw = ({start, end, kind, label}: Span, key: Uint8Array): Span => {
    const span = {start: startOf(start), end: endOf(end), kind};
    const made = span.end - span.start > end - start ? Buffer.from(placeholder(kind, plainBytes.subarray(start, end), key)) : undefined;
    return {...span, ...(label === undefined && made === undefined ? {} : {label: label ?? made!})};
  };
  return {
    plain,
    toPlain,
    startOf,
    endOf,
    wholly(at) {
      if (at >= unfinished) return unfinished;
      const count = countBelow(starts, at, false);
      return count > 0 && ends[count - 1]! > at ? starts[count - 1]! : at;
    },
    // Both are looked through: a sequence may stand within a secret, or where the only thing is that tells its end from the next word.
    scan(from, secrets) {
      const asCame = scan(raw, from, secrets);
      const shown = scan(plain, toPlain(from), secrets);
      return {
        spans: [...asCame.spans, ...shown.spans.map(span => inRaw(span, secrets.key))],
        undecided: [...asCame.undecided, ...shown.undecided.map(startOf), unfinished],
        keys: shown.keys.map(startOf),
        steps: asCame.steps + shown.steps,
      };
    },
    behind(at) {
      const [last, lastPlain] = [lastOf(raw.bytes, at), lastOf(plainBytes, toPlain(at))];
      const count = countBelow(ends, at, true);
      const run = at === base ? behind.run : count > 0 && ends[count - 1] === at ? runs[count - 1]! : 0;
      return {raw: last, plain: run === 0 && last.equals(lastPlain) ? last : lastPlain, run};
    },
  };
}

function lastOf(bytes: Buffer, at: number): Buffer {
  return Buffer.from(bytes.subarray(Math.max(0, at - memory), at));
}
