import {WordClass} from './severity-words.ts';
import {Trait} from './traits.ts';
import {tuned} from './weights.ts';

/** A word of a class, as it stands in its line: see `LineListener`. `token` counts from 1. */
export type Said = Readonly<{capitals: boolean; tied: boolean; next: number; token: number}>;

/** What a line's words say of its mattering. */
export class LineSeverity {
  points = 0;
  traits = 0;
  private words = 0;
  private failures = 0;
  private troubles = 0;
  private differences = 0;
  private negations = 0;
  /** Said just now, for the next word or number. */
  private negated = false;
  private zero = false;
  private line = false;
  private ending = false;
  /** Points of the failure that was just said: a zero after it takes them back (`errors: 0`). */
  private pending = 0;
  /** The line begins with a success: what it says of failures is what was tested. */
  private passed = false;
  /** A failure was said so plainly that no success at the line's end takes it back. */
  private firm = false;
  /** The tokens that last spoke of a failure, and of a success. */
  private failedAt = 0;
  private succeededAt = 0;

  again(): void {
    this.points = 0;
    this.traits = 0;
    this.words = 0;
    this.failures = 0;
    this.troubles = 0;
    this.differences = 0;
    this.negations = 0;
    this.negated = false;
    this.zero = false;
    this.line = false;
    this.ending = false;
    this.pending = 0;
    this.passed = false;
    this.firm = false;
    this.failedAt = 0;
    this.succeededAt = 0;
  }

  /** A word of no class. */
  pass(length: number): void {
    this.words++;
    this.line = false;
    this.pending = 0;
    if (length > 1) {
      this.negated = false;
      this.zero = false;
    }
    if (length > 3) this.ending = false;
  }

  say(kind: WordClass, said: Said): void {
    const taken = this.negated || this.zero;
    this.negated = false;
    this.zero = false;
    this.pending = 0;
    this.line = kind === WordClass.place;
    if (kind !== WordClass.ending) this.ending = false;
    if (said.tied) this.sayInName(kind);
    else this.judge(kind, said, taken);
    this.words++;
  }

  private sayInName(kind: WordClass): void {
    if (kind === WordClass.failure) this.points += tuned.failureInName;
    else if (kind === WordClass.dependency) this.traits |= Trait.dependency;
  }

  /** `taken`: the word before took this one back. */
  private judge(kind: WordClass, said: Said, taken: boolean): void {
    if (kind === WordClass.failure) this.sayFailure(said, taken);
    else if (kind === WordClass.success) this.saySuccess(said, taken);
    else if (kind === WordClass.trouble) {
      this.points += this.troubles === 0 ? tuned.trouble : this.troubles < 3 ? tuned.troubleAgain : 0;
      this.troubles++;
      this.traits |= Trait.trouble;
    } else if (kind === WordClass.difference) {
      if (this.differences < 3) this.points += tuned.difference + (isEmphasis(said.next) ? tuned.differenceBeforeColon : 0);
      this.differences++;
      this.traits |= Trait.difference;
    } else if (kind === WordClass.warning) this.traits |= Trait.warning;
    else if (kind === WordClass.quiet) this.points -= this.words === 0 ? tuned.quiet : 0;
    else if (kind === WordClass.ending) this.ending = true;
    else if (kind === WordClass.cause) {
      this.points += this.words === 0 ? tuned.causeFirst : tuned.cause;
      this.traits |= Trait.cause;
    } else if (kind === WordClass.negation) {
      if (this.negations++ === 0) this.points += tuned.negation;
      this.negated = true;
    }
  }

  private sayFailure({capitals, next, token}: Said, taken: boolean): void {
    if (taken || this.passed) {
      this.traits |= Trait.success;
      return;
    }
    if (capitals || isEmphasis(next)) this.firm = true;
    this.failedAt = token;
    const first =
      tuned.failure + (capitals ? tuned.inCapitals : 0) + (isEmphasis(next) ? tuned.beforeColon : 0) + (this.words < 3 ? tuned.early : 0);
    this.pending = this.failures === 0 ? first : tuned.failureAgain;
    this.points += this.pending;
    this.failures++;
    this.traits |= Trait.failure;
  }

  private saySuccess({token}: Said, taken: boolean): void {
    if (taken) {
      this.points += tuned.notOk;
      this.traits |= Trait.failure;
      return;
    }
    if (this.words === 0) {
      this.points -= tuned.successFirst;
      this.passed = true;
    }
    this.succeededAt = token;
    this.traits |= Trait.success;
  }

  /** `alone`: no letter stands in its token. */
  number(value: number, alone: boolean): void {
    if (value === 0 && this.pending > 0) this.takeBack();
    if (this.line && value > 0) this.traits |= Trait.location;
    if (this.ending && value > 0 && value < 256) {
      this.points += tuned.exitStatus;
      this.traits |= Trait.ended;
    }
    this.zero = value === 0 && alone;
    this.line = false;
    this.pending = 0;
    this.ending = false;
  }

  private takeBack(): void {
    this.points -= this.pending;
    this.failures--;
    if (this.failures === 0) this.traits &= ~Trait.failure;
    this.traits |= Trait.success;
  }

  /**
   * The line has so many tokens. Returns the traits that it is for: in its middle a word such as `error` may be anything, a name or a title; at its begin
   * or end it is what the line says.
   */
  end(tokens: number): number {
    if (this.traits & Trait.warning && !(this.traits & Trait.failure)) this.points = (this.points >> 1) + tuned.warning;
    if (this.succeededAt > 1 && this.succeededAt === tokens && !this.firm) this.points = Math.min(this.points, 0) - tuned.successLast;
    const isFor = this.firm || this.failedAt <= 3 || this.failedAt > tokens - 2;
    return this.traits & (isFor ? Trait.failure | Trait.warning : Trait.warning);
  }
}

/** A colon, a bracket that closes, an exclamation mark. */
function isEmphasis(byte: number): boolean {
  return byte === 0x3a || byte === 0x5d || byte === 0x21;
}
