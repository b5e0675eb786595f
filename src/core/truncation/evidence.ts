import {P} from './tuning.ts';
import type {LineListener} from './line-words.ts';
import {readWords} from './line-words.ts';
import {classOf, hashPrime, hashSeed, WordClass} from './severity-words.ts';

/** What one line is like, as far as its own bytes say. */
export type Evidence = {
  /** How much its words and marks say for its mattering. Below zero for what says that all is well. */
  points: number;
  /** Bits of `Trait`. */
  traits: number;
  /** Of its words and marks, numbers apart. */
  exact: number;
  /** Of its build: the first words, then what kinds of tokens follow. Lines that one statement of a program printed mostly share it. */
  shape: number;
  /** The same of its first tokens only. */
  opening: number;
};

export const Trait = {
  failure: 1,
  warning: 2,
  success: 4,
  location: 8,
  difference: 16,
  cause: 32,
  trouble: 64,
  command: 128,
  blank: 256,
  ended: 512,
  /** Begins with a minus, or a plus, as the lines of a difference do. */
  minus: 1_024,
  plus: 2_048,
  /** Names a place that is not the project's own. */
  dependency: 4_096,
} as const;

/** The result is the same object every time: what is to be kept of it must be copied. */
export function createEvidenceReader(): (bytes: Uint8Array, start?: number, end?: number) => Readonly<Evidence> {
  const line = new Line();
  return (bytes, start = 0, end = bytes.length) => {
    line.again();
    readWords(bytes, start, end, line);
    line.end();
    return line;
  };
}

/** A class for its speed: it hears every word of every output, and fields of one shape cost less than variables of a closure. */
class Line implements LineListener, Evidence {
  points = 0;
  traits = 0;
  exact = hashSeed;
  shape = hashSeed;
  opening = hashSeed;
  /** How many of a kind were said. */
  private words = 0;
  private tokens = 0;
  private failures = 0;
  private troubles = 0;
  private differences = 0;
  private options = 0;
  private negations = 0;
  /** Waiting for the next word or number. */
  private negated = false;
  private zero = false;
  private line = false;
  /** The last mark was a colon with nothing after it. */
  private colon = false;
  private ending = false;
  /** Points of the failure that was just said: a zero after it takes them back (`errors: 0`). */
  private pending = 0;
  /** The token being read. */
  private letters = 0;
  private digits = 0;
  private slashes = 0;
  private dots = 0;
  private marks = 0;
  private token = hashSeed;
  private kind = 0;
  private succeeded = 0;
  /** The line begins with success: what it says of failures is what was tested. */
  private passed = false;
  /** A failure was said so plainly that no success at the line's end takes it back. */
  private firm = false;
  /** The token that last spoke of a failure. */
  private failedAt = 0;

  again(): void {
    this.points = 0;
    this.traits = 0;
    this.exact = hashSeed;
    this.shape = hashSeed;
    this.opening = hashSeed;
    this.words = 0;
    this.tokens = 0;
    this.failures = 0;
    this.troubles = 0;
    this.differences = 0;
    this.options = 0;
    this.negations = 0;
    this.negated = false;
    this.zero = false;
    this.line = false;
    this.colon = false;
    this.ending = false;
    this.pending = 0;
    this.kind = 0;
    this.succeeded = 0;
    this.passed = false;
    this.firm = false;
    this.failedAt = 0;
    this.newToken();
  }

  word(hash: number, length: number, capitals: number, tied: boolean, next: number): void {
    this.colon = false;
    this.exact = Math.imul(this.exact ^ hash, hashPrime);
    this.token = Math.imul(this.token ^ hash, hashPrime);
    this.letters += length;
    const kind = length < 2 ? WordClass.none : classOf(hash);
    this.line = kind === WordClass.place;
    if (kind === WordClass.none) {
      if (length > 1) [this.negated, this.zero] = [false, false];
      if (length > 3) this.ending = false;
      this.pending = 0;
    } else this.judge(kind, {caps: capitals === length, tied, said: next === 0x3a || next === 0x5d || next === 0x21});
    this.words++;
  }

  private judge(kind: WordClass, {caps, tied, said}: {caps: boolean; tied: boolean; said: boolean}): void {
    const {negated, zero} = this;
    [this.negated, this.zero, this.pending] = [false, false, 0];
    if (kind !== WordClass.ending) this.ending = false;
    if (tied) {
      if (kind === WordClass.failure) this.points += P.tiedFailure!;
      else if (kind === WordClass.dependency) this.traits |= Trait.dependency;
      return;
    }
    switch (kind) {
      case WordClass.failure: {
        if (zero || negated || this.passed) {
          this.traits |= Trait.success;
          return;
        }
        if (said || caps) this.firm = true;
        this.failedAt = this.tokens;
        this.pending = this.failures === 0 ? P.failure! + (caps ? P.caps! : 0) + (said ? P.said! : 0) + (this.words < 3 ? P.early! : 0) : P.again!;
        this.points += this.pending;
        this.failures++;
        this.traits |= Trait.failure;
        return;
      }
      case WordClass.trouble:
        this.points += (this.troubles === 0 ? P.trouble! : this.troubles < 3 ? P.troubleMore! : 0) + (negated ? 3 : 0);
        this.troubles++;
        this.traits |= Trait.trouble;
        return;
      case WordClass.difference:
        this.points += this.differences < 3 ? P.difference! + (said ? P.differenceSaid! : 0) : 0;
        this.differences++;
        this.traits |= Trait.difference;
        return;
      case WordClass.warning:
        this.traits |= Trait.warning;
        return;
      case WordClass.success:
        if (negated) {
          this.points += P.notOk!;
          this.traits |= Trait.failure;
          return;
        }
        if (this.words === 0) {
          this.points -= P.passFirst!;
          this.passed = true;
        }
        this.succeeded = this.tokens + 1;
        this.traits |= Trait.success;
        return;
      case WordClass.quiet:
        if (this.words === 0) this.points -= P.quiet!;
        return;
      case WordClass.ending:
        this.ending = true;
        return;
      case WordClass.cause:
        this.points += this.words === 0 ? P.causeFirst! : P.cause!;
        this.traits |= Trait.cause;
        return;
      case WordClass.dependency:
      case WordClass.place:
        return;
      default:
        if (this.negations++ === 0) this.points += P.negation!;
        this.negated = true;
    }
  }

  number(value: number): void {
    this.exact = Math.imul(this.exact ^ 0x30, hashPrime);
    this.digits++;
    if (value === 0 && this.pending > 0) {
      this.points -= this.pending;
      this.failures--;
      if (this.failures === 0) this.traits &= ~Trait.failure;
      this.traits |= Trait.success;
    }
    if (this.line && value > 0) this.traits |= Trait.location;
    this.line = false;
    if (this.ending && value > 0 && value < 256) {
      this.points += P.ending!;
      this.traits |= Trait.ended;
    }
    this.zero = value === 0 && this.letters === 0;
    this.pending = 0;
    this.ending = false;
  }

  mark(byte: number, next: number): void {
    if (this.tokens === 0 && this.words + this.digits + this.marks === 0) this.traits |= next === byte ? 0 : byte === 0x2d ? Trait.minus : byte === 0x2b ? Trait.plus : 0;
    this.colon = byte === 0x3a && (next === 0x20 || next === 0x0a || next === 0x0d);
    this.marks = Math.imul(this.marks ^ byte, hashPrime);
    this.exact = Math.imul(this.exact ^ byte, hashPrime);
    if (byte === 0x2f || byte === 0x5c) this.slashes++;
    else if (byte === 0x2e) this.dots++;
    else if (byte === 0x3a || byte === 0x28) {
      const located = this.letters > 0 && next >= 0x31 && next <= 0x39 && (this.dots > 0 || this.slashes > 0);
      if (located) this.traits |= Trait.location;
    } else if (byte === 0x2d && this.letters + this.digits + this.slashes + this.dots === 0) this.options++;
  }

  space(): void {
    const kind = this.tokenKind();
    this.tokens++;
    if (this.tokens <= 12) {
      if (kind === word && this.kind < word && this.tokens <= 3) this.mix(this.token);
      else if (kind !== this.kind) this.mix(kind);
      if (this.marks !== 0 && kind !== path && this.tokens <= 8) this.mix(this.marks);
    }
    this.kind = kind;
    if (this.tokens === 4) this.opening = this.shape;
    this.newToken();
  }

  private tokenKind(): number {
    if (this.slashes > 0 || (this.dots > 0 && this.letters > this.digits)) return path;
    if (this.digits > 0 && this.digits * 2 >= this.letters) return numeric;
    return this.letters > 0 ? word : punctuation;
  }

  private mix(part: number): void {
    this.shape = Math.imul(this.shape ^ part, hashPrime);
  }

  private newToken(): void {
    this.letters = 0;
    this.digits = 0;
    this.slashes = 0;
    this.dots = 0;
    this.marks = 0;
    this.token = hashSeed;
  }

  end(): void {
    if (this.tokens === 0) this.traits |= Trait.blank;
    if (this.colon && this.traits & (Trait.difference | Trait.failure)) this.points += P.heading!;
    if (this.traits & Trait.location) this.points += P.location!;
    if (this.traits & Trait.dependency) this.points -= P.dependency!;
    if (this.options >= 3) {
      this.traits |= Trait.command;
      this.points >>= 1;
    }
    if (this.traits & Trait.warning && !(this.traits & Trait.failure)) this.points = (this.points >> 1) + P.warning!;
    if (this.succeeded > 1 && this.succeeded === this.tokens && !this.firm) this.points = Math.min(this.points, 0) - P.passLast!;
    // In the middle of a line such a word may be anything: a name, a title. At its begin or end it is what the line is for.
    const isFor = this.firm || this.failedAt < 3 || this.failedAt >= this.tokens - 2;
    const severity = this.traits & (isFor ? Trait.failure | Trait.warning : Trait.warning);
    this.mix(severity);
    this.opening = this.tokens < 4 ? this.shape : Math.imul(this.opening ^ severity, hashPrime);
  }
}

const punctuation = 1;
const numeric = 2;
const path = 3;
const word = 4;
