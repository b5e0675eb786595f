import {LineSeverity} from './line-severity.ts';
import {LineShape} from './line-shape.ts';
import {readWords} from './line-words.ts';
import type {LineListener} from './line-words.ts';
import {classOf, WordClass} from './severity-words.ts';
import {Trait} from './traits.ts';
import {tuned} from './weights.ts';

/** What one line is like, as far as its own bytes say. */
export type Evidence = {
  /** How much its words and marks say for its mattering. Below zero for what says that all is well. */
  points: number;
  /** Bits of `Trait`. */
  traits: number;
  /** Of its words and marks, numbers apart: the same for lines that differ in numbers only. */
  exact: number;
  /** Of its build: the first words, then what kinds of tokens follow. Lines that one statement of a program printed mostly share it. */
  shape: number;
  /** The same of its first tokens only. */
  opening: number;
};

/** The result is the same object every time: what is to be kept of it must be copied. */
export function createEvidenceReader(): (bytes: Uint8Array, start?: number, end?: number) => Readonly<Evidence> {
  const line = new Line();
  const {shape, severity} = line;
  const evidence: Evidence = {points: 0, traits: 0, exact: 0, shape: 0, opening: 0};
  return (bytes, start = 0, end = bytes.length) => {
    line.again();
    readWords(bytes, start, end, line);
    shape.end(severity.end(shape.tokens));
    const traits = severity.traits | traitsOf(shape);
    evidence.points = severity.points + pointsOf(shape, traits);
    if (traits & Trait.command) evidence.points >>= 1;
    evidence.traits = traits;
    evidence.exact = shape.exact;
    evidence.shape = shape.shape;
    evidence.opening = shape.opening;
    return evidence;
  };
}

/** A class for its speed: it hears every word of every output. */
class Line implements LineListener {
  readonly shape = new LineShape();
  readonly severity = new LineSeverity();
  /** Written over for every word: one of its own for each would be half of all garbage. */
  private readonly said = {capitals: false, tied: false, next: 0, token: 0};

  again(): void {
    this.shape.again();
    this.severity.again();
  }

  word(hash: number, length: number, capitals: number, tied: boolean, next: number): void {
    this.shape.word(hash, length);
    const kind = length < 2 ? WordClass.none : classOf(hash);
    if (kind === WordClass.none) this.severity.pass(length);
    else {
      const {said} = this;
      said.capitals = capitals === length;
      said.tied = tied;
      said.next = next;
      said.token = this.shape.tokens + 1;
      this.severity.say(kind, said);
    }
  }

  number(value: number): void {
    this.shape.number();
    this.severity.number(value, this.shape.letters === 0);
  }

  mark(byte: number, next: number): void {
    this.shape.mark(byte, next);
  }

  space(): void {
    this.shape.space();
  }
}

function traitsOf({tokens, lead, located, options}: LineShape): number {
  return (
    (tokens === 0 ? Trait.blank : 0) |
    (lead === 0x2d ? Trait.minus : lead === 0x2b ? Trait.plus : 0) |
    (located ? Trait.location : 0) |
    (options >= 3 ? Trait.command : 0)
  );
}

function pointsOf({colon, reported, starred}: LineShape, traits: number): number {
  return (
    (colon && traits & (Trait.difference | Trait.failure) ? tuned.announces : 0) +
    (traits & Trait.location ? tuned.location : 0) -
    (traits & Trait.dependency ? tuned.dependency : 0) +
    (reported ? tuned.report : 0) +
    (starred ? tuned.stars : 0)
  );
}
