import {hashPrime, hashSeed} from './severity-words.ts';

/**
 * How a line is built, heard token by token. A class for its speed, as in `line-severity.ts`: they hear every word of every output, and fields of one
 * shape cost less than variables of a closure.
 */
export class LineShape {
  /** Of its words and marks, numbers apart. */
  exact = hashSeed;
  /** The first word and what kinds of tokens follow; `opening` the same of its first four tokens. */
  shape = hashSeed;
  opening = hashSeed;
  tokens = 0;
  /** Tokens that begin with a minus. */
  options = 0;
  /** The first byte where it is a mark, and not one of several in a row; else 0. */
  lead = 0;
  /** A place in a file was named; `reported` where that ended in a colon, near the line's begin. */
  located = false;
  reported = false;
  /** A token of three stars. */
  starred = false;
  /** The last mark was a colon with nothing after it. */
  colon = false;
  private kind = 0;
  /** The token being heard. */
  private token = hashSeed;
  letters = 0;
  private numbers = 0;
  private slashes = 0;
  private dots = 0;
  private marks = 0;
  private stars = 0;
  private place = false;

  again(): void {
    this.exact = hashSeed;
    this.shape = hashSeed;
    this.opening = hashSeed;
    this.tokens = 0;
    this.options = 0;
    this.lead = 0;
    this.located = false;
    this.reported = false;
    this.starred = false;
    this.colon = false;
    this.kind = 0;
    this.newToken();
  }

  word(hash: number, length: number): void {
    this.colon = false;
    this.exact = Math.imul(this.exact ^ hash, hashPrime);
    this.token = Math.imul(this.token ^ hash, hashPrime);
    this.letters += length;
  }

  number(): void {
    this.exact = Math.imul(this.exact ^ 0x30, hashPrime);
    this.numbers++;
  }

  mark(byte: number, next: number): void {
    if (this.tokens === 0 && this.isEmpty() && next !== byte) this.lead = byte;
    this.exact = Math.imul(this.exact ^ byte, hashPrime);
    this.colon = false;
    if (telling[byte] === 1) this.tell(byte, next);
    this.marks = Math.imul(this.marks ^ byte, hashPrime);
  }

  private tell(byte: number, next: number): void {
    if (byte === 0x2f || byte === 0x5c) this.slashes++;
    else if (byte === 0x2e) this.dots++;
    else if (byte === 0x2a) this.stars++;
    else if (byte === 0x2d) {
      if (this.letters + this.numbers + this.slashes + this.dots === 0) this.options++;
    } else {
      this.colon = byte === 0x3a && (next === 0x20 || next === 0x0a || next === 0x0d);
      if (this.letters > 0 && this.dots + this.slashes > 0 && next >= 0x31 && next <= 0x39) this.place = true;
    }
  }

  space(): void {
    const kind = this.tokenKind();
    this.tokens++;
    if (this.place) {
      this.located = true;
      if (this.colon && this.tokens <= 3) this.reported = true;
    }
    if (this.stars === 3 && this.letters === 0) this.starred = true;
    if (this.tokens <= 12) {
      if (kind === word && this.kind < word && this.tokens <= 3) this.mix(this.token);
      else if (kind !== this.kind) this.mix(kind);
      if (this.marks !== 0 && kind !== path && this.tokens <= 8) this.mix(this.marks);
    }
    this.kind = kind;
    if (this.tokens === 4) this.opening = this.shape;
    this.newToken();
  }

  /** What the line is for (a failure, a warning) is a part of its build. */
  end(severity: number): void {
    this.mix(severity);
    this.opening = this.tokens < 4 ? this.shape : Math.imul(this.opening ^ severity, hashPrime);
  }

  private isEmpty(): boolean {
    return this.letters + this.numbers + this.marks === 0;
  }

  private tokenKind(): number {
    if (this.slashes > 0 || (this.dots > 0 && this.letters > this.numbers)) return path;
    if (this.numbers > 0 && this.numbers * 2 >= this.letters) return numeric;
    return this.letters > 0 ? word : punctuation;
  }

  private mix(part: number): void {
    this.shape = Math.imul(this.shape ^ part, hashPrime);
  }

  private newToken(): void {
    this.token = hashSeed;
    this.letters = 0;
    this.numbers = 0;
    this.slashes = 0;
    this.dots = 0;
    this.marks = 0;
    this.stars = 0;
    this.place = false;
  }
}

const punctuation = 1;
const numeric = 2;
const path = 3;
const word = 4;

/** Marks that say more than that they are there. */
const telling = new Uint8Array(256);
for (const byte of Buffer.from('/\\.*-:(')) telling[byte] = 1;
